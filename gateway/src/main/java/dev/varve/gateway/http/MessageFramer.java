package dev.varve.gateway.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Finds where one request message ends, so that the bytes behind it can be held back. Used by one
 * thread.
 */
final class MessageFramer {
  private static final int MAX_HEAD = 64 << 10;
  private static final int MAX_CHUNK_LINE = 256;
  private static final int MAX_TRAILERS = 8 << 10;

  private enum Phase {
    HEAD,
    BODY,
    CHUNK_SIZE,
    CHUNK_DATA,
    TRAILER,
    COMPLETE
  }

  /** Why the bytes are no request. */
  record Fault(int status, String message) {}

  private Phase phase = Phase.HEAD;
  private long remaining;
  private int scanned;
  private int trailerBytes;
  private boolean keepAlive;
  private @Nullable Fault fault;

  boolean isComplete() {
    return phase == Phase.COMPLETE;
  }

  /** Whether the head has passed and more must follow. */
  boolean isInBody() {
    return phase != Phase.HEAD && phase != Phase.COMPLETE;
  }

  /** Whether another message may follow the present one. */
  boolean isKeptAlive() {
    return keepAlive;
  }

  @Nullable Fault fault() {
    return fault;
  }

  /** Starts the next message. */
  void reset() {
    phase = Phase.HEAD;
    scanned = 0;
    trailerBytes = 0;
  }

  /**
   * Tells how many of the buffer's readable bytes, from its reader index, belong to the current
   * message and are well-formed so far; 0 when more must come first or the message is complete or
   * faulty. The caller consumes that many before it asks again.
   */
  int next(ByteBuf in) {
    return switch (phase) {
      case HEAD -> head(in);
      case BODY -> body(in, Phase.COMPLETE);
      case CHUNK_SIZE -> chunkSize(in);
      case CHUNK_DATA -> body(in, Phase.CHUNK_SIZE);
      case TRAILER -> trailer(in);
      case COMPLETE -> 0;
    };
  }

  private int head(ByteBuf in) {
    int start = in.readerIndex();
    if (scanned == 0) {
      // RFC 9112, 2.2: empty lines before a request line are ignored.
      while (in.readableBytes() >= 2 && in.getShort(in.readerIndex()) == 0x0d0a) {
        in.skipBytes(2);
      }
      start = in.readerIndex();
    }
    for (int at = start + scanned; at < in.writerIndex(); at++) {
      byte octet = in.getByte(at);
      byte before = at == start ? 0 : in.getByte(at - 1);
      if (octet == 0 || octet == '\n' != (before == '\r')) {
        return fail(400, "malformed line end in the request head");
      }
      if (before == '\n' && (octet == ' ' || octet == '\t')) {
        return fail(400, "folded header line");
      }
      if (octet == '\n' && at - start >= 3 && in.getByte(at - 2) == '\n') {
        return judge(in, start, at + 1 - start);
      }
    }
    scanned = in.writerIndex() - start;
    return scanned > MAX_HEAD ? fail(431, "request head too large") : 0;
  }

  private int judge(ByteBuf in, int start, int length) {
    if (length > MAX_HEAD) {
      return fail(431, "request head too large");
    }
    String text = in.toString(start, length - 2, StandardCharsets.ISO_8859_1);
    return switch (RequestHead.judge(text)) {
      case RequestHead.Verdict.Bad(int status, String message) -> fail(status, message);
      case RequestHead.Verdict.Good(RequestHead head) -> {
        remaining = head.length();
        keepAlive = head.keepAlive();
        phase = head.chunked() ? Phase.CHUNK_SIZE : remaining > 0 ? Phase.BODY : Phase.COMPLETE;
        yield length;
      }
    };
  }

  private int body(ByteBuf in, Phase after) {
    int taken = (int) Math.min(remaining, in.readableBytes());
    remaining -= taken;
    if (remaining == 0) {
      phase = after;
    }
    return taken;
  }

  private int chunkSize(ByteBuf in) {
    int length = lineLength(in);
    if (length == 0) {
      return in.readableBytes() > MAX_CHUNK_LINE ? fail(400, "malformed chunk size") : 0;
    }
    String line = in.toString(in.readerIndex(), length - 2, StandardCharsets.ISO_8859_1);
    int semicolon = line.indexOf(';');
    String digits = (semicolon < 0 ? line : line.substring(0, semicolon)).stripTrailing();
    if (length > MAX_CHUNK_LINE || !isHex(digits)) {
      return fail(400, "malformed chunk size");
    }
    long size = Long.parseLong(digits, 16);
    // The data's own CRLF is counted with it; the decoder behind us checks what it is.
    remaining = size + 2;
    phase = size == 0 ? Phase.TRAILER : Phase.CHUNK_DATA;
    return length;
  }

  private int trailer(ByteBuf in) {
    int length = lineLength(in);
    trailerBytes += length;
    if (trailerBytes > MAX_TRAILERS || length == 0 && in.readableBytes() > MAX_TRAILERS) {
      return fail(400, "trailers too large");
    }
    if (length == 2) {
      phase = Phase.COMPLETE;
    }
    return length;
  }

  /** Bytes up to and with the next CRLF; 0 when it has not come or the line is faulty. */
  private int lineLength(ByteBuf in) {
    int newline = in.bytesBefore((byte) '\n');
    if (newline < 0) {
      return 0;
    }
    if (newline == 0 || in.getByte(in.readerIndex() + newline - 1) != '\r') {
      return fail(400, "malformed line end in the request body");
    }
    return newline + 1;
  }

  private static boolean isHex(String text) {
    return !text.isEmpty()
        && text.length() <= 15
        && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80);
  }

  private int fail(int status, String message) {
    fault = new Fault(status, message);
    return 0;
  }
}
