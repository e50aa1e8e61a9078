package dev.varve.container.adapter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/** A minimal root file system around the host's statically linked busybox. */
public final class BusyboxRoot {
  private static final List<String> PROGRAMS =
      List.of(
          "sh",
          "true",
          "false",
          "sleep",
          "echo",
          "cat",
          "ls",
          "id",
          "env",
          "pwd",
          "stty",
          "head",
          "dd",
          "kill",
          "seq",
          "hostname",
          "ip",
          "ping",
          "wget",
          "nc",
          "grep",
          "mount",
          "touch",
          "tail",
          "wc",
          "mkdir",
          "ps",
          "umount",
          "unshare",
          "sysctl",
          "yes",
          "stat");

  private BusyboxRoot() {}

  public static Path make(Path directory) throws IOException {
    for (String name : List.of("bin", "proc", "dev", "sys", "etc", "tmp", "sbin", "root")) {
      Files.createDirectories(directory.resolve(name));
    }
    Files.copy(Path.of("/bin/busybox").toRealPath(), directory.resolve("bin/busybox"));
    directory.resolve("bin/busybox").toFile().setExecutable(true, false);
    for (String program : PROGRAMS) {
      Files.createSymbolicLink(directory.resolve("bin").resolve(program), Path.of("busybox"));
    }
    Files.writeString(
        directory.resolve("etc/passwd"),
        "root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n");
    Files.writeString(
        directory.resolve("etc/group"), "root:x:0:\nalice:x:1000:\nstaff:x:50:alice\n");
    return directory;
  }

  /** Deletes a tree without following links. */
  public static void delete(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (var entries = Files.list(path)) {
        for (Path entry : entries.toList()) {
          delete(entry);
        }
      }
    }
    Files.deleteIfExists(path);
  }
}
