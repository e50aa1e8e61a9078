package dev.varve.image.application.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Users and groups by the files of an image: values of {@code --chown}. */
final class Owners {
  private static final int MOST_BYTES = 1 << 20;
  private static final int NUMBER = 2;

  /** A small file of the image's. */
  @FunctionalInterface
  interface Files {
    Optional<byte[]> read(String path, int limit) throws IOException, InterruptedException;
  }

  /** As numbers. */
  record Owner(int uid, int gid) {
    static final Owner ROOT = new Owner(0, 0);
  }

  private Owners() {}

  /**
   * @param text {@code user}, {@code user:group}, numbers or names
   * @throws StepFailure for a name that the image does not know
   */
  static Owner resolve(String text, Files files) throws IOException, InterruptedException {
    int colon = text.indexOf(':');
    String user = colon < 0 ? text : text.substring(0, colon);
    String group = colon < 0 ? "" : text.substring(colon + 1);
    int uid = user.isEmpty() ? 0 : id(user, "/etc/passwd", files, "user", text);
    // Without a group it is the user's number, as Docker has it, not the user's group.
    int gid = group.isEmpty() ? uid : id(group, "/etc/group", files, "group", text);
    return new Owner(uid, gid);
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static int id(String name, String path, Files files, String what, String whole)
      throws IOException, InterruptedException {
    if (isNumber(name)) {
      try {
        return Integer.parseUnsignedInt(name);
      } catch (NumberFormatException e) {
        throw new StepFailure("invalid " + what + " in --chown=" + whole);
      }
    }
    Optional<byte[]> file = files.read(path, MOST_BYTES);
    String text = file.map(it -> new String(it, StandardCharsets.UTF_8)).orElse("");
    for (String line : text.split("\n", -1)) {
      String[] fields = line.split(":", -1);
      if (fields.length > NUMBER && fields[0].equals(name) && isNumber(fields[NUMBER])) {
        return Integer.parseUnsignedInt(fields[NUMBER]);
      }
    }
    throw new StepFailure(
        "unable to convert uid/gid chown string to host mapping: can't find %s for %s: no such %s: %s"
            .formatted(what.equals("user") ? "uid" : "gid", what, what, name));
  }
}
