package dev.varve.linux.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelFileCallsTest {
  private final FileCalls calls = new KernelFileCalls();

  @TempDir Path temp;
  private Directory root;

  @BeforeEach
  void open() throws Exception {
    root = Directory.open(calls, temp);
  }

  @AfterEach
  void close() {
    root.close();
  }

  @Test
  void writesAFileWithModeAndTime() throws Exception {
    int fd =
        calls.open(root.fd(), "f", FileCalls.O_WRONLY | FileCalls.O_CREAT | FileCalls.O_EXCL, 0600);
    try (Arena arena = Arena.ofConfined()) {
      calls.write(fd, arena.allocateFrom(ValueLayout.JAVA_BYTE, "hello".getBytes(UTF_8)));
    }
    calls.chmod(fd, 04711);
    calls.touch(fd, 1_000_000_000L, 123_456_789);
    calls.close(fd);
    FileStatus status = calls.stat(root.fd(), "f");
    assertThat(Files.readString(temp.resolve("f"))).isEqualTo("hello");
    assertThat(status.permissions()).isEqualTo(04711);
    assertThat(status.modifiedSeconds()).isEqualTo(1_000_000_000L);
    assertThat(status.modifiedNanos()).isEqualTo(123_456_789);
    assertThat(status.isRegular()).isTrue();
    assertThat(status.size()).isEqualTo(5);
  }

  @Test
  void resolvesInsideTheRootOnly() throws Exception {
    calls.mkdir(root.fd(), "inside", 0755);
    calls.symlink("../../../../inside", root.fd(), "up");
    calls.symlink("/inside", root.fd(), "absolute");
    calls.symlink("/proc/self/cwd", root.fd(), "nowhere");
    long inode = calls.stat(root.fd(), "inside").inode();
    for (String path : List.of("up", "absolute", "/inside", "../inside", "inside/../../inside")) {
      try (Directory found = root.resolve(path)) {
        assertThat(calls.stat(found.fd()).inode()).as(path).isEqualTo(inode);
      }
    }
    assertThatThrownBy(() -> root.resolve("nowhere"))
        .isInstanceOfSatisfying(
            SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
  }

  @Test
  void listsNamesAsTheBytesTheyAre() throws Exception {
    String notUtf8 = ByteNames.ofBytes(new byte[] {'a', (byte) 0xff, 'b'});
    calls.mkdir(root.fd(), notUtf8, 0755);
    calls.symlink("x", root.fd(), "link");
    try (Directory listed = root.child(".")) {
      assertThat(calls.list(listed.fd()))
          .containsExactlyInAnyOrder(
              new FileCalls.Entry(notUtf8, true, false), new FileCalls.Entry("link", false, false));
    }
    assertThat(calls.readlink(root.fd(), "link")).isEqualTo("x");
  }

  @Test
  void keepsExtendedAttributesOfFilesAndTellsTheirAbsence() throws Exception {
    Files.writeString(temp.resolve("f"), "");
    byte[] value = {0, 1, (byte) 0x80};
    calls.setXattr(root.fd(), "f", "user.varve", value);
    assertThat(calls.getXattr(root.fd(), "f", "user.varve")).isEqualTo(value);
    assertThat(calls.listXattr(root.fd(), "f")).contains("user.varve");
    calls.removeXattr(root.fd(), "f", "user.varve");
    assertThat(calls.getXattr(root.fd(), "f", "user.varve")).isNull();
  }

  @Test
  void aNameWithNulIsRefusedBeforeTheKernelSeesHalfOfIt() {
    assertThatThrownBy(() -> calls.mkdir(root.fd(), "a\0b", 0755))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void removesTreesDeeperThanAnyStackAndFollowsNoLink() throws Exception {
    Path canary = Files.createDirectory(temp.resolve("canary"));
    Files.writeString(canary.resolve("file"), "alive");
    calls.mkdir(root.fd(), "tree", 0755);
    int at = calls.open(root.fd(), "tree", FileCalls.O_RDONLY | FileCalls.O_DIRECTORY, 0);
    for (int depth = 0; depth < 3000; depth++) {
      calls.mkdir(at, "d", 0755);
      calls.symlink(canary.toString(), at, "link");
      int next = calls.open(at, "d", FileCalls.O_RDONLY | FileCalls.O_DIRECTORY, 0);
      calls.close(at);
      at = next;
    }
    calls.close(at);
    TreeRemoval.remove(root, "tree");
    assertThat(temp.resolve("tree")).doesNotExist();
    assertThat(canary.resolve("file")).hasContent("alive");
    TreeRemoval.remove(root, "tree");
  }

  @Test
  void removingALinkLeavesItsTarget() throws Exception {
    Path canary = Files.createDirectory(temp.resolve("canary"));
    calls.symlink("canary", root.fd(), "link");
    TreeRemoval.remove(root, "link");
    assertThat(canary).isDirectory();
    assertThat(Files.isSymbolicLink(temp.resolve("link"))).isFalse();
  }
}
