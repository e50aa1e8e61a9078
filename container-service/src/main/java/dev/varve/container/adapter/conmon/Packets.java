package dev.varve.container.adapter.conmon;

import dev.varve.container.application.StandardStreams.Source;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.process.Descriptor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a monitor has sent to its attach socket, as far as it is good to read in one go. Each packet
 * is some kibibytes of one stream behind a byte that names it; here packets of the same stream that
 * follow each other are one piece.
 */
final class Packets {
  private static final int PACKET_BYTES = 64 << 10;
  private static final int READS_AT_ONCE = 64;
  private static final byte STDERR = 3;

  private final List<Output> outputs = new ArrayList<>();
  private Source source = Source.STDOUT;
  private byte[] bytes = new byte[0];
  private int length;
  private int total;
  private boolean last;

  /** Reads from a non-blocking socket. */
  void read(Descriptor socket) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment packet = arena.allocate(PACKET_BYTES);
      for (int i = 0; i < READS_AT_ONCE; i++) {
        int count = read(socket, packet);
        if (count == Descriptor.WOULD_BLOCK) {
          break;
        }
        if (count == 0) {
          last = true;
          break;
        }
        add(packet, count);
      }
    } finally {
      endPiece();
    }
  }

  /** A monitor that left input unread resets the connection; its last output is behind that. */
  private static int read(Descriptor socket, MemorySegment packet) throws SystemCallException {
    try {
      return socket.read(packet);
    } catch (SystemCallException e) {
      if (e.errno() != Errno.ECONNRESET) {
        throw e;
      }
      return socket.read(packet);
    }
  }

  private void add(MemorySegment packet, int count) {
    Source from = packet.get(ValueLayout.JAVA_BYTE, 0) == STDERR ? Source.STDERR : Source.STDOUT;
    if (from != source) {
      endPiece();
      source = from;
    }
    int more = count - 1;
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
    MemorySegment.copy(packet, ValueLayout.JAVA_BYTE, 1, bytes, length, more);
    length += more;
    total += more;
  }

  private void endPiece() {
    if (length > 0) {
      outputs.add(new Output(source, bytes, length));
      bytes = new byte[0];
      length = 0;
    }
  }

  List<Output> outputs() {
    return outputs;
  }

  /** Bytes. */
  int total() {
    return total;
  }

  /** Whether nothing will follow. */
  boolean isLast() {
    return last;
  }
}
