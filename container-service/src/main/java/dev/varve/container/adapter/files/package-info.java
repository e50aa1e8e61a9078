/** The files mounted over a container's /etc. */
@NullMarked
package dev.varve.container.adapter.files;

import org.jspecify.annotations.NullMarked;
