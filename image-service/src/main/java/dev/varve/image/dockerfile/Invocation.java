package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a command of RUN, CMD or ENTRYPOINT starts.
 *
 * @param words the program and its arguments
 * @param script a file that has to be there for that time, executable, with the content of a
 *     here-document that names its own interpreter
 */
public record Invocation(List<String> words, Optional<Script> script) {
  private static final String SCRIPTS = "/dev/pipes/";

  public Invocation {
    words = List.copyOf(words);
  }

  /**
   * @param path absolute
   */
  public record Script(String path, String content) {}

  /**
   * A lone here-document is the shell's command itself, or with a first line {@code #!} a script of
   * its own; others are the shell's to read.
   *
   * @param shell of SHELL; usually {@code /bin/sh -c}
   */
  public static Invocation of(CommandLine command, List<String> shell) {
    return switch (command) {
      case CommandLine.ExecForm exec -> new Invocation(exec.words(), Optional.empty());
      case CommandLine.ShellForm form -> of(form, shell);
    };
  }

  private static Invocation of(CommandLine.ShellForm form, List<String> shell) {
    boolean lone = form.documents().size() == 1 && HereDocuments.mark(form.text()).isPresent();
    if (!lone) {
      return inShell(shell, withDocuments(form));
    }
    HereDocument document = form.documents().getFirst();
    if (!document.text().startsWith("#!")) {
      return inShell(shell, document.text());
    }
    Script script = new Script(SCRIPTS + document.fileName(), document.text());
    return new Invocation(List.of(script.path()), Optional.of(script));
  }

  private static String withDocuments(CommandLine.ShellForm form) {
    StringBuilder text = new StringBuilder(form.text());
    for (HereDocument document : form.documents()) {
      text.append('\n').append(document.content()).append(document.name());
    }
    return text.toString();
  }

  private static Invocation inShell(List<String> shell, String text) {
    List<String> words = new ArrayList<>(shell);
    if (!text.isEmpty()) {
      words.add(text);
    }
    return new Invocation(words, Optional.empty());
  }
}
