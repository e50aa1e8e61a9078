/** Git repositories, by the system's own {@code git}. */
@NullMarked
package dev.varve.image.adapter.git;

import org.jspecify.annotations.NullMarked;
