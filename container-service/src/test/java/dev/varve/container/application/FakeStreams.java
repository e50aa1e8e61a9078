package dev.varve.container.application;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;

/** Streams of a program that does nothing by itself. */
final class FakeStreams implements StandardStreams {
  private final LinkedBlockingQueue<Optional<byte[]>> outputs = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream stdin = new ByteArrayOutputStream();
  private volatile boolean stdinClosed;
  private volatile boolean closed;

  void print(String text) {
    outputs.add(Optional.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  void end() {
    outputs.add(Optional.empty());
  }

  synchronized String stdin() {
    return stdin.toString(StandardCharsets.UTF_8);
  }

  boolean isStdinClosed() {
    return stdinClosed;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public boolean read(Frames frames) throws InterruptedException {
    Optional<byte[]> output = outputs.take();
    if (output.isEmpty()) {
      end();
      return false;
    }
    frames.add(Source.STDOUT, output.get(), 0, output.get().length);
    return true;
  }

  @Override
  public synchronized void write(byte[] data, int offset, int length) {
    stdin.write(data, offset, length);
  }

  @Override
  public void closeStdin() {
    stdinClosed = true;
  }

  @Override
  public void close() {
    closed = true;
    end();
  }
}
