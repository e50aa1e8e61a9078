package dev.varve.eventlog;

/** A proposal that the log has ordered. Whether it counts is for the admission rule to say. */
public record LogRecord(Position position, Proposal proposal) {}
