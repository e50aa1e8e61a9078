package dev.varve.image.dockerfile;

/** Text to {@link Dockerfile}. */
public final class DockerfileParser {
  private DockerfileParser() {}

  /**
   * @param bytes UTF-8; a byte order mark is skipped
   * @throws DockerfileException with line, column and an excerpt
   */
  public static Dockerfile parse(byte[] bytes) {
    throw new UnsupportedOperationException();
  }

  /**
   * One instruction by itself: of {@code --change}, or an ONBUILD trigger of a base image.
   *
   * @param escape of the file it is used in; {@code \} otherwise
   * @throws DockerfileException also when it is more than one, or a FROM
   */
  public static Instruction parseInstruction(String text, char escape) {
    throw new UnsupportedOperationException();
  }
}
