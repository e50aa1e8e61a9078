/** Files that builds fetch from elsewhere. */
@NullMarked
package dev.varve.image.adapter.remote;

import org.jspecify.annotations.NullMarked;
