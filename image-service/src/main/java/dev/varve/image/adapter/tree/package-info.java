/** Trees of files that builds copy from, kept as one file each; and layers made of them. */
@NullMarked
package dev.varve.image.adapter.tree;

import org.jspecify.annotations.NullMarked;
