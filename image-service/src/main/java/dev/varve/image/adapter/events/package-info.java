/** The protobuf events of the image topic, and those of the container topic that matter here. */
@NullMarked
package dev.varve.image.adapter.events;

import org.jspecify.annotations.NullMarked;
