/** The content store in a directory. */
@NullMarked
package dev.varve.image.adapter.content;

import org.jspecify.annotations.NullMarked;
