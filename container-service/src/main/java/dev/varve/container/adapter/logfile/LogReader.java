package dev.varve.container.adapter.logfile;

import dev.varve.container.application.ContainerLog.Entry;
import dev.varve.container.application.ContainerLog.Query;
import dev.varve.container.application.ContainerLog.Reader;
import dev.varve.container.application.StandardStreams.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One pass over a log file. */
final class LogReader implements Reader {
  /** Parts of one line are put together up to Docker's size of a log message. */
  private static final int ENTRY_BYTES = 16 << 10;

  private static final int BLOCK = 64 << 10;
  // The file does not change when the container ends, so that has to be asked now and then.
  private static final long ASK_MILLIS = 200;

  private final Path path;
  private final Query query;
  private final BooleanSupplier ended;
  private final LogWatch watch;
  private final Clock clock;
  private final Runnable wake = this::wake;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private boolean changed;
  private volatile boolean closed;

  private final Deque<Entry> ready = new ArrayDeque<>();
  private final Map<Source, Part> parts = new EnumMap<>(Source.class);
  private @Nullable FileChannel file;
  private @Nullable Object fileKey;
  private boolean tailed;
  private boolean watched;
  private boolean pastUntil;
  private long position;
  private byte[] pending = new byte[0];

  /** The parts so far of a line that is not complete. */
  private record Part(Instant time, ByteArrayOutputStream bytes) {}

  LogReader(Path path, Query query, BooleanSupplier ended, LogWatch watch, Clock clock)
      throws IOException {
    this.path = path;
    this.query = query;
    this.ended = ended;
    this.watch = watch;
    this.clock = clock;
    open();
  }

  static boolean isWanted(Query query, Source source) {
    return switch (source) {
      case STDOUT -> query.stdout();
      case STDERR -> query.stderr();
    };
  }

  @Override
  public @Nullable Entry next() throws IOException, InterruptedException {
    try {
      return nextOrWait();
    } catch (ClosedChannelException e) {
      // Closed by another thread while we read.
      return null;
    }
  }

  private @Nullable Entry nextOrWait() throws IOException, InterruptedException {
    while (!closed) {
      Entry entry = ready.poll();
      if (entry != null) {
        return entry;
      }
      if (pastUntil) {
        return null;
      }
      if (readBlock()) {
        continue;
      }
      // Ask before the last look at the file, so that nothing written before is missed.
      boolean last =
          !query.follow()
              || ended.getAsBoolean()
              || query.until().filter(until -> clock.instant().isAfter(until)).isPresent();
      if (last) {
        while (readBlock()) {
          // To the end.
        }
        flushParts();
        pastUntil = true;
      } else if (flushParts() == 0) {
        await();
      }
    }
    return null;
  }

  /** Opens the file if it is there; at the first time finds the start. */
  private boolean open() throws IOException {
    try {
      FileChannel opened = FileChannel.open(path);
      file = opened;
      fileKey = key();
      position = 0;
      pending = new byte[0];
      if (!tailed && query.tail().isPresent()) {
        position = LogTail.start(opened, opened.size(), query, query.tail().getAsInt());
      }
      tailed = true;
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private @Nullable Object key() throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Reads what is there now; false at the end. */
  private boolean readBlock() throws IOException {
    FileChannel channel = file;
    if (channel == null) {
      return open();
    }
    ByteBuffer buffer = ByteBuffer.allocate(BLOCK);
    int count = channel.read(buffer, position);
    if (count <= 0) {
      return reopenIfReplaced(channel);
    }
    position += count;
    byte[] bytes = Arrays.copyOf(pending, pending.length + count);
    System.arraycopy(buffer.array(), 0, bytes, pending.length, count);
    int from = 0;
    for (int i = pending.length; i < bytes.length && !pastUntil; i++) {
      if (bytes[i] == '\n') {
        line(bytes, from, i);
        from = i + 1;
      }
    }
    pending = Arrays.copyOfRange(bytes, from, bytes.length);
    return true;
  }

  /** The monitor begins a new file, or the old one again, when it has grown too large. */
  private boolean reopenIfReplaced(FileChannel channel) throws IOException {
    if (channel.size() < position) {
      position = 0;
      pending = new byte[0];
      return true;
    }
    Object now = key();
    if (now == null || Objects.equals(now, fileKey)) {
      return false;
    }
    channel.close();
    return open();
  }

  private void line(byte[] bytes, int from, int to) {
    LogLine line = LogLine.parse(bytes, from, to);
    if (line == null || !isWanted(query, line.source())) {
      return;
    }
    if (query.until().filter(until -> line.time().isAfter(until)).isPresent()) {
      flushParts();
      pastUntil = true;
      return;
    }
    if (query.since().filter(since -> line.time().isBefore(since)).isPresent()) {
      return;
    }
    Part part =
        parts.computeIfAbsent(
            line.source(), source -> new Part(line.time(), new ByteArrayOutputStream()));
    int length = to - line.payloadStart();
    if (part.bytes().size() > 0 && part.bytes().size() + length > ENTRY_BYTES) {
      ready.add(new Entry(line.source(), part.time(), part.bytes().toByteArray(), true));
      part = new Part(line.time(), new ByteArrayOutputStream());
      parts.put(line.source(), part);
    }
    part.bytes().write(bytes, line.payloadStart(), length);
    if (line.complete()) {
      part.bytes().write('\n');
      ready.add(new Entry(line.source(), part.time(), part.bytes().toByteArray(), false));
      parts.remove(line.source());
    }
  }

  /** Hands out what has no newline yet, such as a prompt. */
  private int flushParts() {
    int count = parts.size();
    parts.forEach((source, part) ->
        ready.add(new Entry(source, part.time(), part.bytes().toByteArray(), true)));
    parts.clear();
    return count;
  }

  private void await() throws IOException, InterruptedException {
    Path directory = path.getParent();
    if (!watched && directory != null && Files.isDirectory(directory)) {
      watch.add(directory, wake);
      watched = true;
      // What was written before the watch was there.
      return;
    }
    lock.lockInterruptibly();
    try {
      if (!changed && !closed) {
        var ignored = woken.await(ASK_MILLIS, TimeUnit.MILLISECONDS);
      }
      changed = false;
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    lock.lock();
    try {
      changed = true;
      woken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    wake();
    Path directory = path.getParent();
    if (directory != null) {
      watch.remove(directory, wake);
    }
    FileChannel channel = file;
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException("closing " + path, e);
      }
    }
  }
}
