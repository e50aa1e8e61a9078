/** Root file systems as this process sees them, and the snapshot service's numbers. */
@NullMarked
package dev.varve.container.adapter.mounts;

import org.jspecify.annotations.NullMarked;
