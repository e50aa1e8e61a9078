/** The machine, by its /proc and its ps. */
@NullMarked
package dev.varve.container.adapter.host;

import org.jspecify.annotations.NullMarked;
