package dev.varve.container.adapter.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.varve.api.container.v1.LogPart;
import dev.varve.api.transport.Outbound;
import dev.varve.container.application.ContainerLog.Reader;
import dev.varve.container.application.ReadLog;
import io.grpc.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A log on its way to a client; ends when the client goes away. The first message says how to read
 * the others. For one thread at a time.
 */
final class LogAnswer implements AutoCloseable {
  private final boolean tty;
  private final Reader reader;
  private final boolean follow;
  private final Outbound<LogPart> answers;
  private boolean begun;
  private @Nullable ByteBuffer held;

  LogAnswer(ReadLog.Log log, boolean follow, Outbound<LogPart> answers) {
    this.tty = log.tty();
    this.reader = log.reader();
    this.follow = follow;
    this.answers = answers;
    Context.current().addListener(_ -> reader.close(), Runnable::run);
  }

  /**
   * Sends the beginning of a log that is not followed, if there is room for it at once.
   *
   * @return whether {@link #sendAll} has something left to send
   */
  boolean begin() throws IOException, InterruptedException {
    int room = answers.room();
    if (room == 0) {
      return true;
    }
    ByteBuffer frames = reader.next(room);
    held = frames == null ? null : reader.next(room);
    begun =
        answers.send(first().setFrames(frames == null ? ByteString.EMPTY : bytes(frames)).build());
    return begun && held != null;
  }

  void sendAll() throws IOException, InterruptedException {
    if (!begun && !(follow ? answers.send(first().build()) : answers.awaitRoom() > 0 && begin())) {
      return;
    }
    ByteBuffer frames = held == null ? next() : held;
    while (frames != null && answers.send(LogPart.newBuilder().setFrames(bytes(frames)).build())) {
      frames = next();
    }
  }

  private @Nullable ByteBuffer next() throws IOException, InterruptedException {
    int room = answers.awaitRoom();
    return room > 0 ? reader.next(room) : null;
  }

  private LogPart.Builder first() {
    return LogPart.newBuilder().setTty(tty);
  }

  /** Nobody writes to what a reader has handed out. */
  private static ByteString bytes(ByteBuffer frames) {
    return UnsafeByteOperations.unsafeWrap(frames);
  }

  @Override
  public void close() {
    reader.close();
  }
}
