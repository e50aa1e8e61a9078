package dev.varve.eventlog;

import java.time.Instant;

/**
 * An event on its way to the log: encoded, with the sequence its writer expects it to get.
 *
 * @param seen the offset in its partition up to which its decider had read; {@link #UNTOLD} in
 *     records of versions that did not say
 * @param last whether it leaves no state: its subject is closed, until it perhaps opens again
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
public record Proposal(
    String id,
    Subject subject,
    long sequence,
    String type,
    Instant time,
    Cause cause,
    String node,
    byte[] data,
    long seen,
    boolean last) {

  /** A decider that does not say what it saw: its proposal holds for ever. */
  public static final long UNTOLD = -1;
}
