package dev.varve.container.adapter.logfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.container.application.ContainerLog.End;
import dev.varve.container.application.ContainerLog.Form;
import dev.varve.container.application.ContainerLog.Query;
import dev.varve.container.application.ContainerLog.Reader;
import dev.varve.container.application.Frames;
import dev.varve.container.domain.LogPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitorLogTest {
  private static final Form LINES = Form.lines(true, false, "");

  @TempDir Path directory;
  private Path file;
  private MonitorLog log;

  @BeforeEach
  void open() throws IOException {
    file = directory.resolve("container.log");
    log = new MonitorLog(Clock.systemUTC());
  }

  @AfterEach
  void close() throws IOException {
    log.close();
  }

  private void write(String... lines) throws IOException {
    Files.writeString(
        file,
        String.join("\n", lines) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static String at(int second, String rest) {
    return String.format("2026-01-01T00:00:%02d.000000001+00:00 %s", second, rest);
  }

  private static Query all() {
    return new Query(true, true, Optional.empty(), Optional.empty(), OptionalInt.empty(), false);
  }

  private static Query tail(int lines) {
    return new Query(true, true, Optional.empty(), Optional.empty(), OptionalInt.of(lines), false);
  }

  private List<String> read(Query query) throws Exception {
    List<String> result = new ArrayList<>();
    try (Reader reader = log.open(file, query, LINES, () -> true)) {
      for (ByteBuffer part = reader.next(Frames.FULL);
          part != null;
          part = reader.next(Frames.FULL)) {
        result.addAll(texts(part));
      }
    }
    return result;
  }

  private static List<String> texts(ByteBuffer frames) {
    byte[] bytes = new byte[frames.remaining()];
    frames.get(bytes);
    return LogModel.parsed(bytes).stream()
        .map(entry -> entry.source().name().charAt(3) + ":" + entry.text())
        .toList();
  }

  @Test
  void readsLinesOfBothStreamsAndSkipsWhatIsTorn() throws Exception {
    write(at(1, "stdout F a b"), at(2, "stderr F "), "torn", at(3, "stdout F c"));
    assertThat(read(all())).containsExactly("O:a b\n", "E:\n", "O:c\n");
    Query onlyErr =
        new Query(false, true, Optional.empty(), Optional.empty(), OptionalInt.empty(), false);
    assertThat(read(onlyErr)).containsExactly("E:\n");
  }

  @Test
  void joinsThePartsOfALineUpTo16KiB() throws Exception {
    String part = "x".repeat(8000);
    write(
        at(1, "stdout P " + part),
        at(1, "stderr F between"),
        at(1, "stdout P " + part),
        at(1, "stdout P " + part),
        at(1, "stdout F end"),
        at(2, "stdout P prompt"));
    assertThat(read(all()))
        .containsExactly(
            "E:between\n",
            "O:" + part + part + part.substring(0, 384),
            "O:" + part.substring(384) + "end\n",
            "O:prompt");
  }

  @Test
  void findsTheTailAcrossBlocksAndUnfinishedLines() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      lines.add(
          at(i % 60, (i % 2 == 0 ? "stdout" : "stderr") + " F line " + i + "y".repeat(i % 90)));
    }
    write(lines.toArray(String[]::new));
    List<String> whole = read(all());
    assertThat(whole).hasSize(5000);
    for (int n : List.of(0, 1, 2, 700, 1500, 4999, 5000, 6000)) {
      assertThat(read(tail(n))).isEqualTo(whole.subList(Math.max(0, 5000 - n), 5000));
    }
    write(at(59, "stdout P unfinished"));
    assertThat(read(tail(2))).containsExactly(whole.getLast(), "O:unfinished");
  }

  @Test
  void keepsToTheBounds() throws Exception {
    write(at(1, "stdout F 1"), at(2, "stdout F 2"), at(3, "stdout F 3"), at(4, "stdout F 4"));
    Optional<Instant> since = Optional.of(Instant.parse("2026-01-01T00:00:02Z"));
    Optional<Instant> until = Optional.of(Instant.parse("2026-01-01T00:00:03.5Z"));
    assertThat(read(new Query(true, true, since, until, OptionalInt.empty(), false)))
        .containsExactly("O:2\n", "O:3\n");
    assertThat(read(new Query(true, true, Optional.empty(), until, OptionalInt.of(1), false)))
        .containsExactly("O:3\n");
    assertThat(read(new Query(true, true, since, until, OptionalInt.empty(), true)))
        .containsExactly("O:2\n", "O:3\n");
  }

  @Test
  void marksStandAtTheBeginningsOfLines() throws Exception {
    write(at(1, "stdout P one "), at(2, "stdout F line"), at(3, "stderr F e"));
    try (Reader reader = log.open(file, all(), Form.lines(true, true, "a=b "), () -> true)) {
      assertThat(texts(reader.next(Frames.FULL)))
          .containsExactly(
              "O:2026-01-01T00:00:01.000000001Z a=b one line\n",
              "E:2026-01-01T00:00:03.000000001Z a=b e\n");
    }
  }

  @Test
  void verbatimIsWhatTheProgramWrote() throws Exception {
    write(at(1, "stdout P one "), at(2, "stdout F line"), at(3, "stdout P $ "));
    try (Reader reader = log.open(file, all(), Form.verbatim(false), () -> true)) {
      assertThat(StandardCharsets.UTF_8.decode(reader.next(Frames.FULL)).toString())
          .isEqualTo("one line\n$ ");
    }
  }

  @Test
  void theNumberOfFilesIsBounded() throws Exception {
    LogRotations rotations = new LogRotations();
    LogPolicy policy = new LogPolicy(true, 1000, 3, false);
    for (int i = 1; i < 8; i++) {
      write(at(i, "stdout F line " + i));
      rotations.setAside(file);
      rotations.tidy(file, policy);
    }
    write(at(8, "stdout F line 8"));
    assertThat(read(all())).containsExactly("O:line 6\n", "O:line 7\n", "O:line 8\n");
    rotations.tidy(file, new LogPolicy(true, 1000, 1, false));
    assertThat(read(all())).containsExactly("O:line 8\n");
    rotations.setAside(file);
    assertThat(new LogFiles(file).lastNumber()).isEqualTo(8);
    assertThat(rotations.isSetAside(file)).isTrue();
  }

  @Test
  void anAbsentFileIsEmpty() throws Exception {
    assertThat(read(all())).isEmpty();
    assertThat(read(tail(3))).isEmpty();
  }

  @Test
  void followsUntilTheContainerHasEnded() throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    Query follow =
        new Query(true, true, Optional.empty(), Optional.empty(), OptionalInt.of(1), true);
    try (Reader reader = log.open(file, follow, LINES, ended::get)) {
      CompletableFuture<ByteBuffer> first = next(reader);
      write(at(1, "stdout F appeared"));
      assertThat(texts(first.get())).containsExactly("O:appeared\n");
      CompletableFuture<ByteBuffer> prompt = next(reader);
      write(at(2, "stdout P name: "));
      assertThat(texts(prompt.get())).containsExactly("O:name: ");
      write(at(4, "stderr F last"));
      ended.set(true);
      assertThat(texts(next(reader).get())).containsExactly("E:last\n");
      assertThat(next(reader).get()).isNull();
    }
  }

  @Test
  void theSignOfTheEndWakesAWait() throws Exception {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Query follow =
        new Query(true, true, Optional.empty(), Optional.empty(), OptionalInt.empty(), true);
    write(at(1, "stdout F only"));
    AtomicInteger asked = new AtomicInteger();
    BooleanSupplier isThere =
        () -> {
          asked.incrementAndGet();
          return ended.isDone();
        };
    try (MonitorLog patient = new MonitorLog(Clock.systemUTC(), Duration.ofDays(1));
        Reader reader = patient.open(file, follow, LINES, End.of(isThere, () -> ended))) {
      assertThat(texts(next(reader).get())).containsExactly("O:only\n");
      CompletableFuture<ByteBuffer> none = next(reader);
      await().until(() -> asked.get() > 1); // once more after the watch was there
      ended.complete(null);
      assertThat(none.get(1, TimeUnit.MINUTES)).isNull();
    }
  }

  @Test
  void whoLeavesBeforeTheEndWaitsNoMoreForItsSign() throws Exception {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Query follow =
        new Query(true, true, Optional.empty(), Optional.empty(), OptionalInt.empty(), true);
    log.open(file, follow, LINES, End.of(ended::isDone, () -> ended)).close();
    assertThat(ended).isCancelled();
  }

  @Test
  void closingWakesAWait() throws Exception {
    Query follow =
        new Query(true, true, Optional.empty(), Optional.empty(), OptionalInt.empty(), true);
    Reader reader = log.open(file, follow, LINES, () -> false);
    CompletableFuture<ByteBuffer> entry = next(reader);
    reader.close();
    assertThat(entry.get()).isNull();
  }

  private static CompletableFuture<ByteBuffer> next(Reader reader) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return reader.next(Frames.FULL);
      } catch (IOException | InterruptedException e) {
        throw new AssertionError(e);
      }
    });
  }
}
