/** The image service's gRPC face. */
@NullMarked
package dev.varve.image.adapter.grpc;

import org.jspecify.annotations.NullMarked;
