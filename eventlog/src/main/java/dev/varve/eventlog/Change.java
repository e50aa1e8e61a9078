package dev.varve.eventlog;

import org.jspecify.annotations.Nullable;

/** One counted event and what it did to its subject's state. */
public record Change<S, E>(Event<E> event, @Nullable S before, @Nullable S after) {}
