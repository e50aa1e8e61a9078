/**
 * HTTP/1.1 over a unix socket, and connections that stop being HTTP: Vert.x and Netty live here and
 * nowhere else in the gateway. Knows nothing of Docker's objects.
 *
 * <p>A request passes {@link dev.varve.gateway.http.RequestGate} (bytes: one well-formed message at
 * a time), Vert.x's codec, {@link dev.varve.gateway.http.HttpFront} (version, route) and then has a
 * virtual thread of its own, on which a {@link dev.varve.gateway.http.Handler} may block.
 */
@NullMarked
package dev.varve.gateway.http;

import org.jspecify.annotations.NullMarked;
