/**
 * What each endpoint of the Docker Engine API does: reads the request, asks a service, says the
 * answer in Docker's JSON. One class per group of endpoints.
 */
@NullMarked
package dev.varve.gateway.route;

import org.jspecify.annotations.NullMarked;
