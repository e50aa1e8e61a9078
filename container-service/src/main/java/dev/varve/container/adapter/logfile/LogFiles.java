package dev.varve.container.adapter.logfile;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * The files of one log: the monitor's own, and those set aside before it with their numbers. The
 * monitor's file counts as the one after the last of those; it gets just that number when it is set
 * aside in its turn.
 *
 * <p>Files are moved while they are looked for. So what is concluded from several of them is
 * concluded from one listing, and what was opened under a name that moves is listed again.
 */
final class LogFiles {
  static final String COMPRESSED = ".gz";
  private static final int INFLATE_BYTES = 64 << 10;

  /** The kernel's clock for files is behind by up to one of its ticks. */
  private static final Duration TICK = Duration.ofMillis(10);

  private final Path current;
  private final LogDirectory files;
  private final String name;

  LogFiles(Path current) {
    this(current, new LogDirectory(directoryOf(current)));
  }

  LogFiles(Path current, LogDirectory files) {
    this.current = current;
    this.files = files;
    this.name = String.valueOf(current.getFileName());
  }

  private static Path directoryOf(Path current) {
    return Objects.requireNonNull(current.toAbsolutePath().getParent());
  }

  Path current() {
    return current;
  }

  Path directory() {
    return directoryOf(current);
  }

  Path numbered(long number) {
    return current.resolveSibling(numberedName(number));
  }

  Path compressed(long number) {
    return current.resolveSibling(compressedName(number));
  }

  private String numberedName(long number) {
    return name + "." + number;
  }

  private String compressedName(long number) {
    return name + "." + number + COMPRESSED;
  }

  /** The file that a monitor which begins a new one writes first, to rename it then. */
  Path next() {
    return current.resolveSibling(name + ".tmp");
  }

  /** Is there with {@link #compressed} when a crash interrupted the compressing; then it counts. */
  record Kept(boolean plain, boolean compressed) {}

  /**
   * What there is at one moment.
   *
   * @param kept those that were set aside, by number
   * @param begun whether the monitor's own is there
   */
  record Listing(NavigableMap<Long, Kept> kept, boolean begun) {
    /** The last number given; 0 before the first. */
    long last() {
      return kept.isEmpty() ? 0 : kept.lastKey();
    }

    /** The number of the oldest file. */
    long first() {
      return kept.isEmpty() ? 1 : kept.firstKey();
    }

    /** Whether a file is written no more: a later one has been begun. */
    boolean isComplete(long number) {
      return last() > number || last() == number && begun;
    }
  }

  Listing list() throws IOException {
    TreeMap<Long, Kept> found = new TreeMap<>();
    boolean begun = false;
    for (String file : files.names()) {
      if (file.equals(name)) {
        begun = true;
      }
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
    return new Listing(found, begun);
  }

  /** Those that were set aside, by number. */
  NavigableMap<Long, Kept> kept() throws IOException {
    return list().kept();
  }

  /** The last number given; 0 before the first. */
  long lastNumber() throws IOException {
    return list().last();
  }

  /** Whether a file is written no more: a later one has been begun. */
  boolean isComplete(long number) throws IOException {
    return list().isComplete(number);
  }

  /** The number of the oldest file. */
  long firstNumber() throws IOException {
    return list().first();
  }

  /** Whether nothing in a file is so late, and nothing will be. */
  boolean isBefore(long number, Instant since) throws IOException {
    // In this order: one that is complete now is not written after we looked when it was.
    return list().isComplete(number)
        && lastWritten(number).filter(last -> last.plus(TICK).isBefore(since)).isPresent();
  }

  private Optional<Instant> lastWritten(long number) throws IOException {
    Optional<Instant> plain = files.lastWritten(numberedName(number));
    return plain.isPresent() ? plain : files.lastWritten(compressedName(number));
  }

  /**
   * A file that was found.
   *
   * @param complete whether it was written no more when it was opened
   */
  record Opened(long number, LogSource source, boolean complete) {}

  /**
   * Opens a file by its number, whether or not it has been set aside yet; the next one that is
   * there when it has been deleted.
   *
   * @return empty when it has not been begun yet
   */
  Optional<Opened> open(long number) throws IOException {
    return open(number, list());
  }

  /** The same for who has looked just before. */
  Optional<Opened> open(long number, Listing seen) throws IOException {
    long wanted = number;
    Listing listing = seen;
    while (true) {
      long last = listing.last();
      if (wanted <= last) {
        long kept = wanted;
        boolean complete = listing.isComplete(kept);
        Optional<LogSource> source = keptSource(kept);
        if (source.isPresent()) {
          return source.map(found -> new Opened(kept, found, complete));
        }
        // Once it has been set aside, it is there until it is deleted.
        wanted++;
        listing = list();
        continue;
      }
      if (wanted > last + 1) {
        return Optional.empty();
      }
      Optional<LogSource> source = plainSource(name);
      listing = list();
      if (listing.last() == last) {
        return source.map(found -> new Opened(last + 1, found, false));
      }
      // Set aside meanwhile: what we opened may be the one after it.
      if (source.isPresent()) {
        source.get().close();
      }
    }
  }

  /** In this order: one that is compressed meanwhile is found under its other name. */
  private Optional<LogSource> keptSource(long number) throws IOException {
    Optional<LogSource> plain = plainSource(numberedName(number));
    return plain.isPresent() ? plain : compressedSource(compressedName(number));
  }

  private Optional<LogSource> plainSource(String file) throws IOException {
    return files.open(file).map(LogSource.Plain::new);
  }

  private Optional<LogSource> compressedSource(String file) throws IOException {
    Optional<FileChannel> opened = files.open(file);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    FileChannel channel = opened.get();
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
