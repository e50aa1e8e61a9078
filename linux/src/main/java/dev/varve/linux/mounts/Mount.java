package dev.varve.linux.mounts;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * One line of {@code /proc/self/mountinfo}.
 *
 * @param root the directory within the file system that is mounted
 * @param options of the mount; {@code superOptions} are those of the file system
 * @param propagation {@code shared:2}, {@code master:1}; empty when private
 */
public record Mount(
    int id,
    int parentId,
    Path root,
    Path target,
    List<String> options,
    List<String> propagation,
    String type,
    String source,
    String superOptions) {

  private static final int FIXED_FIELDS = 6;
  private static final String SEPARATOR = "-";

  /**
   * @throws IllegalArgumentException when it is no line of mountinfo
   */
  public static Mount parse(String line) {
    List<String> fields = List.of(line.split(" ", -1));
    int separator =
        fields.size() < FIXED_FIELDS
            ? -1
            : fields.subList(FIXED_FIELDS, fields.size()).indexOf(SEPARATOR) + FIXED_FIELDS;
    if (separator < FIXED_FIELDS || fields.size() < separator + 4) {
      throw new IllegalArgumentException("not a line of mountinfo: " + line);
    }
    return new Mount(
        Integer.parseInt(fields.get(0)),
        Integer.parseInt(fields.get(1)),
        Path.of(unescape(fields.get(3))),
        Path.of(unescape(fields.get(4))),
        List.of(fields.get(5).split(",", -1)),
        List.copyOf(fields.subList(FIXED_FIELDS, separator)),
        fields.get(separator + 1),
        unescape(fields.get(separator + 2)),
        fields.get(separator + 3));
  }

  /** Blank, tab, newline and backslash come as three octal digits, the bytes are UTF-8. */
  private static String unescape(String field) {
    if (field.indexOf('\\') < 0) {
      return field;
    }
    byte[] in = field.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[in.length];
    int length = 0;
    for (int i = 0; i < in.length; i++) {
      if (in[i] == '\\' && i + 3 < in.length) {
        out[length++] = (byte) ((in[i + 1] - '0') << 6 | (in[i + 2] - '0') << 3 | in[i + 3] - '0');
        i += 3;
      } else {
        out[length++] = in[i];
      }
    }
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }
}
