package dev.varve.gateway.http;

/** Makes a client's text safe to stand in a line of the log. */
final class LogText {
  private static final int MAX = 512;

  private LogText() {}

  /** Escapes control characters, quotes and line separators, and cuts what is long. */
  static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 8);
    text.codePoints()
        .limit(MAX)
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            safe.append('\\').appendCodePoint(c);
          } else if (Character.isISOControl(c)
              || Character.getType(c) == Character.FORMAT
              || c == 0x2028
              || c == 0x2029) {
            safe.append(String.format("\\u%04x", c));
          } else {
            safe.appendCodePoint(c);
          }
        });
    return safe.toString();
  }
}
