/** Measures the event log alone: append and read-back, replay into memory and into PostgreSQL. */
@NullMarked
package dev.varve.bench.log;

import org.jspecify.annotations.NullMarked;
