package dev.varve.image.dockerfile;

import java.util.List;

/**
 * Lines of a {@code .dockerignore}, or {@code --exclude} patterns: the last that matches a path or
 * one of its parents decides. Immutable.
 */
public final class IgnoreRules {
  private IgnoreRules() {}

  /**
   * @throws DockerfileException for a pattern that is none
   */
  public static IgnoreRules parse(byte[] file) {
    throw new UnsupportedOperationException();
  }

  /**
   * @throws DockerfileException for a pattern that is none
   */
  public static IgnoreRules of(List<String> patterns) {
    throw new UnsupportedOperationException();
  }

  /** Where a file's rules may be, the first that is there counts: {@code x.dockerignore} beside it. */
  public static List<String> names(String dockerfile) {
    throw new UnsupportedOperationException();
  }

  /**
   * @param path relative, cleaned, {@code /} between names
   */
  public boolean ignores(String path) {
    throw new UnsupportedOperationException();
  }

  /** Whether below an ignored directory something may be taken back by a {@code !} line. */
  public boolean mayKeepBelow(String directory) {
    throw new UnsupportedOperationException();
  }
}
