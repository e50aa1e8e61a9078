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

  /** Of one expanded word or here-document. */
  public static final int WORD_CHARACTERS = 4 << 20;

  /** Of all variables' values put in during one build. */
  public static final int EXPANDED_CHARACTERS = 64 << 20;

  /** Of {@code ${a:-${b:-...}}}. */
  public static final int NESTED_EXPANSIONS = 100;

  /** Of matching one value against one pattern of {@code ${a#...}}: characters times tokens. */
  public static final long PATTERN_STEPS = 50_000_000;

  /** Of an ignore file or of {@code --exclude}. */
  public static final int PATTERNS = 10_000;

  /** Of one path pattern; the kernel takes no longer paths. */
  public static final int PATTERN_CHARACTERS = 4096;

  private Limits() {}
}
