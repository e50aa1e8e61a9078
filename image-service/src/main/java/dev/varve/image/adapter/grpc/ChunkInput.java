package dev.varve.image.adapter.grpc;

import com.google.protobuf.ByteString;
import dev.varve.api.transport.Inbound;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The bytes of a request stream, read as they come. */
final class ChunkInput<T> extends InputStream {
  private final Inbound<T> inbound;
  private final Function<T, ByteString> data;
  private final byte[] one = new byte[1];
  private ByteString chunk = ByteString.EMPTY;
  private int at;

  ChunkInput(Inbound<T> inbound, Function<T, ByteString> data) {
    this.inbound = inbound;
    this.data = data;
  }

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    while (at == chunk.size()) {
      T message = next();
      if (message == null) {
        return -1;
      }
      chunk = data.apply(message);
      at = 0;
    }
    int read = Math.min(length, chunk.size() - at);
    chunk.substring(at, at + read).copyTo(target, offset);
    at += read;
    return read;
  }

  private @Nullable T next() throws IOException {
    try {
      return inbound.next();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the client");
    }
  }
}
