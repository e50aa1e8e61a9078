package dev.varve.image.adapter.git;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The system's {@code git} on one bare repository, told nothing but what is said here: no
 * configuration of the host or its users, no credentials of theirs, no terminal. One thread.
 */
final class GitCommand {
  /** The variable by which git is told of a file of authorities. */
  static final String AUTHORITIES = "GIT_SSL_CAINFO";

  private static final int MOST_OUTPUT = 4 << 20;

  /** Where this host keeps its authorities and its ways out. */
  private static final List<String> KEPT =
      List.of(
          "PATH",
          AUTHORITIES,
          "SSL_CERT_FILE",
          "SSL_CERT_DIR",
          "http_proxy",
          "https_proxy",
          "HTTPS_PROXY",
          "no_proxy",
          "NO_PROXY");

  private final Path repository;
  private final long mostBytes;
  private final Map<String, String> environment = new HashMap<>();

  /**
   * @param repository an empty directory, the caller's
   * @param mostBytes that one file of it may have
   * @param settings git's, by name; not seen by whoever lists processes
   */
  GitCommand(Path repository, long mostBytes, Map<String, String> settings) {
    this.repository = repository;
    this.mostBytes = mostBytes;
    for (String name : KEPT) {
      String value = System.getenv(name);
      if (value != null) {
        environment.put(name, value);
      }
    }
    environment.put("HOME", repository.toString());
    environment.put("LC_ALL", "C");
    environment.put("GIT_DIR", repository.toString());
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("GIT_ALLOW_PROTOCOL", "http:https:git");
    environment.put("GIT_LITERAL_PATHSPECS", "1");
    int count = 0;
    for (Map.Entry<String, String> setting : new TreeMap<>(settings).entrySet()) {
      environment.put("GIT_CONFIG_KEY_" + count, setting.getKey());
      environment.put("GIT_CONFIG_VALUE_" + count, setting.getValue());
      count++;
    }
    environment.put("GIT_CONFIG_COUNT", Integer.toString(count));
  }

  void set(String name, String value) {
    environment.put(name, value);
  }

  /**
   * What a run came to.
   *
   * @param complaint the last line of what it said to standard error
   */
  record Outcome(int exit, String output, String complaint) {
    String orThrow() throws IOException {
      if (exit != 0) {
        throw new IOException(complaint);
      }
      return output;
    }
  }

  /** Runs to its end; ended when this thread is interrupted. */
  Outcome run(String... arguments) throws IOException, InterruptedException {
    return runWith(Path.of("/dev/null"), arguments);
  }

  /**
   * @param input what it reads
   */
  Outcome runWith(Path input, String... arguments) throws IOException, InterruptedException {
    Path output = repository.resolve("varve-output");
    Path errors = repository.resolve("varve-errors");
    Process process =
        builder(arguments)
            .redirectInput(input.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      int exit = process.waitFor();
      return new Outcome(exit, head(output), complaint(head(errors)));
    } finally {
      end(process);
    }
  }

  /** What it writes; a failure of it is one of reading. */
  InputStream stream(String... arguments) throws IOException {
    Process process = builder(arguments).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    return new FilterInputStream(process.getInputStream()) {
      private boolean ended;

      @Override
      public int read() throws IOException {
        return checked(super.read());
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        return checked(super.read(bytes, offset, length));
      }

      private int checked(int read) throws IOException {
        if (read < 0 && !ended) {
          ended = true;
          try {
            int exit = process.waitFor();
            if (exit != 0) {
              throw new IOException("git ended with code " + exit);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
          }
        }
        return read;
      }

      @Override
      public void close() throws IOException {
        end(process);
        super.close();
      }
    };
  }

  private ProcessBuilder builder(String... arguments) {
    // A repository may be as large as it likes to say: git has no limit of its own.
    List<String> command = new ArrayList<>(List.of("prlimit", "--fsize=" + mostBytes, "--", "git"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(repository.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static String head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8);
    }
  }

  private static String complaint(String errors) {
    String stripped = errors.strip();
    return stripped.substring(stripped.lastIndexOf('\n') + 1).replaceAll("//[^/@\\s]*@", "//");
  }
}
