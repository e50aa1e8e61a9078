package dev.varve.gateway.http;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;

/**
 * The file of a listening socket: bound under a temporary name, given its group and mode, and then
 * renamed into place, so that it is never seen with another mode and a stale one is replaced at
 * once.
 */
final class SocketFile {
  private static final String GROUP = "docker";
  private static final String MODE = "rw-rw----";

  private final Path path;
  private final Path bindPath;

  private SocketFile(Path path, Path bindPath) {
    this.path = path;
    this.bindPath = bindPath;
  }

  /**
   * Makes sure that the path may be taken.
   *
   * @throws FileAlreadyExistsException when something other than a stale socket is there: a link, a
   *     file, or a socket at which somebody answers
   */
  static SocketFile claim(Path path) throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IOException("not a place for a socket: " + path);
    }
    Files.createDirectories(parent);
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      BasicFileAttributes found =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!found.isOther()) {
        throw new FileAlreadyExistsException(
            path.toString(), null, "will not replace what is not a socket");
      }
      if (answers(path)) {
        throw new FileAlreadyExistsException(
            path.toString(), null, "another engine is listening there");
      }
    }
    Path bindPath = parent.resolve("." + path.getFileName() + "." + ProcessHandle.current().pid());
    Files.deleteIfExists(bindPath);
    return new SocketFile(path, bindPath);
  }

  Path bindPath() {
    return bindPath;
  }

  /** Shows the bound socket at its path. */
  void publish() throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(
            bindPath, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    try {
      GroupPrincipal group =
          bindPath
              .getFileSystem()
              .getUserPrincipalLookupService()
              .lookupPrincipalByGroupName(GROUP);
      view.setGroup(group);
    } catch (UserPrincipalNotFoundException noSuchGroup) {
      // Then only the owner may command the engine.
    }
    Files.setPosixFilePermissions(bindPath, PosixFilePermissions.fromString(MODE));
    Files.move(bindPath, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Takes the name away; connections in progress go on. */
  void withdraw() throws IOException {
    Files.deleteIfExists(path);
  }

  private static boolean answers(Path path) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException nobody) {
      return false;
    }
  }
}
