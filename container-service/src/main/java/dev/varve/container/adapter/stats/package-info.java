/** What the kernel counts about containers: cgroups of either version, and network interfaces. */
@NullMarked
package dev.varve.container.adapter.stats;

import org.jspecify.annotations.NullMarked;
