package dev.varve.gateway.docker;

import java.nio.ByteBuffer;

/**
 * The framing of output without a terminal: an eight-byte header (stream, three zeros, length)
 * before each piece.
 */
public final class Frames {
  public static final int STDOUT = 1;
  public static final int STDERR = 2;

  /** Ends the stream as an error of the engine. */
  public static final int SYSTEM_ERROR = 3;

  public static final String RAW = "application/vnd.docker.raw-stream";
  public static final String MULTIPLEXED = "application/vnd.docker.multiplexed-stream";

  private Frames() {}

  public static byte[] header(int stream, int length) {
    return ByteBuffer.allocate(8).put((byte) stream).position(4).putInt(length).array();
  }

  public static byte[] frame(int stream, byte[] data) {
    return ByteBuffer.allocate(8 + data.length).put(header(stream, data.length)).put(data).array();
  }
}
