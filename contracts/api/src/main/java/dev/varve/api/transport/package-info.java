/**
 * How the services reach each other: gRPC over a unix socket below the run directory when each is a
 * process of its own, in-process when one JVM hosts them all. Never TCP: a container on the host's
 * network must not be able to command the engine.
 */
@NullMarked
package dev.varve.api.transport;

import org.jspecify.annotations.NullMarked;
