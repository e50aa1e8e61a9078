/** The container service's gRPC interface. */
@NullMarked
package dev.varve.container.adapter.grpc;

import org.jspecify.annotations.NullMarked;
