package dev.varve.container.adapter.logfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.adapter.logfile.LogModel.Line;
import dev.varve.container.application.ContainerLog.End;
import dev.varve.container.application.ContainerLog.Form;
import dev.varve.container.application.ContainerLog.Query;
import dev.varve.container.application.ContainerLog.Reader;
import dev.varve.container.application.Frames;
import dev.varve.container.application.StandardStreams.Source;
import dev.varve.container.domain.LogPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lines are written and files moved between any two questions that a reader asks of the directory.
 * One thread plays both sides, so that a seed is an order of events.
 */
class LogInterleavingTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final LogPolicy ALL = new LogPolicy(true, 1L << 40, 1000, true);

  @TempDir Path directory;

  /** What happens to a log, one event at a time. */
  private interface Event {
    void happen() throws IOException;
  }

  /** A monitor and the rotation of its log. */
  private static final class Writing {
    private final LogRotations rotations = new LogRotations();
    private final Path log;
    private final LogFiles files;
    private final Random random;
    private final Deque<Event> events = new ArrayDeque<>();
    final List<Line> lines = new ArrayList<>();
    private Path written;

    Writing(Path log, Random random) {
      this.log = log;
      this.files = new LogFiles(log);
      this.random = random;
      this.written = log;
      boolean heard = true;
      for (int i = 0; i < 24; i++) {
        if (random.nextInt(2) == 0) {
          events.add(this::append);
        } else if (heard) {
          events.add(this::append);
          events.add(this::setAside);
          heard = false;
        } else {
          events.add(this::beginAnew);
          if (random.nextBoolean()) {
            events.add(() -> rotations.tidy(log, ALL));
          }
          heard = true;
        }
      }
    }

    private void append() throws IOException {
      byte[] payload = ("line " + lines.size()).getBytes(StandardCharsets.US_ASCII);
      boolean complete = random.nextInt(4) > 0;
      Line line = new Line(BEGIN.plusSeconds(lines.size()), Source.STDOUT, complete, payload);
      lines.add(line);
      Files.write(written, line.bytes(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void setAside() throws IOException {
      rotations.setAside(log);
      written = files.numbered(files.lastNumber());
    }

    private void beginAnew() throws IOException {
      Files.move(files.next(), log, StandardCopyOption.ATOMIC_MOVE);
      written = log;
    }

    boolean isOver() {
      return events.isEmpty();
    }

    void goOn(int atLeast) {
      try {
        for (int i = atLeast + random.nextInt(4); i > 0 && !events.isEmpty(); i--) {
          events.remove().happen();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Between any two looks at it something may happen. */
  private static final class Moving extends LogDirectory {
    private final Writing writing;

    Moving(Path path, Writing writing) {
      super(path);
      this.writing = writing;
    }

    @Override
    List<String> names() throws IOException {
      writing.goOn(0);
      return super.names();
    }

    @Override
    Optional<FileChannel> open(String name) throws IOException {
      writing.goOn(0);
      return super.open(name);
    }

    @Override
    Optional<Instant> lastWritten(String name) throws IOException {
      writing.goOn(0);
      return super.lastWritten(name);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void aFollowerSeesEachLineOnce(int seed) throws Exception {
    Query query = all(true);
    try (LogWatch watch = new LogWatch()) {
      for (int round = 0; round < 60; round++) {
        Random random = new Random(seed * 1000L + round);
        Path log = Files.createDirectories(directory.resolve("r" + round)).resolve("container.log");
        Writing writing = new Writing(log, random);
        LogFiles files = new LogFiles(log, new Moving(log.getParent(), writing));
        List<LogModel.Entry> seen = new ArrayList<>();
        try (Reader reader =
            reader(
                files,
                query,
                ">",
                () -> {
                  boolean over = writing.isOver();
                  writing.goOn(1);
                  return over;
                },
                watch)) {
          seen.addAll(all(reader));
        }
        assertThat(seen)
            .as("seed %d, round %d", seed, round)
            .isEqualTo(
                LogModel.entries(writing.lines, query).stream()
                    .map(entry -> new LogModel.Entry(entry.source(), ">" + entry.text()))
                    .toList());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void whoDoesNotFollowSeesAllThatWasThereWhenItAsked(int seed) throws Exception {
    Query query = all(false);
    try (LogWatch watch = new LogWatch()) {
      for (int round = 0; round < 60; round++) {
        Random random = new Random(seed * 1000L + round);
        Path log = Files.createDirectories(directory.resolve("r" + round)).resolve("container.log");
        Writing writing = new Writing(log, random);
        writing.goOn(random.nextInt(20));
        String before = text(LogModel.entries(writing.lines, query));
        LogFiles files = new LogFiles(log, new Moving(log.getParent(), writing));
        String seen;
        try (Reader reader = reader(files, query, "", () -> true, watch)) {
          seen = text(all(reader));
        }
        assertThat(seen).as("seed %d, round %d", seed, round).startsWith(before);
        assertThat(text(LogModel.entries(writing.lines, query))).startsWith(seen);
      }
    }
  }

  private static String text(List<LogModel.Entry> entries) {
    return entries.stream().map(LogModel.Entry::text).collect(Collectors.joining());
  }

  /**
   * @param prefix of each line; those that have one are never handed out in parts
   */
  private static Reader reader(LogFiles files, Query query, String prefix, End end, LogWatch watch)
      throws IOException {
    return new LogReader(
        files,
        query,
        Form.lines(true, false, prefix),
        end,
        watch,
        Clock.systemUTC(),
        Duration.ofMillis(200));
  }

  private static List<LogModel.Entry> all(Reader reader) throws Exception {
    List<LogModel.Entry> seen = new ArrayList<>();
    for (ByteBuffer part = reader.next(Frames.FULL);
        part != null;
        part = reader.next(Frames.FULL)) {
      byte[] bytes = new byte[part.remaining()];
      part.get(bytes);
      seen.addAll(LogModel.parsed(bytes));
    }
    return seen;
  }

  private static Query all(boolean follow) {
    return new Query(true, true, Optional.empty(), Optional.empty(), OptionalInt.empty(), follow);
  }

  private static byte[] line(int number) {
    return new Line(
            BEGIN.plusSeconds(number), Source.STDOUT, true, new byte[] {(byte) ('0' + number)})
        .bytes();
  }

  private static List<LogModel.Entry> entries(String... texts) {
    return Stream.of(texts).map(text -> new LogModel.Entry(Source.STDOUT, text + "\n")).toList();
  }

  @Test
  @Timeout(30)
  void aFileThatIsDeletedBeforeItIsOpenedIsPassedOver() throws Exception {
    Path log = directory.resolve("container.log");
    LogFiles files = new LogFiles(log);
    Files.write(files.numbered(1), line(1));
    Files.write(files.numbered(2), line(2));
    Files.write(log, line(3));
    LogDirectory deleting =
        new LogDirectory(directory) {
          @Override
          Optional<FileChannel> open(String name) throws IOException {
            Files.deleteIfExists(files.numbered(1));
            return super.open(name);
          }
        };
    try (LogWatch watch = new LogWatch();
        Reader reader = reader(new LogFiles(log, deleting), all(false), "", () -> true, watch)) {
      assertThat(all(reader)).isEqualTo(entries("2", "3"));
    }
  }

  @Test
  void whoHasTheOnlyFileOpenReadsItToItsEnd() throws Exception {
    Path log = directory.resolve("container.log");
    LogRotations rotations = new LogRotations();
    Files.write(log, line(1));
    try (MonitorLog logs = new MonitorLog(Clock.systemUTC());
        Reader reader = logs.open(log, all(true), Form.lines(true, false, ""), () -> true)) {
      Files.write(log, line(2), StandardOpenOption.APPEND);
      rotations.setAside(log);
      Files.move(new LogFiles(log).next(), log);
      rotations.tidy(log, new LogPolicy(true, 1, 1, false));
      Files.write(log, line(3), StandardOpenOption.APPEND);
      assertThat(all(reader)).isEqualTo(entries("1", "2", "3"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aFileThatTheMonitorStillWritesIsLetBe(int maxFiles) throws Exception {
    Path log = directory.resolve("container.log");
    LogRotations rotations = new LogRotations();
    LogPolicy policy = new LogPolicy(true, 1, maxFiles, true);
    Files.write(log, line(1));
    try (FileChannel monitor = FileChannel.open(log, StandardOpenOption.APPEND);
        MonitorLog logs = new MonitorLog(Clock.systemUTC())) {
      rotations.setAside(log);
      rotations.tidy(log, policy);
      monitor.write(ByteBuffer.wrap(line(2)));
      try (Reader reader = logs.open(log, all(false), Form.lines(true, false, ""), () -> true)) {
        assertThat(all(reader)).isEqualTo(entries("1", "2"));
      }
    }
  }
}
