package dev.varve.eventlog.adapter.postgres;

/**
 * Text that PostgreSQL can keep, and back. It takes neither NUL nor half a surrogate pair, in
 * {@code text} or in {@code jsonb}; events may carry both. Each such character becomes {@value
 * #MARK} and four hexadecimal digits, and so does the mark itself.
 */
final class PostgresText {
  static final char MARK = '\uE000';

  private PostgresText() {}

  static String keep(String text) {
    int first = firstUnkept(text);
    if (first < 0) {
      return text;
    }
    StringBuilder kept = new StringBuilder(text.length() + 16).append(text, 0, first);
    for (int i = first; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        kept.append(c).append(text.charAt(++i));
      } else if (unkept(c)) {
        mark(kept, c);
      } else {
        kept.append(c);
      }
    }
    return kept.toString();
  }

  static String back(String kept) {
    int from = kept.indexOf(MARK);
    if (from < 0) {
      return kept;
    }
    StringBuilder text = new StringBuilder(kept.length());
    int done = 0;
    for (int at = from; at >= 0; at = kept.indexOf(MARK, done)) {
      text.append(kept, done, at).append((char) Integer.parseInt(kept, at + 1, at + 5, 16));
      done = at + 5;
    }
    return text.append(kept, done, kept.length()).toString();
  }

  /** The same within JSON, where the character may stand as itself or as an escape. */
  static String keepJson(String json) {
    if (json.indexOf('\\') < 0 && firstUnkept(json) < 0) {
      return json;
    }
    StringBuilder kept = new StringBuilder(json.length() + 16);
    int i = 0;
    while (i < json.length()) {
      char c = json.charAt(i);
      if (c == '\\' && !unicodeEscape(json, i)) {
        kept.append(c).append(json.charAt(i + 1)); // \\ must not be taken for the start of \u0000
        i += 2;
        continue;
      }
      int length = c == '\\' ? 6 : 1;
      char unit = unit(json, i);
      int next = i + length;
      if (Character.isHighSurrogate(unit)
          && next < json.length()
          && Character.isLowSurrogate(unit(json, next))) {
        kept.append(unit).append(unit(json, next));
        next += json.charAt(next) == '\\' ? 6 : 1;
      } else if (unkept(unit)) {
        mark(kept, unit);
      } else {
        kept.append(json, i, next);
      }
      i = next;
    }
    return kept.toString();
  }

  /** JSON as it was, but for the form of its escapes. */
  static String backJson(String kept) {
    int from = kept.indexOf(MARK);
    if (from < 0) {
      return kept;
    }
    StringBuilder json = new StringBuilder(kept.length() + 16);
    int done = 0;
    for (int at = from; at >= 0; at = kept.indexOf(MARK, done)) {
      json.append(kept, done, at).append("\\u").append(kept, at + 1, at + 5);
      done = at + 5;
    }
    return json.append(kept, done, kept.length()).toString();
  }

  private static int firstUnkept(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || c == MARK || Character.isSurrogate(c)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean unkept(char c) {
    return c == 0 || c == MARK || Character.isSurrogate(c);
  }

  private static boolean unicodeEscape(String json, int at) {
    return at + 6 <= json.length() && json.charAt(at + 1) == 'u';
  }

  private static char unit(String json, int at) {
    return json.charAt(at) == '\\' && unicodeEscape(json, at)
        ? (char) Integer.parseInt(json, at + 2, at + 6, 16)
        : json.charAt(at);
  }

  private static void mark(StringBuilder kept, char c) {
    kept.append(MARK)
        .append(Character.forDigit(c >> 12, 16))
        .append(Character.forDigit((c >> 8) & 15, 16))
        .append(Character.forDigit((c >> 4) & 15, 16))
        .append(Character.forDigit(c & 15, 16));
  }
}
