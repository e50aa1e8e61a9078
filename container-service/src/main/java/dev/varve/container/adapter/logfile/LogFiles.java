package dev.varve.container.adapter.logfile;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * The files of one log: the monitor's own, and those set aside before it with their numbers. The
 * monitor's file counts as the one after the last of those; it gets just that number when it is set
 * aside in its turn.
 */
final class LogFiles {
  static final String COMPRESSED = ".gz";
  private static final int INFLATE_BYTES = 64 << 10;

  private final Path current;
  private final Path directory;
  private final String name;

  LogFiles(Path current) {
    this.current = current;
    this.directory = Objects.requireNonNull(current.toAbsolutePath().getParent());
    this.name = String.valueOf(current.getFileName());
  }

  Path current() {
    return current;
  }

  Path directory() {
    return directory;
  }

  Path numbered(long number) {
    return current.resolveSibling(name + "." + number);
  }

  Path compressed(long number) {
    return current.resolveSibling(name + "." + number + COMPRESSED);
  }

  /** The file that a monitor which begins a new one writes first, to rename it then. */
  Path next() {
    return current.resolveSibling(name + ".tmp");
  }

  /** Is there with {@link #compressed} when a crash interrupted the compressing; then it counts. */
  record Kept(boolean plain, boolean compressed) {}

  /** Those that were set aside, by number. */
  NavigableMap<Long, Kept> kept() throws IOException {
    TreeMap<Long, Kept> found = new TreeMap<>();
    for (String file : names()) {
      if (!file.startsWith(name + ".")) {
        continue;
      }
      String rest = file.substring(name.length() + 1);
      boolean compressed = rest.endsWith(COMPRESSED);
      String digits = compressed ? rest.substring(0, rest.length() - COMPRESSED.length()) : rest;
      if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
        continue;
      }
      found.merge(
          Long.parseLong(digits),
          new Kept(!compressed, compressed),
          (one, other) -> new Kept(one.plain || other.plain, one.compressed || other.compressed));
    }
    return found;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** The last number given; 0 before the first. */
  long lastNumber() throws IOException {
    NavigableMap<Long, Kept> kept = kept();
    return kept.isEmpty() ? 0 : kept.lastKey();
  }

  /** Nothing in it is later. */
  Instant lastWritten(long number) throws IOException {
    for (Path file : List.of(numbered(number), compressed(number))) {
      try {
        return Files.getLastModifiedTime(file).toInstant();
      } catch (NoSuchFileException e) {
        // Under its other name, or deleted.
      }
    }
    return Instant.MIN;
  }

  /** Whether a file is written no more: a later one has been begun. */
  boolean isComplete(long number) throws IOException {
    long last = lastNumber();
    return last > number || last == number && Files.exists(current);
  }

  /**
   * Opens a file by its number, whether or not it has been set aside yet.
   *
   * @return empty when it is not there: not yet, or deleted
   */
  Optional<LogSource> open(long number) throws IOException {
    while (true) {
      long last = lastNumber();
      if (number > last + 1) {
        return Optional.empty();
      }
      if (number <= last) {
        // In this order: one that is compressed meanwhile is found under its other name.
        Optional<LogSource> plain = plain(numbered(number));
        return plain.isPresent() ? plain : compressedSource(number);
      }
      Optional<LogSource> source = plain(current);
      if (lastNumber() == last) {
        return source;
      }
      // Set aside meanwhile: what we opened may be the one after it.
      if (source.isPresent()) {
        source.get().close();
      }
    }
  }

  private static Optional<LogSource> plain(Path file) throws IOException {
    try {
      FileChannel channel = FileChannel.open(file);
      return Optional.of(new LogSource.Plain(channel));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private Optional<LogSource> compressedSource(long number) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(compressed(number));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new LogSource.Compressed(
              channel, new GZIPInputStream(Channels.newInputStream(channel), INFLATE_BYTES)));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }
}
