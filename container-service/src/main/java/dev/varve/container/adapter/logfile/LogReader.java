package dev.varve.container.adapter.logfile;

import dev.varve.container.application.ContainerLog.End;
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
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One pass over a log, from file to file as they were set aside. */
final class LogReader implements Reader {
  /** For so long a directory that is not there yet, and so cannot be watched, is waited for. */
  private static final long DIRECTORY_MILLIS = 200;

  /** For so long the rest of a line is waited for before its beginning is handed out. */
  private static final long PART_MILLIS = 20;

  private final LogFiles files;
  private final Query query;
  private final Form form;
  private final End end;
  private final CompletableFuture<?> endSign;
  private final LogWatch watch;
  private final Clock clock;
  private final Duration asking;
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
      LogFiles files, Query query, Form form, End end, LogWatch watch, Clock clock, Duration asking)
      throws IOException {
    this.files = files;
    this.query = query;
    this.form = form;
    this.end = end;
    this.watch = watch;
    this.clock = clock;
    this.asking = asking;
    this.frames = new Frames(form.framed(), query.stdout(), query.stderr());
    this.entries = new LogEntries(frames, form, lines.stamp());
    begin();
    // The file does not change when the container ends.
    this.endSign = query.follow() ? end.sign() : CompletableFuture.completedFuture(null);
    var _ = endSign.whenComplete((_, _) -> wake());
  }

  private void begin() throws IOException {
    if (query.tail().isEmpty()) {
      open(files.firstNumber());
      return;
    }
    int tail = query.tail().getAsInt();
    if (tail == 0) {
      open(files.lastNumber() + 1);
      if (source instanceof LogSource.Plain(var channel)) {
        channel.position(channel.size());
      }
      return;
    }
    LogTail.Start start = LogTail.of(files, query, tail);
    if (start.opened().isPresent()) {
      take(start.opened().get());
    } else {
      open(start.number());
    }
    LogSource found = source;
    if (found != null && number == start.number() && start.offset() > 0) {
      found.skip(start.offset());
    }
  }

  @Override
  public @Nullable ByteBuffer next(int bytes) throws IOException, InterruptedException {
    frames.limit(bytes);
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
      // Whoever does not follow need not have at once what is before a file's end.
      if (!frames.isEmpty() && (more || query.follow())) {
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
      finish();
    } else if (query.since().isEmpty() || !lines.time.isBefore(query.since().get())) {
      entries.add(lines);
    }
  }

  private void endOfFile() throws IOException, InterruptedException {
    if (complete) {
      open(number + 1);
    } else if (source == null) {
      open(number);
      if (source == null) {
        endOrAwait();
      }
    } else if (!query.follow()) {
      // It was the last one when it was opened, so all that was there by then has been read.
      finish();
    } else if (files.isComplete(number)) {
      // What was written to it before that is read first.
      complete = true;
    } else {
      endOrAwait();
    }
  }

  private void endOrAwait() throws IOException, InterruptedException {
    if (lastLook) {
      finish();
    } else if (isOver()) {
      // Asked before the last look at the file, so that nothing written before is missed.
      lastLook = true;
    } else {
      await();
    }
  }

  private void finish() {
    entries.flush();
    finished = true;
  }

  private boolean isOver() {
    return !query.follow()
        || end.isThere()
        || query.until().filter(until -> clock.instant().isAfter(until)).isPresent();
  }

  /** Opens the first file from a number on that may have something that is wanted. */
  private void open(long from) throws IOException {
    LogSource before = source;
    if (before != null) {
      source = null;
      before.close();
    }
    lines.drop();
    number = from;
    complete = false;
    while (query.since().isPresent() && files.isBefore(number, query.since().get())) {
      number++;
    }
    Optional<LogFiles.Opened> found = files.open(number);
    found.ifPresent(this::take);
    if (closed) {
      close();
    }
  }

  private void take(LogFiles.Opened opened) {
    number = opened.number();
    source = opened.source();
    complete = opened.complete();
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
              && !woken.await(mayFlush ? PART_MILLIS : patience(), TimeUnit.MILLISECONDS);
      changed = false;
    } finally {
      lock.unlock();
    }
    if (quiet && mayFlush) {
      entries.flush();
    }
  }

  private long patience() {
    long most = watched ? asking.toMillis() : DIRECTORY_MILLIS;
    return query
        .until()
        .map(until -> Math.clamp(clock.instant().until(until).toMillis() + 1, 1, most))
        .orElse(most);
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
    endSign.cancel(false);
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
