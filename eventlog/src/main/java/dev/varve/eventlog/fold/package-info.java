/**
 * The admission rule and what is built on it: the fold of a topic, the ledger that keeps it
 * current, and the runner of commands. Pure Java; the log behind it is a port.
 */
@NullMarked
package dev.varve.eventlog.fold;

import org.jspecify.annotations.NullMarked;
