package dev.varve.bench.log;

import dev.varve.bench.log.Life.Box;
import dev.varve.bench.log.Life.Happening;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import dev.varve.eventlog.adapter.postgres.PostgresSettings;
import dev.varve.eventlog.assembly.FollowedTopic;
import dev.varve.eventlog.assembly.LogSettings;
import dev.varve.eventlog.assembly.OwnedTopic;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * Measures append and read-back of one event (a whole command: decide, append, fold, answer), and
 * replay of many into memory, into PostgreSQL and from a checkpoint.
 *
 * <p>Arguments: {@code bootstrap=host:port}, and optionally {@code postgres=jdbc-url}, {@code
 * user=name}, {@code password=word}, {@code events=1000000}, {@code commands=5000}. Topics and
 * schema are new ones and removed at the end.
 */
public final class LogBench {
  private static final Duration LONG = Duration.ofMinutes(30);
  private static final Cause CAUSE = new Cause("unix:uid=0,pid=4711", "request-1", "chain-1");
  private static final int LIFE = 50;
  private static final int BATCH = 500;

  private final Map<String, String> arguments;
  private final LogSettings settings;
  private final String run = "bench" + UUID.randomUUID().toString().substring(0, 8);

  private LogBench(Map<String, String> arguments) {
    this.arguments = arguments;
    String properties = arguments.get("properties");
    this.settings =
        LogSettings.of(run, "bench", arguments.getOrDefault("bootstrap", ""))
            .withClientProperties(properties == null ? null : Path.of(properties));
  }

  public static void main(String[] arguments) {
    Map<String, String> named = new HashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      named.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    LogBench bench = new LogBench(named);
    try {
      bench.commands(Integer.parseInt(named.getOrDefault("commands", "5000")));
      bench.replay(Integer.parseInt(named.getOrDefault("events", "1000000")));
    } finally {
      bench.removeTopics();
    }
  }

  private void commands(int count) {
    LogSettings own = settings.withPrefix(run + ".commands");
    try (OwnedTopic<Box, Happening> topic = OwnedTopic.open(own, Life.MODEL)) {
      topic.start(LONG);
      for (int i = 0; i < count; i++) {
        command(topic, "warm-" + i);
      }
      long[] nanos = new long[count];
      for (int i = 0; i < count; i++) {
        long begin = System.nanoTime();
        command(topic, "box-" + i);
        nanos[i] = System.nanoTime() - begin;
      }
      Arrays.sort(nanos);
      System.out.printf(
          "append and read-back: median %.2f ms, p99 %.2f ms, max %.2f ms%n",
          nanos[count / 2] / 1e6, nanos[count * 99 / 100] / 1e6, nanos[count - 1] / 1e6);
    }
  }

  private static void command(OwnedTopic<Box, Happening> topic, String id) {
    String _ =
        topic
            .commands()
            .run(
                CAUSE,
                view ->
                    Decision.accept(new Subject("box", id), Life.happening(1, 1, LIFE), "created"));
  }

  private void replay(int events) {
    report("bulk append", events, this::fill);
    report("replay into memory", events, this::intoMemory);
    report("again, warm", events, this::intoMemory);
    PostgresSettings postgres = postgres();
    if (postgres == null) {
      return;
    }
    report("replay into PostgreSQL", events, count -> intoPostgres(postgres, count));
    report("start from checkpoint", events, count -> intoPostgres(postgres, count));
    dropSchema(postgres);
  }

  /** Work on a number of events. */
  @FunctionalInterface
  private interface Work {
    void on(int events);
  }

  private static void report(String what, int events, Work work) {
    long begin = System.nanoTime();
    work.on(events);
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf("%s: %d events in %.1f s, %.0f/s%n", what, events, seconds, events / seconds);
  }

  /** Lives overlap: 1000 at a time, each event of one followed by events of others. */
  private void fill(int events) {
    try (OwnedTopic<Box, Happening> topic = OwnedTopic.open(settings, Life.MODEL)) {
      EventLog log = topic.log();
      Queue<CompletableFuture<List<Position>>> onTheirWay = new ArrayDeque<>();
      List<Proposal> batch = new ArrayList<>();
      for (int i = 0; i < events; i++) {
        int wave = i / (1000 * LIFE);
        int subject = wave * 1000 + i % 1000;
        int number = i % (1000 * LIFE) / 1000 + 1;
        // every tenth container is left as it is at the end of its life
        boolean stays = subject % 10 == 0;
        batch.add(proposal(subject, number, Life.happening(subject, number, stays ? -1 : LIFE)));
        if (batch.size() == BATCH || i == events - 1) {
          onTheirWay.add(log.append(List.copyOf(batch)));
          batch.clear();
          if (onTheirWay.size() > 20) {
            onTheirWay.remove().join();
          }
        }
      }
      onTheirWay.forEach(CompletableFuture::join);
    }
  }

  private static Proposal proposal(int subject, int number, Happening happening) {
    return new Proposal(
        UUID.randomUUID().toString(),
        new Subject("container", "%064x".formatted(subject)),
        number,
        Life.MODEL.codec().typeOf(happening),
        Instant.now().truncatedTo(ChronoUnit.MICROS),
        CAUSE,
        "bench",
        Life.MODEL.codec().encode(happening),
        Proposal.UNTOLD,
        false);
  }

  private void intoMemory(int events) {
    try (FollowedTopic<Box, Happening> topic = FollowedTopic.open(settings, Life.MODEL)) {
      topic.start(LONG);
      expect(events, topic.ledger().next().values().stream().mapToLong(next -> next).sum());
    }
  }

  private void intoPostgres(PostgresSettings postgres, int events) {
    try (OwnedTopic<Box, Happening> topic =
        OwnedTopic.open(settings, Life.MODEL, postgres, Life.STATES)) {
      topic.start(LONG);
      if (!topic.awaitHistory(LONG)) {
        throw new IllegalStateException("no history");
      }
      expect(events, topic.ledger().next().values().stream().mapToLong(next -> next).sum());
    }
  }

  private static void expect(long wanted, long found) {
    if (wanted != found) {
      throw new IllegalStateException("%d events instead of %d".formatted(found, wanted));
    }
  }

  private @Nullable PostgresSettings postgres() {
    String url = arguments.get("postgres");
    return url == null
        ? null
        : PostgresSettings.of(
            url,
            arguments.getOrDefault("user", "varve"),
            Objects.requireNonNullElse(System.getenv("VARVE_POSTGRES_PASSWORD"), ""),
            run);
  }

  private static void dropSchema(PostgresSettings postgres) {
    try (var connection = postgres.source().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("drop schema \"" + postgres.schema() + "\" cascade");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void removeTopics() {
    try (Admin admin = Admin.create(settings.connection().properties())) {
      List<String> topics =
          admin.listTopics().names().toCompletionStage().toCompletableFuture().join().stream()
              .filter(topic -> topic.startsWith(run))
              .toList();
      admin.deleteTopics(topics).all().toCompletionStage().toCompletableFuture().join();
    }
  }
}
