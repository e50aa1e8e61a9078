package dev.varve.image.adapter.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.varve.api.image.v1.Chunk;
import dev.varve.api.transport.Outbound;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/** Bytes as a stream of chunks; a slow client makes the writer wait. */
final class ChunkOutput extends OutputStream {
  static final int CHUNK = 512 << 10;

  private final Outbound<Chunk> outbound;
  private byte[] buffer = new byte[CHUNK];
  private int filled;

  ChunkOutput(Outbound<Chunk> outbound) {
    this.outbound = outbound;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int from = offset;
    for (int left = length; left > 0; ) {
      int part = Math.min(left, CHUNK - filled);
      System.arraycopy(bytes, from, buffer, filled, part);
      filled += part;
      from += part;
      left -= part;
      if (filled == CHUNK) {
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
    send(outbound, buffer, filled);
    // The message keeps the array: it is not copied on its way within this JVM.
    buffer = new byte[CHUNK];
    filled = 0;
  }

  /**
   * @param bytes given away
   */
  static void send(Outbound<Chunk> outbound, byte[] bytes, int length) throws IOException {
    Chunk chunk =
        Chunk.newBuilder().setData(UnsafeByteOperations.unsafeWrap(bytes, 0, length)).build();
    try {
      if (!outbound.send(chunk)) {
        throw new ClientGoneException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the client");
    }
  }
}
