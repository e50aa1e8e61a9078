package dev.varve.image.dockerfile;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One instruction, with its variables as they were written. {@link Expansion#expand} makes the same
 * kind of instruction with their values.
 */
public sealed interface Instruction {
  Source source();

  /** In upper case: {@code RUN}. */
  default String name() {
    return source().keyword().toUpperCase(Locale.ROOT);
  }

  /**
   * Begins a stage.
   *
   * @param image an image, an earlier stage or {@code scratch}
   * @param stageName in lower case
   */
  record From(Source source, String image, Optional<String> stageName, Optional<String> platform)
      implements Instruction {}

  /**
   * @param mounts values of {@code --mount}, as written; {@link Expansion#mounts} reads them
   */
  record Run(
      Source source, CommandLine command, List<String> mounts, Network network, Security security)
      implements Instruction {
    public Run {
      mounts = List.copyOf(mounts);
    }
  }

  /** {@code RUN --network}. */
  enum Network {
    DEFAULT,
    NONE,
    HOST
  }

  /** {@code RUN --security}. */
  enum Security {
    SANDBOX,
    INSECURE
  }

  /**
   * @param from a stage's name or number, or an image
   * @param parents keep the directories of a source behind its {@code /./}
   */
  record Copy(Source source, Transfer transfer, Optional<String> from, boolean parents)
      implements Instruction {}

  /**
   * @param checksum what a remote source must have
   * @param keepGitDir if it was said
   * @param unpack if it was said; otherwise local archives are and remote ones are not
   */
  record Add(
      Source source,
      Transfer transfer,
      Optional<String> checksum,
      Optional<Boolean> keepGitDir,
      Optional<Boolean> unpack)
      implements Instruction {}

  /** Pairs in their order; all values see the environment as it was before. */
  record Env(Source source, List<Pair> pairs) implements Instruction {
    public Env {
      pairs = List.copyOf(pairs);
    }
  }

  /** As {@link Env}. */
  record Label(Source source, List<Pair> pairs) implements Instruction {
    public Label {
      pairs = List.copyOf(pairs);
    }
  }

  /**
   * A name and its value.
   *
   * @param legacy written {@code KEY value}, without {@code =}
   */
  record Pair(String key, String value, boolean legacy) {}

  record Arg(Source source, List<Declaration> declarations) implements Instruction {
    public Arg {
      declarations = List.copyOf(declarations);
    }
  }

  /**
   * One {@code name[=value]} of an ARG.
   *
   * @param value the default, when there is one
   */
  record Declaration(String name, Optional<String> value) {}

  record Cmd(Source source, CommandLine command) implements Instruction {}

  record Entrypoint(Source source, CommandLine command) implements Instruction {}

  /**
   * @param ports sorted as Docker sorts them, as written: {@code 80}, {@code 8000-8010/udp}
   */
  record Expose(Source source, List<String> ports) implements Instruction {
    public Expose {
      ports = List.copyOf(ports);
    }
  }

  record User(Source source, String user) implements Instruction {}

  /** The path as written, relative or not. */
  record Workdir(Source source, String path) implements Instruction {}

  record Volume(Source source, List<String> paths) implements Instruction {
    public Volume {
      paths = List.copyOf(paths);
    }
  }

  record StopSignal(Source source, String signal) implements Instruction {}

  record Shell(Source source, List<String> words) implements Instruction {
    public Shell {
      words = List.copyOf(words);
    }
  }

  /**
   * Times in nanoseconds; 0 where nothing was said.
   *
   * @param test in the image configuration's form: {@code NONE}; {@code CMD} and words; {@code
   *     CMD-SHELL} and a text
   */
  record HealthCheck(
      Source source,
      List<String> test,
      long intervalNanos,
      long timeoutNanos,
      long startPeriodNanos,
      long startIntervalNanos,
      int retries)
      implements Instruction {
    public HealthCheck {
      test = List.copyOf(test);
    }
  }

  /**
   * @param trigger the instruction for later, as the image's configuration keeps it: with its
   *     here-documents, variables untouched
   */
  record OnBuild(Source source, String trigger) implements Instruction {}

  record Maintainer(Source source, String author) implements Instruction {}
}
