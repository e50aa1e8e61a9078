package dev.varve.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class CompressionTest {
  private static final byte[] PLAIN = "some archive ".repeat(1000).getBytes(UTF_8);

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] opened(byte[] blob) throws IOException {
    try (InputStream in = Compression.openLayer(new ByteArrayInputStream(blob))) {
      return in.readAllBytes();
    }
  }

  @Test
  void theFirstBytesDecide() throws Exception {
    assertThat(opened(PLAIN)).isEqualTo(PLAIN);
    assertThat(opened(gzip(PLAIN))).isEqualTo(PLAIN);
    assertThat(opened(Zstd.compress(PLAIN))).isEqualTo(PLAIN);
    assertThat(opened(new byte[0])).isEmpty();
  }

  @Test
  void readsAllMembersOfAGzipStream() throws Exception {
    byte[] member = gzip(PLAIN);
    byte[] two = new byte[member.length * 2];
    System.arraycopy(member, 0, two, 0, member.length);
    System.arraycopy(member, 0, two, member.length, member.length);
    assertThat(opened(two)).hasSize(PLAIN.length * 2);
  }

  @Test
  void otherCompressionIsRefusedAndNotGivenToAProgram() {
    assertThatThrownBy(() -> opened("BZh9".getBytes(UTF_8)))
        .isInstanceOf(ArchiveRefusedException.class);
  }

  @Test
  void truncatedAndDamagedStreamsFail() throws Exception {
    byte[] gzip = gzip(PLAIN);
    assertThatThrownBy(() -> opened(java.util.Arrays.copyOf(gzip, gzip.length / 2)))
        .isInstanceOf(IOException.class);
    byte[] zstd = Zstd.compress(PLAIN);
    assertThatThrownBy(() -> opened(java.util.Arrays.copyOf(zstd, zstd.length - 3)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aBombEndsAtTheLimit() throws Exception {
    byte[] bomb = gzip(new byte[10 << 20]);
    try (InputStream in =
        MeasuredInputStream.hashing(
            Compression.openLayer(new ByteArrayInputStream(bomb)), Meter.atMost(1 << 20))) {
      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(ArchiveRefusedException.class)
          .hasMessageContaining("larger than 1048576 bytes");
    }
  }
}
