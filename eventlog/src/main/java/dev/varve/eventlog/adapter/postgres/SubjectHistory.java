package dev.varve.eventlog.adapter.postgres;

/** placeholder, see next commit. */
public interface SubjectHistory<S> {}
