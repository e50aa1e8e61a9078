package dev.varve.image.dockerfile;

/**
 * A place in a Dockerfile.
 *
 * @param line from 1
 * @param column from 1, in characters (UTF-16 units)
 */
public record Position(int line, int column) {
  /** No place at all. */
  public static final Position NONE = new Position(0, 0);
}
