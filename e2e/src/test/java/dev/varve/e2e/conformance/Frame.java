package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One piece of a multiplexed stream: {@code [type,0,0,0,length]} and as many bytes. Type 1 is
 * standard output, 2 standard error.
 */
record Frame(int type, String text) {
  static final int STDOUT = 1;
  static final int STDERR = 2;

  /** Every frame of a stream that was read to its end; bytes that are no frame fail the test. */
  static List<Frame> all(byte[] bytes) {
    List<Frame> frames = new ArrayList<>();
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    while (in.available() > 0) {
      frames.add(read(in));
    }
    return frames;
  }

  /** The next frame of a stream that may still be written. */
  static Frame read(InputStream in) {
    try {
      DataInputStream data = new DataInputStream(in);
      int type = data.readUnsignedByte();
      assertThat(type).as("frame type").isBetween(0, 3);
      assertThat(data.readNBytes(3)).as("padding of a frame's header").containsOnly(0);
      int length = data.readInt();
      byte[] payload = data.readNBytes(length);
      assertThat(payload).as("payload of a frame").hasSize(length);
      return new Frame(type, new String(payload, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What one of the two outputs said, in order. The order between the two outputs is not defined.
   */
  static String text(List<Frame> frames, int type) {
    return frames.stream()
        .filter(frame -> frame.type() == type)
        .map(Frame::text)
        .collect(Collectors.joining());
  }
}
