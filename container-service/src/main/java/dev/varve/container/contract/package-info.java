/**
 * What is asked for a container and what came of it, between the domain and the messages that
 * events and API share (container_values.proto): a wish is read in one way.
 */
@NullMarked
package dev.varve.container.contract;

import org.jspecify.annotations.NullMarked;
