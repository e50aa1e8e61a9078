/** Use cases of the image service and the ports they need. */
@NullMarked
package dev.varve.image.application;

import org.jspecify.annotations.NullMarked;
