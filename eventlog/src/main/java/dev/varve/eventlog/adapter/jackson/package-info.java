/** States as JSON, by Jackson. */
@NullMarked
package dev.varve.eventlog.adapter.jackson;

import org.jspecify.annotations.NullMarked;
