/** Puts the container service together and starts it with its application. */
@NullMarked
package dev.varve.container.runtime;

import org.jspecify.annotations.NullMarked;
