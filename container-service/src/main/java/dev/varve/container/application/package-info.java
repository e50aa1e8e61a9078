/** Use cases of the container service and the ports they need. */
@NullMarked
package dev.varve.container.application;

import org.jspecify.annotations.NullMarked;
