package dev.varve.image.adapter.remote;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.Map;
import java.util.Objects;

/** The bytes of an answer: as many as were promised, or a failure. */
final class Body extends InputStream {
  private static final long UNKNOWN = -1;
  private static final int HEXADECIMAL = 16;
  private static final int LONGEST_SIZE = 256;

  private final InputStream in;
  private final Closeable connection;
  private final boolean chunked;

  /** Of the chunk, or of all. */
  private long left;

  private boolean ended;

  private Body(InputStream in, Closeable connection, boolean chunked, long left) {
    this.in = in;
    this.connection = connection;
    this.chunked = chunked;
    this.left = left;
  }

  static Body of(InputStream in, Map<String, String> headers, Closeable connection)
      throws IOException {
    String encoding = headers.getOrDefault("transfer-encoding", "identity");
    String length = headers.get("content-length");
    if (encoding.equalsIgnoreCase("chunked")) {
      return new Body(in, connection, true, 0);
    }
    if (!encoding.equalsIgnoreCase("identity")) {
      throw new ProtocolException("the server sends in a way that was not asked for: " + encoding);
    }
    return new Body(in, connection, false, length == null ? UNKNOWN : size(length, 10));
  }

  static EOFException cutOff() {
    return new EOFException("the server ended the connection early");
  }

  private static long size(String text, int radix) throws IOException {
    if (!text.matches(radix == HEXADECIMAL ? "[0-9a-fA-F]{1,15}" : "[0-9]{1,18}")) {
      throw new ProtocolException("the server does not say a size");
    }
    return Long.parseLong(text, radix);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (chunked && left == 0 && !ended) {
      beginChunk();
    }
    if (ended || left == 0) {
      return -1;
    }
    int read = in.read(bytes, offset, left == UNKNOWN ? length : (int) Math.min(length, left));
    if (read < 0 && left != UNKNOWN) {
      throw cutOff();
    }
    ended = read < 0;
    if (left != UNKNOWN) {
      left -= read;
    }
    if (chunked && left == 0 && !Answer.line(in, 1).isEmpty()) {
      throw new ProtocolException("a part of the answer is longer than was said");
    }
    return read;
  }

  /** What follows the last chunk is of no interest: the connection is used once. */
  private void beginChunk() throws IOException {
    String line = Answer.line(in, LONGEST_SIZE);
    left = size(line.replaceFirst("[ \t]*(;.*)?$", ""), HEXADECIMAL);
    ended = left == 0;
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
