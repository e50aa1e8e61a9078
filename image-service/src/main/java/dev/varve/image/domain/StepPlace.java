package dev.varve.image.domain;

/**
 * Where in a Dockerfile a step stands.
 *
 * @param stage its name; of one without a name {@code stage-} and its number from 0
 * @param firstLine from 1
 * @param lastLine here-documents included
 * @param instruction as it was written, variables and all
 */
public record StepPlace(String stage, int firstLine, int lastLine, String instruction) {
  /** Of an instruction, in characters: enough to know it by. */
  private static final int MAX_LENGTH = 1024;

  public StepPlace {
    if (instruction.length() > MAX_LENGTH) {
      instruction = instruction.substring(0, MAX_LENGTH);
    }
  }
}
