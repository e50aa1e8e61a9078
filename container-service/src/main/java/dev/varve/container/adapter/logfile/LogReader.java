package dev.varve.container.adapter.logfile;

import dev.varve.container.application.ContainerLog.Form;
import dev.varve.container.application.ContainerLog.Query;
import dev.varve.container.application.ContainerLog.Reader;
import dev.varve.container.application.Frames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One pass over a log, from file to file as they were set aside. */
final class LogReader implements Reader {
  // The file does not change when the container ends, so that has to be asked now and then.
  private static final long ASK_MILLIS = 200;

  /** For so long the rest of a line is waited for before its beginning is handed out. */
  private static final long PART_MILLIS = 20;

  private final LogFiles files;
  private final Query query;
  private final Form form;
  private final BooleanSupplier ended;
  private final LogWatch watch;
  private final Clock clock;
  private final Runnable wake = this::wake;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private boolean changed;
  private volatile boolean closed;

  private final Frames frames;
  private final LogLines lines = new LogLines();
  private final LogEntries entries;
  private volatile @Nullable LogSource source;
  private long number;
  private boolean complete;
  private boolean lastLook;
  private boolean finished;
  private boolean watched;

  LogReader(
      LogFiles files, Query query, Form form, BooleanSupplier ended, LogWatch watch, Clock clock)
      throws IOException {
    this.files = files;
    this.query = query;
    this.form = form;
    this.ended = ended;
    this.watch = watch;
    this.clock = clock;
    this.frames = new Frames(form.framed(), query.stdout(), query.stderr());
    this.entries = new LogEntries(frames, form, lines.stamp());
    begin();
  }

  private void begin() throws IOException {
    if (query.tail().isPresent() && query.tail().getAsInt() == 0) {
      number = files.lastNumber() + 1;
      open();
      LogSource current = source;
      if (current instanceof LogSource.Plain(var channel)) {
        current.skip(channel.size());
      }
    } else if (query.tail().isPresent()) {
      LogTail.Start start = LogTail.of(files, query, query.tail().getAsInt());
      number = start.number();
      open();
      LogSource found = source;
      if (found != null && start.offset() > 0) {
        found.skip(start.offset());
      }
    } else {
      number = firstOf(0).orElse(files.lastNumber() + 1);
      open();
    }
  }

  /** The first file from a number on that may have something that is wanted. */
  private OptionalLong firstOf(long from) throws IOException {
    for (Map.Entry<Long, LogFiles.Kept> kept : files.kept().tailMap(from, true).entrySet()) {
      if (query.since().isEmpty()
          || !files.lastWritten(kept.getKey()).isBefore(query.since().get())) {
        return OptionalLong.of(kept.getKey());
      }
    }
    return OptionalLong.empty();
  }

  @Override
  public @Nullable ByteBuffer next() throws IOException, InterruptedException {
    try {
      return nextOrWait();
    } catch (ClosedChannelException e) {
      // Closed by another thread while we read.
      return null;
    }
  }

  private @Nullable ByteBuffer nextOrWait() throws IOException, InterruptedException {
    while (!closed) {
      boolean more = finished || gather();
      if (!frames.isEmpty()) {
        return frames.take();
      }
      if (finished) {
        return null;
      }
      if (!more) {
        endOfFile();
      }
    }
    return null;
  }

  /** Takes what is there, up to a good amount; false at the end of the file. */
  private boolean gather() throws IOException {
    while (!frames.isFull() && !finished) {
      if (lines.next()) {
        take();
      } else {
        LogSource open = source;
        if (open == null || !lines.fill(open)) {
          return false;
        }
      }
    }
    return true;
  }

  private void take() {
    if (!frames.isWanted(lines.source)) {
      return;
    }
    if (query.until().isPresent() && lines.time.isAfter(query.until().get())) {
      entries.flush();
      finished = true;
    } else if (query.since().isEmpty() || !lines.time.isBefore(query.since().get())) {
      entries.add(lines);
    }
  }

  private void endOfFile() throws IOException, InterruptedException {
    if (complete) {
      number = firstOf(number + 1).orElse(files.lastNumber() + 1);
      open();
    } else if (files.isComplete(number)) {
      // What was written to it before that is read first.
      complete = true;
      if (source == null) {
        open();
      }
    } else if (lastLook) {
      entries.flush();
      finished = true;
    } else if (isOver()) {
      // Asked before the last look at the file, so that nothing written before is missed.
      lastLook = true;
      openIfAbsent();
    } else {
      openIfAbsent();
      await();
    }
  }

  private boolean isOver() {
    return !query.follow()
        || ended.getAsBoolean()
        || query.until().filter(until -> clock.instant().isAfter(until)).isPresent();
  }

  private void openIfAbsent() throws IOException {
    if (source == null) {
      open();
    }
  }

  private void open() throws IOException {
    LogSource before = source;
    if (before != null) {
      before.close();
      source = null;
    }
    lines.drop();
    source = files.open(number).orElse(null);
    complete = files.isComplete(number) && source != null;
    if (closed) {
      close();
    }
  }

  private void await() throws IOException, InterruptedException {
    if (!watched && Files.isDirectory(files.directory())) {
      watch.add(files.directory(), wake);
      watched = true;
      // What was written before the watch was there.
      return;
    }
    boolean mayFlush = entries.hasParts() && !form.marksLines();
    boolean quiet;
    lock.lockInterruptibly();
    try {
      quiet =
          !changed
              && !closed
              && !woken.await(mayFlush ? PART_MILLIS : ASK_MILLIS, TimeUnit.MILLISECONDS);
      changed = false;
    } finally {
      lock.unlock();
    }
    if (quiet && mayFlush) {
      entries.flush();
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
    Path directory = files.directory();
    watch.remove(directory, wake);
    LogSource open = source;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new UncheckedIOException("closing " + files.current(), e);
      }
    }
  }
}
