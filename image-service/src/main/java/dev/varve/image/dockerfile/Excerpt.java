package dev.varve.image.dockerfile;

/** The lines around a spot with a pointer to it, for people. */
final class Excerpt {
  private static final int AROUND = 2;
  private static final int WIDTH = 120;
  private static final String RULE = "--------------------\n";

  private Excerpt() {}

  static String of(String text, Position position) {
    StringBuilder excerpt = new StringBuilder(RULE);
    int number = 1;
    for (int start = 0; start < text.length(); number++) {
      int feed = text.indexOf('\n', start);
      int end = feed < 0 ? text.length() : feed;
      if (number >= position.line() - AROUND && number <= position.line() + AROUND) {
        append(excerpt, number, Lines.withoutEnd(text.substring(start, end)), position);
      }
      start = end + 1;
    }
    return excerpt.append(RULE).toString();
  }

  private static void append(StringBuilder excerpt, int number, String line, Position spot) {
    boolean pointed = number == spot.line();
    int column = pointed ? Math.clamp(spot.column(), 1, line.length() + 1) : 1;
    // A long line is shown from where the pointer still fits in.
    int from = Math.max(0, column - WIDTH / 2);
    String shown = line.substring(from, Math.min(line.length(), from + WIDTH));
    excerpt
        .append(
            String.format("%4d | %s %s", number, pointed ? ">>>" : "   ", shown).stripTrailing())
        .append('\n');
    if (pointed) {
      excerpt.append("     |     ");
      for (int i = from; i < column - 1; i++) {
        excerpt.append(line.charAt(i) == '\t' ? '\t' : ' ');
      }
      excerpt.append("^\n");
    }
  }
}
