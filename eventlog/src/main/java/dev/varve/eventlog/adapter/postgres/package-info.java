/** Projection of a topic's subjects to PostgreSQL, with their history. */
@NullMarked
package dev.varve.eventlog.adapter.postgres;

import org.jspecify.annotations.NullMarked;
