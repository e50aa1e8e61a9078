package dev.varve.eventlog.fold;

import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges a verdict of "these records counted" without knowing the admission rule: every counted
 * event must have been decided on exactly the history it was added to.
 *
 * <p>Each event's text is {@code <basis>|<command>}: the basis is what its writer took for the
 * subject's last word (empty for none) when it decided, or its own batch's word before.
 */
final class LinearHistory {
  private LinearHistory() {}

  static String word(String basis, String command) {
    return Integer.toHexString(basis.hashCode()) + "|" + command;
  }

  /** What is wrong; empty when nothing is. */
  static List<String> faults(List<LogRecord> log, Set<Position> counted) {
    List<String> faults = new ArrayList<>();
    Map<Subject, String> lastWord = new HashMap<>();
    Map<Subject, Proposal> last = new HashMap<>();
    Set<String> ids = new HashSet<>();
    for (LogRecord record : log) {
      if (!counted.contains(record.position())) {
        continue;
      }
      Subject subject = record.proposal().subject();
      String text = new String(record.proposal().data(), StandardCharsets.UTF_8);
      String basis = lastWord.getOrDefault(subject, "");
      if (!text.startsWith(Integer.toHexString(basis.hashCode()) + "|")) {
        faults.add(record.position() + " " + text + " was not decided on '" + basis + "'");
      }
      if (!follows(record.proposal(), last.put(subject, record.proposal()))) {
        faults.add(record.position() + " breaks the sequence of " + subject);
      }
      if (!ids.add(record.proposal().id())) {
        faults.add(record.position() + " counted twice: " + record.proposal().id());
      }
      lastWord.put(subject, record.proposal().last() ? "" : text);
    }
    return faults;
  }

  private static boolean follows(Proposal proposal, @Nullable Proposal before) {
    return before == null || before.last() && proposal.sequence() == 1
        ? proposal.sequence() == 1
        : proposal.sequence() == before.sequence() + 1;
  }

  /** Counted events whose decider had not read the one before them, nor made it himself. */
  static List<String> unaware(List<LogRecord> log, Set<Position> counted) {
    List<String> faults = new ArrayList<>();
    Map<Subject, LogRecord> last = new HashMap<>();
    for (LogRecord record : log) {
      if (!counted.contains(record.position())) {
        continue;
      }
      LogRecord before = last.put(record.proposal().subject(), record);
      if (before != null
          && before.position().offset() >= record.proposal().seen()
          && !decision(before).equals(decision(record))) {
        faults.add(record.position() + " did not know of " + before.position());
      }
    }
    return faults;
  }

  private static String decision(LogRecord record) {
    String id = record.proposal().id();
    return id.substring(0, (id + "+").indexOf('+'));
  }
}
