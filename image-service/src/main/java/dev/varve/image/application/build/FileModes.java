package dev.varve.image.application.build;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values of {@code --chmod}: octal, or symbolic as chmod(1) has it. */
final class FileModes {
  private static final Pattern OCTAL = Pattern.compile("0?[0-7]{1,4}");
  private static final Pattern CLAUSE = Pattern.compile("([ugoa]*)([-+=])([rwxXst]*|[ugo])");
  private static final int PERMISSIONS = 07777;
  private static final int EXECUTE = 0111;

  private FileModes() {}

  /**
   * @param mode what the file has
   * @throws StepFailure when it is no mode
   */
  static int apply(String text, int mode, boolean directory) {
    if (OCTAL.matcher(text).matches()) {
      return Integer.parseInt(text, 8) & PERMISSIONS;
    }
    int result = mode;
    for (String clause : text.split(",", -1)) {
      Matcher matcher = CLAUSE.matcher(clause);
      if (!matcher.matches()) {
        throw new StepFailure("invalid chmod parameter: '" + text + "'");
      }
      result = apply(matcher, result, directory);
    }
    return result;
  }

  private static int apply(Matcher clause, int mode, boolean directory) {
    String who =
        clause.group(1).isEmpty() || clause.group(1).contains("a") ? "ugo" : clause.group(1);
    int reach = 0;
    int bits = 0;
    for (char whom : who.toCharArray()) {
      int shift = whom == 'u' ? 6 : whom == 'g' ? 3 : 0;
      reach |= 07 << shift;
      bits |= permissions(clause.group(3), mode, directory) << shift;
      if (clause.group(3).contains("s") && whom != 'o') {
        bits |= whom == 'u' ? 04000 : 02000;
        reach |= whom == 'u' ? 04000 : 02000;
      }
    }
    if (clause.group(3).contains("t")) {
      bits |= 01000;
    }
    return switch (clause.group(2)) {
      case "+" -> mode | bits;
      case "-" -> mode & ~bits;
      default -> mode & ~reach | bits;
    };
  }

  private static int permissions(String letters, int mode, boolean directory) {
    int bits = 0;
    for (char letter : letters.toCharArray()) {
      bits |=
          switch (letter) {
            case 'r' -> 4;
            case 'w' -> 2;
            case 'x' -> 1;
            case 'X' -> directory || (mode & EXECUTE) != 0 ? 1 : 0;
            case 'u' -> mode >> 6 & 7;
            case 'g' -> mode >> 3 & 7;
            case 'o' -> mode & 7;
            default -> 0;
          };
    }
    return bits;
  }
}
