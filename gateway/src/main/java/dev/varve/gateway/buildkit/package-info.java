/**
 * BuildKit's protocol in front of the engine's own builder: what docker buildx asks becomes a call
 * of {@code Builds}, with the files that the client's session offers.
 */
@NullMarked
package dev.varve.gateway.buildkit;

import org.jspecify.annotations.NullMarked;
