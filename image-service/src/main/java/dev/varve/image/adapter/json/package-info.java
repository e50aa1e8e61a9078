/** The JSON documents around an image, by Jackson. */
@NullMarked
package dev.varve.image.adapter.json;

import org.jspecify.annotations.NullMarked;
