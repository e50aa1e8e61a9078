package dev.varve.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a command to its end, or ends it when it hangs: a hanging command is a failed test. */
final class Shell {
  /** No one command, and nothing that it sets off, takes so long. */
  static final Duration PATIENCE = Duration.ofSeconds(120);

  private Shell() {}

  /**
   * What a command did.
   *
   * @param exit its exit code
   * @param out its standard output
   * @param err its standard error
   */
  record Result(int exit, String out, String err) {
    /** The output of a command that is expected to succeed. */
    String ok() {
      if (exit != 0) {
        throw new AssertionError("exit code " + exit + "\n" + out + err);
      }
      return out.strip();
    }
  }

  static Result run(Map<String, String> environment, String input, List<String> command) {
    return run(environment, input, PATIENCE, command);
  }

  static Result run(
      Map<String, String> environment, String input, Duration patience, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      try {
        CompletableFuture<String> out = read(process.getInputStream());
        CompletableFuture<String> err = read(process.getErrorStream());
        write(process.getOutputStream(), input);
        if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
          throw new AssertionError("hangs: " + String.join(" ", command));
        }
        return new Result(process.exitValue(), out.join(), err.join());
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new AssertionError("cannot run " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted: " + command, e);
    }
  }

  private static CompletableFuture<String> read(InputStream stream) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try (stream) {
            text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
          } catch (IOException e) {
            text.completeExceptionally(e);
          }
        });
    return text;
  }

  /** A command may end without having read all; that is no failure. */
  private static void write(OutputStream stream, String input) {
    try (stream) {
      stream.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException ended) {
      // Its exit code says more.
    }
  }
}
