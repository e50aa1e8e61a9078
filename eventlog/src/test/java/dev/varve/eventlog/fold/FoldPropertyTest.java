package dev.varve.eventlog.fold;

import static dev.varve.eventlog.Proposal.UNTOLD;
import static dev.varve.eventlog.testing.Proposals.said;
import static dev.varve.eventlog.testing.Proposals.seen;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventlog.Ledger.Versioned;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import dev.varve.eventlog.testing.Letters;
import dev.varve.eventlog.testing.Letters.Talk;
import dev.varve.eventlog.testing.Letters.Word;
import dev.varve.eventlog.testing.Seeds;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The admission rule against rival writers, in thousands of interleavings. */
final class FoldPropertyTest {
  private static final int LOGS = 2_000;
  private static final int STEPS = 120;

  @Test
  void everyCountedEventWasDecidedOnTheHistoryItJoins() {
    Seeds.each(
        LOGS,
        seed -> {
          List<LogRecord> log = RivalWriters.log(seed, STEPS);
          Set<Position> counted = countedBy(log);
          assertThat(LinearHistory.faults(log, counted)).isEmpty();
          assertThat(LinearHistory.unaware(log, counted)).isEmpty();
          if (log.size() > 20) {
            assertThat(counted).isNotEmpty().hasSizeLessThan(log.size());
          }
        });
  }

  @Test
  void aPrefixHasOneFold() {
    Seeds.each(
        LOGS,
        seed -> {
          List<LogRecord> log = RivalWriters.log(seed, STEPS);
          int cut = new Random(seed).nextInt(log.size() + 1);
          assertThat(states(fold(log.subList(0, cut)), log))
              .isEqualTo(states(fold(log.subList(0, cut)), log));
        });
  }

  @Test
  void checkpointAndTailMakeTheFullFold() {
    Seeds.each(
        LOGS,
        seed -> {
          List<LogRecord> log = RivalWriters.log(seed, STEPS);
          int cut = new Random(seed).nextInt(log.size() + 1);
          Fold<Talk, Word> tail = restored(log.subList(0, cut));
          log.subList(cut, log.size()).forEach(tail::apply);
          assertThat(states(tail, log)).isEqualTo(states(fold(log), log));
        });
  }

  @Test
  void voidRecordsChangeNothing() {
    Seeds.each(
        LOGS,
        seed -> {
          List<LogRecord> log = RivalWriters.log(seed, STEPS);
          Set<Position> counted = countedBy(log);
          List<LogRecord> clean =
              log.stream().filter(record -> counted.contains(record.position())).toList();
          assertThat(states(fold(clean), log)).isEqualTo(states(fold(log), log));
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"any", "not behind", "newer", "no chain"})
  void theJudgeFindsABrokenRule(String rule) {
    BiPredicate<Long, Long> sequences =
        switch (rule) {
          case "any" -> (proposed, last) -> true;
          case "not behind" -> (proposed, last) -> proposed >= last;
          case "newer" -> (proposed, last) -> proposed > last;
          default -> (proposed, last) -> proposed == last + 1;
        };
    assertThat(logsWithFaults(log -> countedBy(log, sequences))).isPositive();
  }

  /** What the rule says of what was seen cannot be left out. */
  @Test
  void theJudgeFindsTheUnaware() {
    assertThat(logsWithFaults(FoldPropertyTest::countedForEver)).isPositive();
  }

  private static long logsWithFaults(Function<List<LogRecord>, Set<Position>> rule) {
    return LongStream.range(0, 200)
        .mapToObj(seed -> RivalWriters.log(seed, STEPS))
        .filter(log -> {
          Set<Position> counted = rule.apply(log);
          return !LinearHistory.faults(log, counted).isEmpty()
              || !LinearHistory.unaware(log, counted).isEmpty();
        })
        .count();
  }

  private static Set<Position> countedBy(List<LogRecord> log, BiPredicate<Long, Long> sequences) {
    Map<Subject, Long> last = new HashMap<>();
    Set<Position> counted = new HashSet<>();
    for (LogRecord record : log) {
      Subject subject = record.proposal().subject();
      if (sequences.test(record.proposal().sequence(), last.getOrDefault(subject, 0L))) {
        counted.add(record.position());
        last.put(subject, record.proposal().sequence());
      }
    }
    return counted;
  }

  /** The rule without its bound on what a decider saw. */
  private static Set<Position> countedForEver(List<LogRecord> log) {
    Fold<Talk, Word> fold = fold(List.of());
    return log.stream()
        .filter(record ->
            fold.apply(
                    new LogRecord(
                        record.position(),
                        seen(record.proposal(), UNTOLD, record.proposal().last())))
                != null)
        .map(LogRecord::position)
        .collect(Collectors.toSet());
  }

  private static Fold<Talk, Word> fold(List<LogRecord> log) {
    Fold<Talk, Word> fold = new Fold<>(Letters.CODEC, Letters.EVOLUTION, RivalWriters.HOLDS);
    log.forEach(fold::apply);
    return fold;
  }

  private static Set<Position> countedBy(List<LogRecord> log) {
    Fold<Talk, Word> fold = new Fold<>(Letters.CODEC, Letters.EVOLUTION, RivalWriters.HOLDS);
    return log.stream()
        .filter(record -> fold.apply(record) != null)
        .map(LogRecord::position)
        .collect(Collectors.toSet());
  }

  /** A fold as a checkpoint would give it: last counted record and state of each subject. */
  private static Fold<Talk, Word> restored(List<LogRecord> prefix) {
    Fold<Talk, Word> full = fold(List.of());
    Map<Subject, Counted<Talk, Word>> last = new HashMap<>();
    for (LogRecord record : prefix) {
      Counted<Talk, Word> counted = full.apply(record);
      if (counted != null) {
        last.put(record.proposal().subject(), counted);
      }
    }
    Fold<Talk, Word> restored = fold(List.of());
    last.forEach((subject, counted) -> {
      Proposal event = counted.record().proposal();
      restored.restore(
          subject,
          new Checkpoint.LastEvent(
              event.sequence(),
              event.id(),
              event.time(),
              counted.opened(),
              event.last() ? counted.record().position() : null),
          counted.after());
    });
    return restored;
  }

  /** What a decider sees who has read past the log. */
  private static Map<Subject, Versioned<Talk>> states(Fold<Talk, Word> fold, List<LogRecord> log) {
    var last = new LogRecord(new Position(0, log.size()), said("talk/other", 9, "void"));
    assertThat(fold.apply(last)).isNull();
    return log.stream()
        .map(record -> record.proposal().subject())
        .distinct()
        .collect(Collectors.toMap(subject -> subject, fold::get));
  }
}
