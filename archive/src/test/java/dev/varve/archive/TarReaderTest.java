package dev.varve.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.archive.testing.TarBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarReaderTest {
  private record Read(TarEntry entry, String content) {}

  private static List<Read> read(byte[] archive) throws IOException {
    return read(archive, TarLimits.DEFAULT);
  }

  private static List<Read> read(byte[] archive, TarLimits limits) throws IOException {
    TarReader reader = new TarReader(new ByteArrayInputStream(archive), limits);
    List<Read> all = new ArrayList<>();
    for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      byte[] chunk = new byte[100];
      for (int n = reader.read(chunk, 0, 100); n >= 0; n = reader.read(chunk, 0, 100)) {
        content.write(chunk, 0, n);
      }
      all.add(new Read(entry, content.toString(ISO_8859_1)));
    }
    return all;
  }

  private static void assertRefused(byte[] archive) {
    assertThatThrownBy(() -> read(archive)).isInstanceOf(ArchiveRefusedException.class);
  }

  @Test
  void readsEachKindOfEntry() throws Exception {
    List<Read> all =
        read(
            new TarBytes()
                .directory("d/")
                .file("d/f", "content")
                .symlink("s", "d/f")
                .hardlink("h", "d/f")
                .entry("c")
                .type('3')
                .device(1, 3)
                .add()
                .entry("p")
                .type('6')
                .add()
                .bytes());
    assertThat(all.stream().map(read -> read.entry().type()))
        .containsExactly(
            TarEntry.Type.DIRECTORY,
            TarEntry.Type.FILE,
            TarEntry.Type.SYMLINK,
            TarEntry.Type.HARD_LINK,
            TarEntry.Type.CHARACTER_DEVICE,
            TarEntry.Type.FIFO);
    assertThat(all.get(1).content()).isEqualTo("content");
    assertThat(all.get(1).entry().modifiedSeconds()).isEqualTo(TarBytes.MTIME);
    assertThat(all.get(4).entry().deviceMinor()).isEqualTo(3);
  }

  @Test
  void readsWhatAnotherWriterWrites() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String longName = "directory/".repeat(30) + "ü";
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
      for (int mode :
          new int[] {TarArchiveOutputStream.LONGFILE_GNU, TarArchiveOutputStream.LONGFILE_POSIX}) {
        tar.setLongFileMode(mode);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        TarArchiveEntry entry = new TarArchiveEntry(longName);
        entry.setSize(3);
        entry.setIds(3_000_000, 4_000_000);
        tar.putArchiveEntry(entry);
        tar.write("abc".getBytes(UTF_8));
        tar.closeArchiveEntry();
      }
    }
    for (Read read : read(bytes.toByteArray())) {
      assertThat(new String(read.entry().name().getBytes(ISO_8859_1), UTF_8)).isEqualTo(longName);
      assertThat(read.entry().uid()).isEqualTo(3_000_000);
      assertThat(read.entry().gid()).isEqualTo(4_000_000);
      assertThat(read.content()).isEqualTo("abc");
    }
  }

  @Test
  void extendedHeadersWinAndKeepBytes() throws Exception {
    byte[] capability = {1, 0, 0, 2, (byte) 0x80, (byte) 0xff, 0, '\n'};
    Read read =
        read(new TarBytes()
                .entry("short")
                .content("12345")
                .pax("path", "long/näme")
                .pax("mtime", "1500000000.123456789999")
                .pax("uid", "4294967294")
                .pax("SCHILY.xattr.security.capability", capability)
                .add()
                .bytes())
            .getFirst();
    assertThat(read.entry().name()).isEqualTo(new String("long/näme".getBytes(UTF_8), ISO_8859_1));
    assertThat(read.entry().modifiedSeconds()).isEqualTo(1_500_000_000L);
    assertThat(read.entry().modifiedNanos()).isEqualTo(123_456_789);
    assertThat(Integer.toUnsignedLong(read.entry().uid())).isEqualTo(4294967294L);
    assertThat(read.entry().xattrs()).containsOnlyKeys("security.capability");
    assertThat(read.entry().xattrs().get("security.capability")).isEqualTo(capability);
  }

  @Test
  void timesBefore1970RoundDown() throws Exception {
    TarBytes tar = new TarBytes();
    tar.entry("a").pax("mtime", "-1.25").add();
    tar.entry("b").pax("mtime", "-0.5").add();
    List<Read> all = read(tar.bytes());
    assertThat(all.get(0).entry().modifiedSeconds()).isEqualTo(-2);
    assertThat(all.get(0).entry().modifiedNanos()).isEqualTo(750_000_000);
    assertThat(all.get(1).entry().modifiedSeconds()).isEqualTo(-1);
    assertThat(all.get(1).entry().modifiedNanos()).isEqualTo(500_000_000);
  }

  @Test
  void aGlobalHeaderMayCommentButNotName() throws Exception {
    byte[] comment = TarBytes.paxRecords(Map.of("comment", "a commit".getBytes(UTF_8)));
    assertThat(read(new TarBytes().raw('g', comment).file("good", "x").bytes()))
        .extracting(read -> read.entry().name())
        .containsExactly("good");
    for (String key : List.of("path", "linkpath", "size", "GNU.sparse.name")) {
      byte[] global = TarBytes.paxRecords(Map.of(key, "1".getBytes(UTF_8)));
      assertRefused(new TarBytes().raw('g', global).file("good", "x").bytes());
    }
  }

  @Test
  void aHeaderForAnEntryThatDoesNotComeIsATornArchive() {
    byte[] pax = TarBytes.paxRecords(Map.of("path", "x".getBytes(UTF_8)));
    assertThatThrownBy(() -> read(new TarBytes().raw('x', pax).bytes()))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void aLastBlockWithoutPaddingIsHarmless() throws Exception {
    byte[] tar = new TarBytes().file("a", "xyz").bytesWithoutEnd();
    assertThat(read(java.util.Arrays.copyOf(tar, 512 + 3)).getFirst().content()).isEqualTo("xyz");
    assertThatThrownBy(() -> read(java.util.Arrays.copyOf(tar, 512 + 2)))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void readsASparseFileWhoseMapIsInItsContent() throws Exception {
    String map = "2\n0\n3\n1000\n2\n";
    Read read =
        read(new TarBytes()
                .entry("GNUSparseFile.1/f")
                .content(map + "\0".repeat(512 - map.length()) + "abcde")
                .pax("GNU.sparse.major", "1")
                .pax("GNU.sparse.minor", "0")
                .pax("GNU.sparse.name", "f")
                .pax("GNU.sparse.realsize", "2000")
                .add()
                .bytes())
            .getFirst();
    assertThat(read.entry().name()).isEqualTo("f");
    assertThat(read.entry().sparse())
        .isEqualTo(
            new SparseMap(
                List.of(new SparseMap.Extent(0, 3), new SparseMap.Extent(1000, 2)), 2000));
    assertThat(read.content()).isEqualTo("abcde");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1,3,1000,2",
        "0,3,2,2",
        "1000,3,0,2",
        "0,3,9223372036854775807,2",
        "0,-3,1000,8",
        "0,3,1999,2",
        "0,3,1000,1",
        "0,3,1000",
        "x"
      })
  void refusesSparseMapsThatLie(String map) {
    assertRefused(
        new TarBytes()
            .entry("f")
            .content("abcde")
            .pax("GNU.sparse.map", map)
            .pax("GNU.sparse.size", "2000")
            .add()
            .bytes());
  }

  @Test
  void refusesASparseFileOfManyExbibytes() {
    assertRefused(
        new TarBytes()
            .entry("f")
            .content("abcde")
            .pax("GNU.sparse.map", "0,5")
            .pax("GNU.sparse.size", "9223372036854775807")
            .add()
            .bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"4294967296", "4294967295", "-1", "99999999999999999999", "abc"})
  void refusesOwnersThatAreNone(String uid) {
    assertRefused(new TarBytes().entry("f").pax("uid", uid).add().bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "+1", "9223372036854775808", "1e9"})
  void refusesSizesThatAreNone(String size) {
    assertRefused(new TarBytes().entry("f").pax("size", size).add().bytes());
  }

  @Test
  void aHugeDeclaredSizeAllocatesNothing() throws Exception {
    byte[] tar =
        new TarBytes().entry("f").content("abc").pax("size", "9223372036854775807").add().bytes();
    TarReader reader = new TarReader(new ByteArrayInputStream(tar), TarLimits.DEFAULT);
    TarEntry entry = reader.next();
    assertThat(entry).isNotNull();
    assertThatThrownBy(reader::next).isInstanceOf(EOFException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "5 a=b", "8 path=x\n", "999999999 path=x\n", " path=x\n", "6 =ab\n"})
  void refusesBrokenExtendedHeaders(String records) {
    if (records.isEmpty()) {
      assertRefused(new TarBytes().entry("f").pax("path", "a\0b").add().bytes());
      return;
    }
    assertRefused(new TarBytes().raw('x', records.getBytes(ISO_8859_1)).file("f", "").bytes());
  }

  @Test
  void refusesUnknownTypesAndWrongChecksums() {
    assertRefused(new TarBytes().entry("f").type('M').add().bytes());
    byte[] tar = new TarBytes().file("f", "x").bytes();
    tar[0] = 'g';
    assertRefused(tar);
  }

  @Test
  void refusesDataBehindALoneZeroBlock() {
    byte[] first = new TarBytes().file("a", "").bytesWithoutEnd();
    byte[] tar = new byte[first.length * 2 + 512 + 1024];
    System.arraycopy(first, 0, tar, 0, first.length);
    System.arraycopy(first, 0, tar, first.length + 512, first.length);
    assertRefused(tar);
  }

  @Test
  void endsWithoutTheZeroBlocksToo() throws Exception {
    assertThat(read(new TarBytes().file("a", "x").bytesWithoutEnd())).hasSize(1);
  }

  @Test
  void boundsTheNumberOfEntries() {
    TarBytes tar = new TarBytes();
    for (int i = 0; i < 11; i++) {
      tar.file("f" + i, "");
    }
    assertThatThrownBy(() -> read(tar.bytes(), new TarLimits(1 << 20, 10)))
        .isInstanceOf(ArchiveRefusedException.class)
        .hasMessageContaining("more than 10 entries");
  }

  /** Whatever the bytes, an answer or an IOException; a failing seed is in the message. */
  @Test
  void survivesDamage() {
    byte[] whole =
        new TarBytes()
            .directory("d/")
            .entry("d/f")
            .content("x".repeat(2000))
            .pax("mtime", "1.5")
            .pax("SCHILY.xattr.user.a", "b")
            .add()
            .symlink("s", "d")
            .bytes();
    for (long seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      byte[] damaged = whole.clone();
      for (int i = 0; i < 1 + random.nextInt(4); i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      int length = random.nextInt(damaged.length + 1);
      byte[] cut = java.util.Arrays.copyOf(damaged, random.nextBoolean() ? length : damaged.length);
      try {
        read(cut);
      } catch (IOException e) {
        assertThat(e).as("seed " + seed).hasMessageNotContaining("null");
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }
}
