package dev.varve.eventlog;

/** Where a record lies in a topic. Positions of different partitions have no order. */
public record Position(int partition, long offset) {}
