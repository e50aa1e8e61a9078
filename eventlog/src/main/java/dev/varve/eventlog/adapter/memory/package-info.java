/** The log in memory: for tests, and for trying things out without a broker. */
@NullMarked
package dev.varve.eventlog.adapter.memory;

import org.jspecify.annotations.NullMarked;
