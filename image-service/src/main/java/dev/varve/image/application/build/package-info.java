/**
 * {@code docker build}: a saga of this service. A build is a subject of the image topic; what its
 * steps make are layers, and what RUN needs of containers it wishes for in events.
 */
@NullMarked
package dev.varve.image.application.build;

import org.jspecify.annotations.NullMarked;
