/** The edges to other services: blobs read from the image service, questions answered. */
@NullMarked
package dev.varve.snapshot.adapter.grpc;

import org.jspecify.annotations.NullMarked;
