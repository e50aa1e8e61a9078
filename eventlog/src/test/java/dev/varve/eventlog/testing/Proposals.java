package dev.varve.eventlog.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import java.time.Instant;
import java.util.UUID;

/** Makes proposals for tests that write to a log by hand. */
public final class Proposals {
  public static final Cause CAUSE = new Cause("unix:uid=0,pid=1", "request-1", "chain-1");

  private Proposals() {}

  public static Proposal said(String subject, long sequence, String text) {
    return said(UUID.randomUUID().toString(), subject, sequence, text);
  }

  public static Proposal said(String id, String subject, long sequence, String text) {
    return new Proposal(
        id,
        Subject.parse(subject),
        sequence,
        "dev.varve.letters.v1.Said",
        Instant.parse("2026-05-04T03:02:01.000001Z"),
        CAUSE,
        "node-1",
        text.getBytes(UTF_8),
        Proposal.UNTOLD,
        false);
  }

  /** The same of a decider that had read so far, perhaps ending its subject for good. */
  public static Proposal seen(Proposal p, long seen, boolean last) {
    return new Proposal(
        p.id(),
        p.subject(),
        p.sequence(),
        p.type(),
        p.time(),
        p.cause(),
        p.node(),
        p.data(),
        seen,
        last);
  }

  public static Proposal typed(String subject, long sequence, String type) {
    Proposal said = said(subject, sequence, "");
    return new Proposal(
        said.id(),
        said.subject(),
        sequence,
        type,
        said.time(),
        CAUSE,
        said.node(),
        said.data(),
        Proposal.UNTOLD,
        false);
  }
}
