package dev.varve.bench.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Debian's {@code docker-registry} on loopback, empty at first; gone with its files when closed.
 */
final class RegistryProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int PAUSE_MS = 20;

  private final Path directory;
  private final int port;
  private final Process process;

  RegistryProcess(Path directory, int port) throws IOException, InterruptedException {
    this.directory = Files.createDirectories(directory);
    this.port = port;
    Path config =
        Files.writeString(
            directory.resolve("config.yml"),
            """
            version: 0.1
            log: {accesslog: {disabled: true}, level: error}
            storage: {filesystem: {rootdirectory: %s}}
            http: {addr: '127.0.0.1:%d'}
            """
                .formatted(directory.resolve("data"), port));
    process =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!listens()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException(Files.readString(directory.resolve("log")));
      }
      Thread.sleep(PAUSE_MS);
    }
  }

  String name(String rest) {
    return "127.0.0.1:" + port + "/" + rest;
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    process.onExit().join();
    DiskUse.delete(directory);
  }
}
