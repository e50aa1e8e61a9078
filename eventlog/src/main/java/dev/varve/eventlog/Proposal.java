package dev.varve.eventlog;

import java.time.Instant;

/** An event on its way to the log: encoded, with the sequence its writer expects it to get. */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
public record Proposal(
    String id,
    Subject subject,
    long sequence,
    String type,
    Instant time,
    Cause cause,
    String node,
    byte[] data) {}
