package dev.varve.container.adapter.logfile;

import dev.varve.container.application.LogStore;
import dev.varve.container.domain.LogPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.NavigableMap;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** {@link LogStore} in the monitors' directories. One thread at a time for one log. */
public final class LogRotations implements LogStore {
  private static final int BUFFER = 64 << 10;

  @Override
  public long size(Path log) throws IOException {
    try {
      return Files.size(log);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  @Override
  public boolean isSetAside(Path log) throws IOException {
    return !Files.exists(log) && new LogFiles(log).lastNumber() > 0;
  }

  @Override
  public void setAside(Path log) throws IOException {
    LogFiles files = new LogFiles(log);
    // A monitor that cannot begin a new file ends, and its container with it: so it finds one.
    create(files.next());
    Files.move(log, files.numbered(files.lastNumber() + 1));
  }

  private static void create(Path file) throws IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      // Of somebody who came no further.
    }
  }

  @Override
  public void tidy(Path log, LogPolicy policy) throws IOException {
    LogFiles files = new LogFiles(log);
    NavigableMap<Long, LogFiles.Kept> kept = files.kept();
    if (kept.isEmpty()) {
      return;
    }
    long last = kept.lastKey();
    boolean written = !files.isComplete(last);
    Deque<Long> stay = new ArrayDeque<>();
    Deque<Long> go = new ArrayDeque<>();
    long bytes = 0;
    for (Map.Entry<Long, LogFiles.Kept> entry : kept.descendingMap().entrySet()) {
      long number = entry.getKey();
      if (entry.getValue().plain() && entry.getValue().compressed()) {
        Files.deleteIfExists(files.compressed(number));
      }
      bytes += size(files.numbered(number)) + size(files.compressed(number));
      boolean fits = number == last || bytes <= policy.maxSize() * (policy.maxFiles() - 1L);
      (stay.size() < policy.maxFiles() - 1 && fits ? stay : go).addFirst(number);
    }
    if (written) {
      // The monitor has not heard yet: the file is let be until a next time.
      stay.remove(last);
      go.remove(last);
    }
    // The oldest first: none is missing between two that are there, whenever this ends.
    for (long number : go) {
      if (number == last) {
        empty(files, number);
      } else {
        Files.deleteIfExists(files.numbered(number));
        Files.deleteIfExists(files.compressed(number));
      }
    }
    if (policy.compress()) {
      for (long number : stay) {
        compress(files, number);
      }
    }
  }

  /** Its name stays, so that its number is not given again. Who has it open reads it to its end. */
  private void empty(LogFiles files, long number) throws IOException {
    Path file = files.numbered(number);
    if (size(file) > 0 || Files.exists(files.compressed(number))) {
      Path nothing = unfinished(file);
      create(nothing);
      Files.move(nothing, file, StandardCopyOption.ATOMIC_MOVE);
      Files.deleteIfExists(files.compressed(number));
    }
  }

  /** No log has a name like this, so it is in nobody's way after a crash. */
  private static Path unfinished(Path file) {
    return file.resolveSibling(file.getFileName() + ".tmp");
  }

  private static void compress(LogFiles files, long number) throws IOException {
    Path plain = files.numbered(number);
    Path compressed = files.compressed(number);
    if (!Files.exists(plain)) {
      return;
    }
    Path unfinished = unfinished(compressed);
    try (InputStream in = Files.newInputStream(plain);
        OutputStream out = Files.newOutputStream(unfinished);
        OutputStream deflated = new FastGzip(out)) {
      in.transferTo(deflated);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
    Files.setLastModifiedTime(unfinished, Files.getLastModifiedTime(plain));
    try (FileChannel written = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
      // The plain one is deleted next: what is there after a power cut must be whole.
      written.force(true);
    }
    Files.move(unfinished, compressed, StandardCopyOption.ATOMIC_MOVE);
    Files.deleteIfExists(plain);
  }

  /** Logs shrink to a tenth either way, but four times as fast. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, BUFFER);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
