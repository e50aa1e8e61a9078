/** Files that containers see for a while. */
@NullMarked
package dev.varve.image.adapter.handed;

import org.jspecify.annotations.NullMarked;
