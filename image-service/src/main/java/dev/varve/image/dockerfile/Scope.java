package dev.varve.image.dockerfile;

import java.util.List;
import java.util.Map;

/**
 * The variables of a stage while its steps run: ENV, which always wins, ARG, and the predefined
 * ones. Mutable; one thread at a time.
 *
 * <p>A step is: {@code instruction = scope.expansion().expand(instruction)}, its work, and then
 * {@code scope.apply(instruction)} for ENV and ARG.
 */
public final class Scope {
  private Scope() {}

  /**
   * Of the global ARGs: what FROM sees.
   *
   * @throws DockerfileException when a default does not expand
   */
  public static Scope global(Dockerfile file, BuildArguments arguments) {
    throw new UnsupportedOperationException();
  }

  /**
   * Of a stage on an image.
   *
   * @param env of the image's configuration, {@code NAME=value}
   */
  public Scope stage(List<String> env) {
    throw new UnsupportedOperationException();
  }

  /** Of a stage on this, finished, stage: its ENV and ARG go on. */
  public Scope child() {
    throw new UnsupportedOperationException();
  }

  public Expansion expansion() {
    throw new UnsupportedOperationException();
  }

  /** Sets an expanded ENV's pairs. */
  public void apply(Instruction.Env env) {
    throw new UnsupportedOperationException();
  }

  /**
   * Declares unexpanded ARGs, each seeing those before it.
   *
   * @throws DockerfileException when a default does not expand
   */
  public void apply(Instruction.Arg arg) {
    throw new UnsupportedOperationException();
  }

  /** ENV alone, {@code NAME=value}, in the order of first setting: the configuration's. */
  public List<String> env() {
    throw new UnsupportedOperationException();
  }

  /**
   * Declared ARGs that have a value and no ENV hides, {@code NAME=value}, sorted: what history
   * shows in front of a command ({@code |2 A=1 B=2}) and what a RUN's cache key holds. Without
   * proxies.
   */
  public List<String> args() {
    throw new UnsupportedOperationException();
  }

  /** Everything a RUN sees: {@link #env}, {@link #args} and the proxies that were given. */
  public Map<String, String> runEnvironment() {
    throw new UnsupportedOperationException();
  }
}
