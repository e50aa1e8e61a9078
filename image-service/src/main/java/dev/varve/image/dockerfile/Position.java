package dev.varve.image.dockerfile;

/**
 * A place in a Dockerfile.
 *
 * @param line from 1
 * @param column from 1, in characters (UTF-16 units); 0 for the whole line
 */
public record Position(int line, int column) implements Comparable<Position> {
  @Override
  public int compareTo(Position other) {
    return line != other.line
        ? Integer.compare(line, other.line)
        : Integer.compare(column, other.column);
  }
}
