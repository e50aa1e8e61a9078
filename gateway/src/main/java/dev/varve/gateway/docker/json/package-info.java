/**
 * The JSON that Docker's clients read: one record per object, fields in Docker's order, each null,
 * empty list and empty object where Docker's server has it.
 */
@NullMarked
package dev.varve.gateway.docker.json;

import org.jspecify.annotations.NullMarked;
