package dev.varve.image.dockerfile;

/** Bounds for hostile files; each is far above what people write. */
public final class Limits {
  /** Of a Dockerfile or an ignore file, in bytes. */
  public static final int FILE_BYTES = 4 << 20;

  /** Of one line of a file, in bytes, its end not counted: Docker's own bound. */
  public static final int LINE_BYTES = (64 << 10) - 1;

  /** Of one file. */
  public static final int INSTRUCTIONS = 50_000;

  /** Of one file. */
  public static final int STAGES = 5_000;

  /** Of one expanded word, in characters. */
  public static final int WORD_LENGTH = 1 << 20;

  /** Of {@code ${a:-${b:-...}}}. */
  public static final int NESTED_EXPANSIONS = 100;

  private Limits() {}
}
