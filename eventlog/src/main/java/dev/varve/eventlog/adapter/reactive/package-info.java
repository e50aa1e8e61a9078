/** A ledger's changes as a channel of SmallRye Reactive Messaging. */
@NullMarked
package dev.varve.eventlog.adapter.reactive;

import org.jspecify.annotations.NullMarked;
