package dev.varve.image.dockerfile;

import java.util.List;

/** Puts variables into words: Docker's share of the shell's language. */
public final class Expansion {

  /**
   * @param escape of the file
   */
  public Expansion(char escape, Variables variables) {
    throw new UnsupportedOperationException();
  }

  /**
   * The same instruction with variables put in and quotes taken away, wherever the reference
   * allows it: in ADD, COPY (here-documents included), ENV, EXPOSE, LABEL, STOPSIGNAL, USER,
   * VOLUME, WORKDIR, ARG's defaults, FROM. Others come back as they are: RUN, CMD and ENTRYPOINT are
   * their shell's to expand, triggers wait.
   *
   * @throws DockerfileException with the instruction's place
   */
  public <I extends Instruction> I expand(I instruction) {
    throw new UnsupportedOperationException();
  }

  /**
   * The mounts of a RUN.
   *
   * @throws DockerfileException with the instruction's place
   */
  public List<Mount> mounts(Instruction.Run run) {
    throw new UnsupportedOperationException();
  }
}
