package dev.varve.container.application;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** A person at a terminal, or a pipe. */
final class FakeClient implements StreamClient {
  private static final byte[] GONE = new byte[0];

  private final LinkedBlockingQueue<Optional<byte[]>> input = new LinkedBlockingQueue<>();
  private final StringBuffer seen = new StringBuffer();
  private final CountDownLatch attached = new CountDownLatch(1);
  private volatile Runnable whenGone = () -> {};
  private volatile boolean gone;
  private volatile boolean inputAbandoned;

  void type(String text) {
    input.add(Optional.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  void closeInput() {
    input.add(Optional.empty());
  }

  void leave() {
    gone = true;
    input.add(Optional.of(GONE));
    whenGone.run();
  }

  String seen() {
    return seen.toString();
  }

  /** Whether nobody waits for input any more, though it has not ended. */
  boolean isInputAbandoned() {
    return inputAbandoned;
  }

  boolean isAttached() {
    return attached.getCount() == 0;
  }

  @Override
  public boolean attached(boolean tty) {
    attached.countDown();
    return !gone;
  }

  @Override
  public boolean takesRawOutput() {
    return true;
  }

  @Override
  public int awaitRoom() {
    return gone ? 0 : Frames.FULL;
  }

  @Override
  public boolean output(ByteBuffer frames) {
    seen.append(StandardCharsets.UTF_8.decode(frames));
    return !gone;
  }

  @Override
  public void whenGone(Runnable action) {
    whenGone = action;
    if (gone) {
      action.run();
    }
  }

  @Override
  public byte[] stdin() throws IOException, InterruptedException {
    Optional<byte[]> data;
    try {
      data = input.take();
    } catch (InterruptedException e) {
      inputAbandoned = true;
      throw e;
    }
    if (data.isPresent() && data.get() == GONE) {
      throw new IOException("gone");
    }
    return data.orElse(null);
  }
}
