package dev.varve.snapshot.adapter.overlay;

import dev.varve.eventlog.Problem;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.linux.process.Descriptor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A user of a container, by the container's own files. */
record RootOwner(int uid, int gid) {
  private static final int MOST_BYTES = 1 << 20;
  private static final int NAME = 0;
  private static final int NUMBER = 2;
  private static final int GROUP = 3;

  /**
   * @param user {@code user}, {@code uid}, {@code user:group}, {@code uid:gid}
   * @throws dev.varve.eventlog.ProblemException when there is no such user or group
   */
  static RootOwner find(FileCalls calls, Directory root, String user) throws SystemCallException {
    int colon = user.indexOf(':');
    String name = colon < 0 ? user : user.substring(0, colon);
    String group = colon < 0 ? "" : user.substring(colon + 1);
    Optional<List<String>> entry = entry(calls, root, "etc/passwd", name);
    int uid = number(entry, NUMBER, name, "passwd");
    if (group.isEmpty()) {
      return new RootOwner(uid, entry.isPresent() ? number(entry, GROUP, "", "passwd") : 0);
    }
    Optional<List<String>> groupEntry = entry(calls, root, "etc/group", group);
    return new RootOwner(uid, number(groupEntry, NUMBER, group, "group"));
  }

  private static int number(
      Optional<List<String>> entry, int field, String otherwise, String file) {
    try {
      return Integer.parseUnsignedInt(entry.map(fields -> fields.get(field)).orElse(otherwise));
    } catch (NumberFormatException e) {
      throw new Problem(Problem.Code.INTERNAL, "no matching entries in " + file + " file")
          .asException();
    }
  }

  private static Optional<List<String>> entry(
      FileCalls calls, Directory root, String file, String nameOrNumber)
      throws SystemCallException {
    return read(calls, root, file)
        .lines()
        .map(line -> List.of(line.split(":", -1)))
        .filter(fields -> fields.size() > GROUP)
        .filter(fields ->
            fields.get(NAME).equals(nameOrNumber) || fields.get(NUMBER).equals(nameOrNumber))
        .findFirst();
  }

  /** Empty when there is no such file, or something else, or more than anybody has users. */
  private static String read(FileCalls calls, Directory root, String path)
      throws SystemCallException {
    long resolve = FileCalls.RESOLVE_IN_ROOT | FileCalls.RESOLVE_NO_MAGICLINKS;
    int handle;
    try {
      handle = calls.openIn(root.fd(), path, FileCalls.O_PATH, resolve);
    } catch (SystemCallException e) {
      return "";
    }
    try (Descriptor named = Descriptor.of(handle)) {
      FileStatus status = calls.stat(handle);
      if (!status.isRegular() || status.size() > MOST_BYTES) {
        return "";
      }
      byte[] bytes = new byte[(int) status.size()];
      // What was looked at, not what has the name by now.
      try (Descriptor file = HeldFile.open(calls, named)) {
        return new String(bytes, 0, file.readFully(bytes), StandardCharsets.UTF_8);
      }
    }
  }
}
