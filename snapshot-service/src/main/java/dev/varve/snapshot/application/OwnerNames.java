package dev.varve.snapshot.application;

import dev.varve.eventlog.ProblemException;
import dev.varve.snapshot.application.FileView.OpenFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Names of users and groups by an image's own files. What those cannot be asked, for being too
 * large, no regular files, or no such text, they do not know.
 */
public final class OwnerNames {
  private static final int MOST_BYTES = 1 << 20;

  private final Map<Integer, String> users;
  private final Map<Integer, String> groups;

  private OwnerNames(Map<Integer, String> users, Map<Integer, String> groups) {
    this.users = users;
    this.groups = groups;
  }

  static OwnerNames of(FileView view) throws IOException {
    return new OwnerNames(read(view, "/etc/passwd"), read(view, "/etc/group"));
  }

  /** Empty when the number has no name. */
  public String user(int uid) {
    return users.getOrDefault(uid, "");
  }

  public String group(int gid) {
    return groups.getOrDefault(gid, "");
  }

  private static Map<Integer, String> read(FileView view, String path) throws IOException {
    PathWalk.Found found;
    try {
      found = PathWalk.follow(view, path);
    } catch (ProblemException e) {
      return Map.of();
    }
    if (!found.entry().isRegular() || found.entry().size() > MOST_BYTES) {
      return Map.of();
    }
    try (OpenFolder folder = view.open(found.parent());
        InputStream in = folder.read(found.name())) {
      return parse(new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
    }
  }

  /** Name, a field that says nothing, number; the first name of a number counts. */
  private static Map<Integer, String> parse(String text) {
    Map<Integer, String> names = new HashMap<>();
    text.lines()
        .forEach(line -> {
          String[] fields = line.split(":", 4);
          if (fields.length >= 3 && !fields[0].isEmpty()) {
            try {
              names.putIfAbsent(Integer.parseUnsignedInt(fields[2]), fields[0]);
            } catch (NumberFormatException e) {
              // A line that nobody can log in by names nobody.
            }
          }
        });
    return names;
  }
}
