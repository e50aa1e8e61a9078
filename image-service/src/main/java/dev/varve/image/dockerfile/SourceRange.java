package dev.varve.image.dockerfile;

/**
 * From the first character of something to its last, both counted in.
 *
 * @param start of an instruction: its keyword
 * @param end of an instruction: the end of its last line, here-documents included
 */
public record SourceRange(Position start, Position end) {
  public int firstLine() {
    return start.line();
  }

  public int lastLine() {
    return end.line();
  }
}
