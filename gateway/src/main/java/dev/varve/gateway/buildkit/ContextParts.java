package dev.varve.gateway.buildkit;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.varve.api.image.v1.BuildRequest;
import dev.varve.api.image.v1.Progress;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/**
 * A context's bytes on their way to the builder, which takes them at its own pace. Closing sends
 * the last of them. One thread.
 */
final class ContextParts extends OutputStream {
  private static final int PART = 256 << 10;

  private final BlockingClientCall<BuildRequest, Progress> call;
  private byte[] part = new byte[PART];
  private int filled;
  private long count;

  /** The builder has answered already: what it says is read elsewhere. */
  static final class NotWantedException extends IOException {
    private static final long serialVersionUID = 1L;

    private NotWantedException() {
      super("the builder wants no more");
    }
  }

  ContextParts(BlockingClientCall<BuildRequest, Progress> call) {
    this.call = call;
  }

  long count() {
    return count;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    count += length;
    int from = offset;
    for (int left = length; left > 0; ) {
      int taken = Math.min(left, PART - filled);
      System.arraycopy(bytes, from, part, filled, taken);
      filled += taken;
      from += taken;
      left -= taken;
      if (filled == PART) {
        send();
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (filled > 0) {
      send();
    }
  }

  private void send() throws IOException {
    ByteString bytes = UnsafeByteOperations.unsafeWrap(part, 0, filled);
    part = new byte[PART];
    filled = 0;
    try {
      if (!call.write(BuildRequest.newBuilder().setData(bytes).build())) {
        throw new NotWantedException();
      }
    } catch (StatusException e) {
      throw new IOException("the builder takes no more", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the context went");
    }
  }
}
