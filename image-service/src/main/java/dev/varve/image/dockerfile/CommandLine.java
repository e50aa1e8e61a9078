package dev.varve.image.dockerfile;

import java.util.List;

/** A command of RUN, CMD or ENTRYPOINT, in one of its two forms. */
public sealed interface CommandLine {
  /**
   * Text for a shell, which expands it; Docker never does.
   *
   * @param text the rest of the line, as written
   * @param documents of RUN, in the order of their marks in the text
   */
  record ShellForm(String text, List<HereDocument> documents) implements CommandLine {
    public ShellForm {
      documents = List.copyOf(documents);
    }
  }

  /** A JSON array: the words, without a shell. */
  record ExecForm(List<String> words) implements CommandLine {
    public ExecForm {
      words = List.copyOf(words);
    }
  }
}
