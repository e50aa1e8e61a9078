/**
 * The engine's images by the OCI distribution specification, {@code /v2/}: HTTP in, calls of the
 * image service out. Nothing is decided or kept here but who may come in.
 */
@NullMarked
package dev.varve.gateway.registry;

import org.jspecify.annotations.NullMarked;
