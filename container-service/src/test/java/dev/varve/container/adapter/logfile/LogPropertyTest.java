package dev.varve.container.adapter.logfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.adapter.logfile.LogModel.Line;
import dev.varve.container.application.ContainerLog.Form;
import dev.varve.container.application.ContainerLog.Query;
import dev.varve.container.application.ContainerLog.Reader;
import dev.varve.container.application.Frames;
import dev.varve.container.application.StandardStreams.Source;
import dev.varve.container.domain.LogPolicy;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random logs, cut into files at random places, against the simple model. */
class LogPropertyTest {
  private static final LogPolicy ALL = new LogPolicy(true, 1L << 40, 1000, true);
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path directory;

  private static List<Line> lines(Random random) {
    List<Line> lines = new ArrayList<>();
    Instant time = BEGIN;
    int count = random.nextInt(400);
    for (int i = 0; i < count; i++) {
      time = time.plusNanos(random.nextInt(3) * 500_000_000L);
      int length =
          switch (random.nextInt(20)) {
            case 0 -> 0;
            case 1, 2 -> 8192;
            case 3 -> 4096 + random.nextInt(4096);
            default -> random.nextInt(100);
          };
      byte[] payload = new byte[length];
      random.nextBytes(payload);
      for (int at = 0; at < length; at++) {
        if (payload[at] == '\n') {
          payload[at] = 0;
        }
      }
      Source source = random.nextInt(3) == 0 ? Source.STDERR : Source.STDOUT;
      boolean complete = random.nextInt(4) > 0 || length == 0;
      lines.add(new Line(time, source, complete, payload));
    }
    return lines;
  }

  private static Query query(Random random, int lines, boolean follow) {
    Optional<Instant> since =
        random.nextInt(3) == 0
            ? Optional.of(BEGIN.plusMillis(random.nextInt(lines * 500 + 1)))
            : Optional.empty();
    Optional<Instant> until =
        random.nextInt(3) == 0
            ? Optional.of(BEGIN.plusMillis(random.nextInt(lines * 500 + 1)))
            : Optional.empty();
    OptionalInt tail =
        random.nextInt(2) == 0 ? OptionalInt.of(random.nextInt(lines + 3)) : OptionalInt.empty();
    int streams = random.nextInt(4);
    return new Query(streams != 1, streams != 2, since, until, tail, follow);
  }

  private void append(Path log, Line line) throws Exception {
    Files.write(log, line.bytes(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** As a monitor does when it is told to begin a new file. */
  private static void beginAnew(LogFiles files) throws Exception {
    Files.move(files.next(), files.current(), StandardCopyOption.ATOMIC_MOVE);
  }

  private List<LogModel.Entry> read(Path log, Query query) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (MonitorLog logs = new MonitorLog(Clock.systemUTC());
        Reader reader = logs.open(log, query, Form.lines(true, false, ""), () -> true)) {
      for (ByteBuffer part = reader.next(Frames.FULL);
          part != null;
          part = reader.next(Frames.FULL)) {
        all.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
      }
    }
    return LogModel.parsed(all.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatIsReadDoesNotDependOnTheFiles(long seed) throws Exception {
    Random random = new Random(seed);
    for (int round = 0; round < 6; round++) {
      Path log = Files.createDirectories(directory.resolve("r" + round)).resolve("container.log");
      LogFiles files = new LogFiles(log);
      LogRotations rotations = new LogRotations();
      List<Line> lines = lines(random);
      int rarity = 1 + random.nextInt(100);
      for (Line line : lines) {
        append(log, line);
        if (random.nextInt(rarity) == 0) {
          rotations.setAside(log);
          if (random.nextInt(3) == 0) {
            rotations.tidy(log, ALL);
          }
          if (random.nextInt(10) > 0) {
            beginAnew(files);
          }
        }
      }
      for (int i = 0; i < 12; i++) {
        Query query = query(random, lines.size(), false);
        assertThat(read(log, query))
            .as("seed %d, round %d, %s", seed, round, query)
            .isEqualTo(LogModel.entries(lines, query));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void aFollowerSeesEachLineOnceHoweverTheFilesMove(long seed) throws Exception {
    Random random = new Random(seed);
    Path log = directory.resolve("container.log");
    LogFiles files = new LogFiles(log);
    LogRotations rotations = new LogRotations();
    List<Line> lines = lines(random);
    AtomicBoolean ended = new AtomicBoolean();
    try (MonitorLog logs = new MonitorLog(Clock.systemUTC())) {
      Query query =
          new Query(true, true, Optional.empty(), Optional.empty(), OptionalInt.empty(), true);
      // Marked lines are never handed out in parts.
      Reader reader = logs.open(log, query, Form.lines(true, false, ">"), ended::get);
      CompletableFuture<byte[]> seen = CompletableFuture.supplyAsync(() -> all(reader));
      Path written = log;
      for (Line line : lines) {
        Files.write(written, line.bytes(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        switch (random.nextInt(12)) {
          case 0 -> {
            if (written.equals(log)) {
              rotations.setAside(log);
              // The monitor has not heard of it yet.
              written = files.numbered(files.lastNumber());
            }
          }
          case 1, 2 -> {
            if (!written.equals(log)) {
              beginAnew(files);
              written = log;
              rotations.tidy(log, ALL);
            }
          }
          case 3 -> Thread.yield();
          default -> {}
        }
      }
      ended.set(true);
      List<LogModel.Entry> expected =
          LogModel.entries(lines, query).stream()
              .map(entry -> new LogModel.Entry(entry.source(), ">" + entry.text()))
              .toList();
      assertThat(LogModel.parsed(seen.get())).isEqualTo(expected);
    }
  }

  private static byte[] all(Reader reader) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (reader) {
      for (ByteBuffer part = reader.next(Frames.FULL);
          part != null;
          part = reader.next(Frames.FULL)) {
        all.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return all.toByteArray();
  }
}
