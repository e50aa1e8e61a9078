package dev.varve.snapshot.adapter.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.varve.api.snapshot.v1.ArchivePart;
import dev.varve.api.transport.Outbound;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Cuts bytes into messages; each array goes to its message and is not written again. */
final class ArchiveOutput extends OutputStream {
  private static final int PART = 1 << 18;

  private final Outbound<ArchivePart> outbound;
  private byte[] part = new byte[PART];
  private int filled;

  ArchiveOutput(Outbound<ArchivePart> outbound) {
    this.outbound = outbound;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int at = offset;
    int left = length;
    while (left > 0) {
      int count = Math.min(left, PART - filled);
      System.arraycopy(bytes, at, part, filled, count);
      filled += count;
      at += count;
      left -= count;
      if (filled == PART) {
        sendPart();
      }
    }
  }

  private void sendPart() throws IOException {
    byte[] full = filled == PART ? part : Arrays.copyOf(part, filled);
    part = new byte[PART];
    filled = 0;
    RootContentsEndpoint.send(
        outbound, ArchivePart.newBuilder().setData(UnsafeByteOperations.unsafeWrap(full)).build());
  }

  /** Sends what is left; nothing is sent after a failure. */
  @Override
  public void flush() throws IOException {
    if (filled > 0) {
      sendPart();
    }
  }
}
