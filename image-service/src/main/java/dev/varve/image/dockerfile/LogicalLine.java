package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An instruction's line, joined from those it is continued over, that still knows its places. */
final class LogicalLine {
  private final Lines lines;
  private final StringBuilder joined = new StringBuilder();
  private final List<Position> starts = new ArrayList<>();
  private int[] offsets = new int[4];
  private final List<String> comments;
  private String text = "";
  private SourceRange lastLine = new SourceRange(Position.NONE, Position.NONE);
  private boolean continuedOverEmpty;

  LogicalLine(Lines lines, List<String> comments) {
    this.lines = lines;
    this.comments = List.copyOf(comments);
  }

  /** Takes a part of the line that {@code lines} gave last, from a column on. */
  void append(String part, int column) {
    if (part.isEmpty()) {
      return;
    }
    if (starts.size() == offsets.length) {
      offsets = Arrays.copyOf(offsets, starts.size() * 2);
    }
    offsets[starts.size()] = joined.length();
    starts.add(new Position(lines.number(), column));
    joined.append(part);
  }

  LogicalLine ended(String line) {
    text = joined.toString();
    lastLine = rangeOf(new Position(lines.number(), 1), line);
    return this;
  }

  /** The line that it ends on, here-documents left out. */
  SourceRange lastLine() {
    return lastLine;
  }

  boolean isEmpty() {
    return starts.isEmpty();
  }

  String text() {
    return text;
  }

  List<String> comments() {
    return comments;
  }

  boolean continuedOverEmpty() {
    return continuedOverEmpty;
  }

  void setContinuedOverEmpty() {
    continuedOverEmpty = true;
  }

  Position position(int offset) {
    int found = Arrays.binarySearch(offsets, 0, starts.size(), offset);
    int part = found >= 0 ? found : Math.max(0, -found - 2);
    Position start = starts.get(part);
    return new Position(start.line(), start.column() + offset - offsets[part]);
  }

  /** From the first character to the last of the line that was read last. */
  SourceRange rangeSoFar(String line) {
    return rangeOf(starts.getFirst(), line);
  }

  private SourceRange rangeOf(Position start, String line) {
    return new SourceRange(start, new Position(lines.number(), Math.max(1, line.length())));
  }

  DockerfileException refusal(int offset, String reason) {
    return lines.refusal(position(offset), reason);
  }
}
