package dev.varve.eventlog.fold;

import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Subject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
    Map<Subject, Long> lastSequence = new HashMap<>();
    Set<Subject> ended = new HashSet<>();
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
      if (record.proposal().sequence() != lastSequence.getOrDefault(subject, 0L) + 1) {
        faults.add(record.position() + " breaks the sequence of " + subject);
      }
      if (!ids.add(record.proposal().id())) {
        faults.add(record.position() + " counted twice: " + record.proposal().id());
      }
      if (ended.contains(subject)) {
        faults.add(record.position() + " comes after the end of " + subject);
      }
      if (record.proposal().last()) {
        ended.add(subject);
      }
      lastWord.put(subject, text);
      lastSequence.put(subject, record.proposal().sequence());
    }
    return faults;
  }
}
