package dev.varve.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.archive.TarEntry.Type;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;

class TarWriterTest {
  private static final byte[] CAPABILITY = {1, 0, 0, 2, (byte) 0x80, (byte) 0xff, 0, '\n'};
  private static final List<TarEntry> ENTRIES =
      List.of(
          TarEntry.directory("d/"),
          entry(Type.FILE, "d/f", "", 04755, 1000, 5, 1_600_000_000, 0, 0, 0),
          entry(Type.FILE, bytes("d/" + "ü".repeat(120)), "", 0600, -2, 9_000_000, -3, 250, 0, 0),
          entry(Type.SYMLINK, "s", "x".repeat(101), 0777, 0, 0, 5, 123_456_789, 0, 0),
          entry(Type.HARD_LINK, "h", "d/f", 0644, 0, 0, 5, 0, 0, 0),
          entry(Type.CHARACTER_DEVICE, "c", "", 0666, 0, 0, 5, 0, 4000, 1_000_000),
          entry(Type.FIFO, "p", "", 0600, 0, 0, 0, 1, 0, 0));

  private static String bytes(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  private static TarEntry entry(
      Type type,
      String name,
      String link,
      int mode,
      int uid,
      int gid,
      long seconds,
      int nanos,
      int major,
      int minor) {
    boolean file = type == Type.FILE;
    Map<String, byte[]> xattrs = file ? Map.of("security.capability", CAPABILITY) : Map.of();
    return new TarEntry(
        type, name, link, mode, uid, gid, file ? 5 : 0, seconds, nanos, major, minor, xattrs, null);
  }

  private static byte[] written() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarWriter writer = new TarWriter(bytes);
    for (TarEntry entry : ENTRIES) {
      writer.add(entry, new ByteArrayInputStream("hello and more".getBytes(UTF_8)));
    }
    writer.finish();
    return bytes.toByteArray();
  }

  @Test
  void ourReaderReadsWhatWasWritten() throws Exception {
    TarReader reader = new TarReader(new ByteArrayInputStream(written()), TarLimits.DEFAULT);
    for (TarEntry expected : ENTRIES) {
      TarEntry read = reader.next();
      assertThat(read).usingRecursiveComparison().isEqualTo(expected);
      if (expected.type() == Type.FILE) {
        assertThat(reader.content().readAllBytes()).isEqualTo("hello".getBytes(UTF_8));
      }
    }
    assertThat(reader.next()).isNull();
  }

  @Test
  void anotherReaderReadsItToo() throws Exception {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new ByteArrayInputStream(written()), "UTF-8")) {
      tar.getNextEntry();
      tar.getNextEntry();
      TarArchiveEntry entry = tar.getNextEntry();
      assertThat(entry.getName()).isEqualTo("d/" + "ü".repeat(120));
      assertThat(entry.getLongUserId()).isEqualTo(4294967294L);
      assertThat(entry.getLastModifiedTime().toInstant().getNano()).isEqualTo(250);
      assertThat(tar.readAllBytes()).isEqualTo("hello".getBytes(UTF_8));
      assertThat(tar.getNextEntry().getLinkName()).isEqualTo("x".repeat(101));
    }
  }

  @Test
  void equalEntriesGiveEqualBytes() throws Exception {
    assertThat(written()).isEqualTo(written());
  }

  @Test
  void contentThatEndsTooEarlyIsAnError() {
    TarWriter writer = new TarWriter(new ByteArrayOutputStream());
    assertThatThrownBy(() ->
            writer.add(TarEntry.file("f", 5), new ByteArrayInputStream("hell".getBytes(UTF_8))))
        .hasMessageContaining("1 bytes too early");
  }
}
