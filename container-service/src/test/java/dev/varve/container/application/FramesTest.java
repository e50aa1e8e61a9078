package dev.varve.container.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.application.StandardStreams.Source;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FramesTest {
  private static void add(Frames frames, Source source, String text) {
    byte[] data = text.getBytes(StandardCharsets.US_ASCII);
    frames.add(source, data, 0, data.length);
  }

  private static void extend(Frames frames, Source source, String text) {
    byte[] data = text.getBytes(StandardCharsets.US_ASCII);
    frames.extend(source, data, 0, data.length);
  }

  /** Each piece as {@code stream:text}. */
  private static String pieces(ByteBuffer bytes) {
    StringBuilder text = new StringBuilder();
    while (bytes.hasRemaining()) {
      int stream = bytes.getInt() >>> 24;
      byte[] data = new byte[bytes.getInt()];
      bytes.get(data);
      text.append(stream).append(':').append(new String(data, StandardCharsets.US_ASCII));
      text.append(' ');
    }
    return text.toString().strip();
  }

  @Test
  void eachPieceHasAHeader() {
    Frames frames = new Frames(true, true, true);
    add(frames, Source.STDOUT, "a");
    add(frames, Source.STDOUT, "b");
    add(frames, Source.STDERR, "c");
    assertThat(pieces(frames.take())).isEqualTo("1:a 1:b 2:c");
    assertThat(frames.isEmpty()).isTrue();
  }

  @Test
  void whatFollowsInTheSameStreamIsOnePiece() {
    Frames frames = new Frames(true, true, true);
    extend(frames, Source.STDOUT, "a");
    extend(frames, Source.STDOUT, "b".repeat(1000));
    extend(frames, Source.STDERR, "c");
    extend(frames, Source.STDOUT, "d");
    assertThat(pieces(frames.take())).isEqualTo("1:a" + "b".repeat(1000) + " 2:c 1:d");
    extend(frames, Source.STDOUT, "e");
    assertThat(pieces(frames.take())).isEqualTo("1:e");
  }

  @Test
  void whatIsNotWantedIsLeftOut() {
    Frames frames = new Frames(true, true, false);
    extend(frames, Source.STDOUT, "a");
    extend(frames, Source.STDERR, "b");
    add(frames, Source.STDERR, "c");
    extend(frames, Source.STDOUT, "d");
    assertThat(pieces(frames.take())).isEqualTo("1:ad");
  }

  @Test
  void aTerminalsOutputStandsAsItIs() {
    Frames frames = new Frames(false, true, true);
    add(frames, Source.STDOUT, "a");
    extend(frames, Source.STDOUT, "b");
    assertThat(StandardCharsets.US_ASCII.decode(frames.take()).toString()).isEqualTo("ab");
  }

  @Test
  void itIsFullAtItsLimit() {
    Frames frames = new Frames(false, true, true);
    assertThat(frames.room()).isEqualTo(Frames.FULL);
    frames.limit(3);
    add(frames, Source.STDOUT, "ab");
    assertThat(frames.isFull()).isFalse();
    assertThat(frames.room()).isEqualTo(1);
    add(frames, Source.STDOUT, "cd");
    assertThat(frames.isFull()).isTrue();
    assertThat(frames.room()).isZero();
  }

  @Test
  void littleIsNotHandedOnInALargeArray() {
    Frames frames = new Frames(false, true, true);
    add(frames, Source.STDOUT, "x".repeat(100_000));
    assertThat(frames.take().remaining()).isEqualTo(100_000);
    add(frames, Source.STDOUT, "y");
    assertThat(frames.take().array()).hasSize(1);
  }
}
