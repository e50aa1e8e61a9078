/**
 * The one write path of Varve: decide, append, fold, answer.
 *
 * <p>The log decides. A writer proposes events with the sequence it expects them to have; the log
 * orders all proposals; every reader applies the same admission rule to the same order ({@link
 * dev.varve.eventlog.Ledger}) and so reaches the same state, with no lock, leader or transaction.
 *
 * <p>Life of a change: {@link dev.varve.eventlog.CommandRunner#run} reads the ledger, calls a pure
 * decider, appends the decided events with their expected sequences to an {@link
 * dev.varve.eventlog.EventLog}, waits until the ledger's own fold has passed them and answers. An
 * event that turns out void (somebody was first) makes it decide again on the new state.
 *
 * <p>Types in this package carry no Kafka, SQL or framework types and may be used by {@code domain}
 * packages; {@code adapter} subpackages hold one outside thing each.
 */
@NullMarked
package dev.varve.eventlog;

import org.jspecify.annotations.NullMarked;
