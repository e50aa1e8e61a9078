/** An image's config, from OCI JSON. */
@NullMarked
package dev.varve.container.adapter.imageconfig;

import org.jspecify.annotations.NullMarked;
