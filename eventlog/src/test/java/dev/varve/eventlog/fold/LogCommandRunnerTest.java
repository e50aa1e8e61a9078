package dev.varve.eventlog.fold;

import static dev.varve.eventlog.testing.Proposals.CAUSE;
import static dev.varve.eventlog.testing.Proposals.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.varve.eventlog.Change;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Decision.Draft;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import dev.varve.eventlog.adapter.memory.InMemoryEventLog;
import dev.varve.eventlog.testing.KeptLog;
import dev.varve.eventlog.testing.Letters;
import dev.varve.eventlog.testing.Letters.Talk;
import dev.varve.eventlog.testing.Letters.Word;
import dev.varve.eventlog.testing.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LogCommandRunnerTest {
  private static final Subject A = Subject.parse("talk/a");
  private static final Subject B = Subject.parse("talk/b");
  private static final Duration LONG = Duration.ofSeconds(30);

  private final InMemoryEventLog log = new InMemoryEventLog();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final List<Change<Talk, Word>> changes = new ArrayList<>();
  private FoldingLedger<Talk, Word> ledger;
  private LogCommandRunner<Talk, Word> commands;

  @BeforeEach
  void start() {
    ledger = new FoldingLedger<>("letters", log, Letters.CODEC, Letters.EVOLUTION);
    ledger.listen(changes::add);
    ledger.start(LONG);
    commands = runner(log, LONG);
  }

  @AfterEach
  void stop() {
    ledger.close();
    log.close();
  }

  @Test
  void theAnswerLeavesWhenTheLedgerShowsTheEvent() {
    String answer = commands.run(CAUSE, view -> Decision.accept(A, new Word.Said("one"), "done"));
    assertThat(answer).isEqualTo("done");
    assertThat(ledger.state(A)).contains(new Talk(List.of("one")));
    assertThat(changes).hasSize(1);
    Change<Talk, Word> change = changes.getFirst();
    assertThat(change.before()).isNull();
    assertThat(change.after()).isEqualTo(new Talk(List.of("one")));
    assertThat(change.event().cause()).isEqualTo(CAUSE);
    assertThat(change.event().node()).isEqualTo("node-1");
    assertThat(change.event().sequence()).isEqualTo(1);
    assertThat(change.event().time()).isEqualTo(now.get());
  }

  @Test
  void nothingToDoAppendsNothing() {
    assertThat(commands.<String>run(CAUSE, view -> Decision.nothing("so already"))).isNotEmpty();
    assertThat(log.ends()).containsEntry(0, 0L);
  }

  @Test
  void aRefusalIsThrownWithItsProblem() {
    assertThatThrownBy(() ->
            commands.<String>run(
                CAUSE, view -> Decision.reject(Problem.Code.CONFLICT, "name taken")))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem())
                    .isEqualTo(new Problem(Problem.Code.CONFLICT, "name taken")));
  }

  @Test
  void aLostRaceIsDecidedAgainOnTheNewState() {
    AtomicInteger calls = new AtomicInteger();
    commands.run(
        CAUSE,
        view -> {
          String seen = view.state(A).toString();
          if (calls.getAndIncrement() == 0) {
            rival("talk/a", 1, "rival");
          }
          return Decision.accept(A, new Word.Said(seen), "");
        });
    assertThat(calls).hasValue(2);
    assertThat(ledger.state(A).orElseThrow().words())
        .containsExactly("rival", "Optional[Talk[words=[rival]]]");
  }

  @Test
  void aDecisionIsProposedForTheVersionItSawThoughTheLedgerWentOn() {
    AtomicInteger calls = new AtomicInteger();
    commands.run(
        CAUSE,
        view -> {
          int words = view.state(A).map(talk -> talk.words().size()).orElse(0);
          if (calls.getAndIncrement() == 0) {
            // the ledger itself moves on between the look and the proposal
            assertThat(ledger.awaitPassed(rival("talk/a", 1, "rival"), LONG)).isTrue();
            assertThat(view.state(A)).isEmpty();
          }
          return Decision.accept(A, new Word.Said("after " + words), "");
        });
    assertThat(ledger.state(A).orElseThrow().words()).containsExactly("rival", "after 1");
  }

  @Test
  void whatAScanDidNotShowIsProtectedToo() {
    AtomicInteger calls = new AtomicInteger();
    commands.run(
        CAUSE,
        view -> {
          Set<Subject> seen = new HashSet<>(view.live().keySet());
          if (calls.getAndIncrement() == 0) {
            assertThat(ledger.awaitPassed(rival("talk/a", 1, "rival"), LONG)).isTrue();
          }
          return seen.contains(A)
              ? Decision.nothing("is there")
              : Decision.accept(A, new Word.Said("first"), "made");
        });
    assertThat(ledger.state(A).orElseThrow().words()).containsExactly("rival");
  }

  @Test
  void halfOfALostDecisionNeverCounts() {
    AtomicInteger calls = new AtomicInteger();
    commands.run(
        CAUSE,
        view -> {
          int words = view.state(A).map(talk -> talk.words().size()).orElse(0);
          if (calls.getAndIncrement() == 0) {
            rival("talk/a", 1, "rival");
          }
          return new Decision.Accepted<>(
              List.of(
                  new Draft<>(A, new Word.Said("first after " + words)),
                  new Draft<>(A, new Word.Said("second"))),
              "");
        });
    assertThat(ledger.state(A).orElseThrow().words())
        .containsExactly("rival", "first after 1", "second");
  }

  @Test
  void severalSubjectsGoInOneBatch() {
    commands.run(
        CAUSE,
        view ->
            new Decision.Accepted<>(
                List.of(
                    new Draft<>(A, new Word.Said("one")),
                    new Draft<>(B, new Word.Said("two")),
                    new Draft<>(A, new Word.Closed())),
                ""));
    assertThat(ledger.get(A)).isEqualTo(new Ledger.Versioned<>(2, Optional.empty()));
    assertThat(ledger.state(B)).contains(new Talk(List.of("two")));
    assertThat(changes.stream().map(change -> change.event().id()).distinct()).hasSize(3);
  }

  @Test
  void aProposalSaysWhatItsDeciderHadSeenAndWhetherItIsTheLast() {
    say(A, "one");
    commands.run(
        CAUSE,
        view -> {
          if (view.next().get(0) == 1) {
            assertThat(ledger.awaitPassed(rival("talk/b", 1, "meanwhile"), LONG)).isTrue();
          }
          return Decision.accept(A, new Word.Closed(), "");
        });
    assertThat(readAll(log))
        .extracting(record -> record.proposal().seen(), record -> record.proposal().last())
        .containsExactly(tuple(0L, false), tuple(Proposal.UNTOLD, false), tuple(1L, true));
    assertThat(ledger.state(A)).isEmpty();
  }

  @Test
  void timeNeverGoesBackWithinASubject() {
    say(A, "one");
    Instant first = now.get();
    now.set(first.minusSeconds(3600));
    say(A, "two");
    commands.run(CAUSE, view -> Decision.accept(A, new Word.Closed(), ""));
    say(A, "three");
    say(B, "other");
    assertThat(changes)
        .extracting(change -> change.event().time())
        .containsExactly(first, first, first, first, now.get());
  }

  @Test
  void anAppendWithoutAnswerIsReportedAsUnknown() {
    LogCommandRunner<Talk, Word> deaf = runner(new DeafLog(log), Duration.ofMillis(50));
    assertThatThrownBy(() -> deaf.run(CAUSE, view -> Decision.accept(A, new Word.Said("x"), "")))
        .isInstanceOf(LogUnavailableException.class);
  }

  @Test
  void aDeciderOnlyReads() {
    assertThatThrownBy(() ->
            commands.<String>run(
                CAUSE,
                view -> {
                  view.close();
                  return Decision.nothing("");
                }))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void waitersLearnOfVoidsAndOfTheEnd() throws Exception {
    Position counted = rival("talk/a", 1, "one");
    Position lost = rival("talk/a", 1, "late");
    assertThat(ledger.awaitPassed(counted, LONG)).isTrue();
    assertThat(ledger.awaitPassed(lost, LONG)).isFalse();
    assertThatThrownBy(() -> ledger.awaitPassed(new Position(0, 2), Duration.ofMillis(10)))
        .isInstanceOf(LogUnavailableException.class);
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(() -> ledger.awaitPassed(new Position(0, 2), LONG));
    ledger.close();
    assertThat(waiting)
        .failsWithin(LONG)
        .withThrowableThat()
        .withCauseInstanceOf(LogUnavailableException.class);
  }

  @Test
  void everyCommandOfRivalsCountsExactlyOnceOnTheStateItWasDecidedOn() {
    Seeds.each(20, this::rivals);
  }

  /** Several nodes, each with its own ledger, many threads each, few subjects, one log. */
  private void rivals(long seed) {
    Random random = new Random(seed);
    InMemoryEventLog shared = new InMemoryEventLog(1 + random.nextInt(3));
    List<FoldingLedger<Talk, Word>> ledgers = new ArrayList<>();
    ConcurrentLinkedQueue<String> answered = new ConcurrentLinkedQueue<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> work = new ArrayList<>();
      for (int node = 0; node < 3; node++) {
        FoldingLedger<Talk, Word> own =
            new FoldingLedger<>("node" + node, shared, Letters.CODEC, Letters.EVOLUTION);
        own.start(LONG);
        ledgers.add(own);
        LogCommandRunner<Talk, Word> runner =
            new LogCommandRunner<>(shared, own, Letters.CODEC, "n" + node, now::get, LONG);
        for (int thread = 0; thread < 4; thread++) {
          String name = node + "." + thread;
          long threadSeed = random.nextLong();
          work.add(threads.submit(() -> speak(runner, name, new Random(threadSeed), answered)));
        }
      }
      for (Future<?> each : work) {
        assertThat(each).succeedsWithin(Duration.ofMinutes(1));
      }
    }
    for (FoldingLedger<Talk, Word> own : ledgers) {
      shared.ends().forEach((p, end) -> own.awaitPassed(new Position(p, end - 1), LONG));
    }
    List<LogRecord> records = readAll(shared);
    Fold<Talk, Word> fold = new Fold<>(Letters.CODEC, Letters.EVOLUTION);
    Set<Position> counted =
        records.stream()
            .filter(record -> fold.apply(record) != null)
            .map(LogRecord::position)
            .collect(Collectors.toSet());
    assertThat(LinearHistory.faults(records, counted)).isEmpty();
    List<String> said =
        fold.live().values().stream()
            .flatMap(talk -> talk.words().stream())
            .map(word -> word.substring(word.indexOf('|') + 1))
            .toList();
    assertThat(said).containsExactlyInAnyOrderElementsOf(answered);
    for (FoldingLedger<Talk, Word> own : ledgers) {
      assertThat(own.live()).isEqualTo(fold.live());
      own.close();
    }
  }

  private static void speak(
      LogCommandRunner<Talk, Word> runner,
      String name,
      Random random,
      ConcurrentLinkedQueue<String> answered) {
    for (int i = 0; i < 10; i++) {
      String command = name + "." + i;
      Subject subject = new Subject("talk", "s" + random.nextInt(3));
      int events = 1 + random.nextInt(3);
      runner.run(
          CAUSE,
          view -> {
            String last = view.state(subject).map(talk -> talk.words().getLast()).orElse("");
            List<Draft<Word>> drafts = new ArrayList<>();
            for (int event = 0; event < events; event++) {
              last = LinearHistory.word(last, command + "." + event);
              drafts.add(new Draft<>(subject, new Word.Said(last)));
            }
            return new Decision.Accepted<>(drafts, "");
          });
      for (int event = 0; event < events; event++) {
        answered.add(command + "." + event);
      }
    }
  }

  private static List<LogRecord> readAll(EventLog log) {
    List<LogRecord> records = new ArrayList<>();
    long total = log.ends().values().stream().mapToLong(end -> end).sum();
    try (EventLog.Reader reader = log.read(Map.of())) {
      while (records.size() < total) {
        records.addAll(reader.poll(LONG));
      }
    }
    return records;
  }

  private void say(Subject subject, String text) {
    commands.run(CAUSE, view -> Decision.accept(subject, new Word.Said(text), ""));
  }

  private Position rival(String subject, long sequence, String text) {
    return log.append(List.of(said(subject, sequence, text))).join().getFirst();
  }

  private LogCommandRunner<Talk, Word> runner(EventLog over, Duration timeout) {
    return new LogCommandRunner<>(over, ledger, Letters.CODEC, "node-1", now::get, timeout);
  }

  /** Takes appends and never answers. */
  private static final class DeafLog extends KeptLog {
    DeafLog(EventLog log) {
      super(log);
    }

    @Override
    public CompletableFuture<List<Position>> append(List<Proposal> batch) {
      return new CompletableFuture<>();
    }
  }
}
