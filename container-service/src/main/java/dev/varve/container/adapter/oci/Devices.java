package dev.varve.container.adapter.oci;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.ByteNames;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;

/** Which device nodes a container has and which it may open. */
final class Devices {
  /** Directories and names of /dev that belong to the container's own mounts. */
  private static final Set<String> OWN =
      Set.of("pts", "shm", "fd", "mqueue", "console", ".udev", ".lxc", ".lxd-mounts");

  private static final int PERMISSIONS = 0777;

  private Devices() {}

  /** Everything denied but null, zero, full, random, urandom, tty and console. */
  static void writeDefaultRules(ArrayNode rules) {
    rules.addObject().put("allow", false).put("access", "rwm");
    int[][] allowed = {{1, 5}, {1, 3}, {1, 9}, {1, 8}, {1, 7}, {5, 0}, {5, 1}};
    for (int[] device : allowed) {
      rule(rules, true, device[0], device[1]);
    }
    // fuse
    rule(rules, false, 10, 229);
  }

  private static void rule(ArrayNode rules, boolean allow, int major, int minor) {
    rules
        .addObject()
        .put("allow", allow)
        .put("type", "c")
        .put("major", major)
        .put("minor", minor)
        .put("access", "rwm");
  }

  static void writeAllAllowed(ArrayNode rules) {
    rules.addObject().put("allow", true).put("access", "rwm");
  }

  /** All device nodes of the host, for privileged containers. */
  static void writeHostDevices(ArrayNode devices, FileCalls files) throws IOException {
    write(devices, files, Path.of("/dev"));
  }

  private static void write(ArrayNode devices, FileCalls files, Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.sorted().toList()) {
        if (OWN.contains(String.valueOf(entry.getFileName()))) {
          continue;
        }
        FileStatus status;
        try {
          status = files.stat(FileCalls.AT_FDCWD, ByteNames.ofText(entry.toString()));
        } catch (SystemCallException e) {
          // Gone since the listing.
          continue;
        }
        switch (status.type()) {
          case FileCalls.S_IFDIR -> write(devices, files, entry);
          case FileCalls.S_IFCHR -> device(devices, entry, "c", status);
          case FileCalls.S_IFBLK -> device(devices, entry, "b", status);
          default -> {}
        }
      }
    }
  }

  private static void device(ArrayNode devices, Path path, String type, FileStatus status) {
    ObjectNode device = devices.addObject();
    device.put("path", path.toString()).put("type", type);
    device.put("major", status.deviceMajor()).put("minor", status.deviceMinor());
    device.put("fileMode", status.mode() & PERMISSIONS);
    device.put("uid", status.uid()).put("gid", status.gid());
  }
}
