package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/**
 * The ordinary docker CLI pointed at the engine under test, with a configuration of its own so that
 * the user's formats and keys play no part.
 */
final class Docker {
  private static final Executor READERS = Thread::startVirtualThread;
  private static final Path CONFIG = emptyConfig();

  private final Path socket;

  Docker(Path socket) {
    this.socket = socket;
  }

  /** How a command ended and what it said. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
  record Result(int code, byte[] bytes, String err) {
    String out() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    List<String> lines() {
      return out().lines().toList();
    }
  }

  /** A command that is still running; killed when closed. */
  record Running(Process process, CompletableFuture<byte[]> out, CompletableFuture<byte[]> err)
      implements AutoCloseable {
    Result await() {
      try {
        int code = process.waitFor();
        return new Result(code, out.get(), new String(err.get(), StandardCharsets.UTF_8));
      } catch (InterruptedException e) {
        process.destroyForcibly();
        throw new IllegalStateException("the command did not end", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  /** Runs a command with nothing on its standard input. */
  Result run(String... arguments) {
    return run(new byte[0], arguments);
  }

  /** Runs a command with these bytes on its standard input, then end of file. */
  Result run(byte[] input, String... arguments) {
    try (Running running = start(arguments)) {
      try (OutputStream in = running.process().getOutputStream()) {
        in.write(input);
      } catch (IOException e) {
        // The command ended without reading its input: its result says why.
        assertThat(e).hasMessageMatching("(?i).*(pipe|closed).*");
      }
      return running.await();
    }
  }

  /** Runs a command that has to succeed, and gives its output without the last line feed. */
  String ok(String... arguments) {
    Result result = run(arguments);
    assertThat(result.code())
        .as("docker %s: %s", String.join(" ", arguments), result.err())
        .isZero();
    return result.out().stripTrailing();
  }

  /** Starts a command and leaves it running, its standard input open. */
  Running start(String... arguments) {
    return launch(command(arguments));
  }

  /** The command line that a shell or {@code script} would start. */
  List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker", "-H", "unix://" + socket));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Starts any command in the CLI's environment. */
  static Running launch(List<String> command) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().keySet().removeIf(name -> name.startsWith("DOCKER_"));
      builder.environment().put("DOCKER_CONFIG", CONFIG.toString());
      Process process = builder.start();
      return new Running(process, read(process.getInputStream()), read(process.getErrorStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CompletableFuture<byte[]> read(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            return stream.readAllBytes();
          } catch (IOException e) {
            // A killed command's pipe closes under the reader.
            return new byte[0];
          }
        },
        READERS);
  }

  private static Path emptyConfig() {
    try {
      Path directory = Files.createTempDirectory("conformance-docker-config");
      directory.toFile().deleteOnExit();
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
