package dev.varve.container.adapter.oci;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.container.application.RuntimeRefusedException;
import dev.varve.container.domain.DeviceAccess;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.ByteNames;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which device nodes a container has and which it may open. */
final class Devices {
  /** Directories and names of /dev that belong to the container's own mounts. */
  private static final Set<String> OWN =
      Set.of("pts", "shm", "fd", "mqueue", "console", ".udev", ".lxc", ".lxd-mounts");

  private static final Pattern RULE =
      Pattern.compile("([acb]) ([0-9]+|\\*):([0-9]+|\\*) ([rwm]{1,3})");
  private static final int PERMISSIONS = 0777;
  private static final int REFUSED = 128;

  private final FileCalls files;
  private final ArrayNode nodes;
  private final ArrayNode rules;

  /**
   * @param nodes {@code linux.devices}
   * @param rules {@code linux.resources.devices}
   */
  Devices(FileCalls files, ArrayNode nodes, ArrayNode rules) {
    this.files = files;
    this.nodes = nodes;
    this.rules = rules;
  }

  /**
   * All device nodes of the host, and those asked for under other names; everything allowed.
   *
   * @throws RuntimeRefusedException for one that is not there, or a driver that nobody has
   */
  void writePrivileged(DeviceAccess asked) throws IOException {
    host(Path.of("/dev"), Path.of("/dev"));
    for (DeviceAccess.Mapping device : asked.mappings()) {
      if (!device.onHost().equals(device.inContainer())) {
        add(device, false);
      }
    }
    rules.addObject().put("allow", true).put("access", "rwm");
    refuse(asked.requests());
  }

  /**
   * Everything denied but null, zero, full, random, urandom, tty, console and what is asked for.
   *
   * @throws RuntimeRefusedException for a device that is not there, a rule that is none, or a
   *     driver that nobody has
   */
  void write(DeviceAccess asked) throws IOException {
    rules.addObject().put("allow", false).put("access", "rwm");
    int[][] allowed = {{1, 5}, {1, 3}, {1, 9}, {1, 8}, {1, 7}, {5, 0}, {5, 1}};
    for (int[] device : allowed) {
      rule(true, "c", device[0], device[1], "rwm");
    }
    // fuse
    rule(false, "c", 10, 229, "rwm");
    for (DeviceAccess.Mapping device : asked.mappings()) {
      add(device, true);
    }
    for (String rule : asked.cgroupRules()) {
      rule(rule);
    }
    refuse(asked.requests());
  }

  private void rule(boolean allow, String type, int major, int minor, String access) {
    rules
        .addObject()
        .put("allow", allow)
        .put("type", type)
        .put("major", major)
        .put("minor", minor)
        .put("access", access);
  }

  private void rule(String text) throws RuntimeRefusedException {
    Matcher rule = RULE.matcher(text);
    if (!rule.matches()) {
      throw new RuntimeRefusedException(
          REFUSED, "invalid device cgroup rule format: '" + text + "'");
    }
    ObjectNode node = rules.addObject().put("allow", true).put("type", rule.group(1));
    number(node, "major", rule.group(2));
    number(node, "minor", rule.group(3));
    node.put("access", rule.group(4));
  }

  private static void number(ObjectNode rule, String field, String text)
      throws RuntimeRefusedException {
    if (text.equals("*")) {
      return;
    }
    try {
      rule.put(field, Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw new RuntimeRefusedException(
          REFUSED, "invalid " + field + " value in device cgroup rule format: '" + text + "'");
    }
  }

  private void add(DeviceAccess.Mapping asked, boolean allow) throws IOException {
    Path source = Path.of(asked.onHost());
    String access = asked.permissions().isEmpty() ? "rwm" : asked.permissions();
    Path target = Path.of(asked.inContainer().isEmpty() ? asked.onHost() : asked.inContainer());
    FileStatus status;
    try {
      status = status(source);
    } catch (SystemCallException e) {
      throw notADevice(asked, Errno.text(e.errno()));
    }
    int before = nodes.size();
    switch (status.type()) {
      case FileCalls.S_IFDIR -> add(source.toRealPath(), target, allow ? access : "");
      case FileCalls.S_IFCHR, FileCalls.S_IFBLK -> add(target, status, allow ? access : "");
      default -> {}
    }
    if (nodes.size() == before) {
      throw notADevice(asked, "not a device node");
    }
  }

  private static RuntimeRefusedException notADevice(DeviceAccess.Mapping asked, String why) {
    return new RuntimeRefusedException(
        REFUSED,
        "error gathering device information while adding custom device \""
            + asked.onHost()
            + "\": "
            + why);
  }

  /** What a directory of devices has, at all depths. */
  private void add(Path directory, Path target, String access) throws IOException {
    for (Path entry : list(directory)) {
      Path inContainer = target.resolve(directory.relativize(entry).toString());
      if (Files.isSymbolicLink(entry)) {
        continue;
      }
      switch (typeOf(entry)) {
        case FileCalls.S_IFDIR -> add(entry, inContainer, access);
        case FileCalls.S_IFCHR, FileCalls.S_IFBLK -> add(inContainer, status(entry), access);
        default -> {}
      }
    }
  }

  private void host(Path directory, Path target) throws IOException {
    for (Path entry : list(directory)) {
      String name = String.valueOf(entry.getFileName());
      if (OWN.contains(name)) {
        continue;
      }
      switch (typeOf(entry)) {
        case FileCalls.S_IFDIR -> host(entry, target.resolve(name));
        case FileCalls.S_IFCHR, FileCalls.S_IFBLK -> add(target.resolve(name), status(entry), "");
        default -> {}
      }
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    }
  }

  /** 0 for what has gone since the listing. */
  private int typeOf(Path entry) {
    try {
      return status(entry).type();
    } catch (SystemCallException e) {
      return 0;
    }
  }

  private FileStatus status(Path path) throws SystemCallException {
    return files.stat(FileCalls.AT_FDCWD, ByteNames.ofText(path.toString()));
  }

  /**
   * @param access empty when no rule is needed
   */
  private void add(Path target, FileStatus status, String access) {
    String type = status.type() == FileCalls.S_IFBLK ? "b" : "c";
    ObjectNode device = nodes.addObject();
    device.put("path", target.toString()).put("type", type);
    device.put("major", status.deviceMajor()).put("minor", status.deviceMinor());
    device.put("fileMode", status.mode() & PERMISSIONS);
    device.put("uid", status.uid()).put("gid", status.gid());
    if (!access.isEmpty()) {
      rule(true, type, status.deviceMajor(), status.deviceMinor(), access);
    }
  }

  /** No driver for devices by what they can do is known here. */
  private static void refuse(List<DeviceAccess.Request> requests) throws RuntimeRefusedException {
    for (DeviceAccess.Request request : requests) {
      String capabilities =
          request.capabilities().stream()
              .map(words -> "[" + String.join(" ", words) + "]")
              .collect(Collectors.joining(" ", "[", "]"));
      throw new RuntimeRefusedException(
          REFUSED,
          "could not select device driver \""
              + request.driver()
              + "\" with capabilities: "
              + capabilities);
    }
  }
}
