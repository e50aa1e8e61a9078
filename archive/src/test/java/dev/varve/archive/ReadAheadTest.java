package dev.varve.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadAheadTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1 << 17, (1 << 17) + 1, 3_000_000})
  void givesTheSameBytes(int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    try (ReadAhead ahead = new ReadAhead(new ByteArrayInputStream(bytes))) {
      assertThat(ahead.readAllBytes()).isEqualTo(bytes);
      assertThat(ahead.read()).isEqualTo(-1);
      assertThat(ahead.read()).isEqualTo(-1);
    }
  }

  @Test
  void aFailureComesBehindTheBytesBeforeIt() throws IOException {
    byte[] good = new byte[1 << 17];
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new ArchiveRefusedException("torn");
          }
        };
    InputStream source = new SequenceInputStream(new ByteArrayInputStream(good), failing);
    try (ReadAhead ahead = new ReadAhead(source)) {
      assertThat(ahead.readNBytes(good.length)).hasSize(good.length);
      assertThatThrownBy(ahead::read)
          .isInstanceOf(ArchiveRefusedException.class)
          .hasMessage("torn");
    }
  }

  @Test
  void closingStopsAnEndlessSourceAndClosesIt() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    AtomicBoolean closed = new AtomicBoolean();
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 1;
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            assertThat(closed).isFalse();
            read.countDown();
            return length;
          }

          @Override
          public void close() {
            closed.set(true);
          }
        };
    ReadAhead ahead = new ReadAhead(endless);
    read.await();
    ahead.close();
    assertThat(closed).isTrue();
  }
}
