package dev.varve.container.adapter.files;

import dev.varve.container.application.HealthLog;
import dev.varve.eventlog.StateCodec;
import dev.varve.eventlog.adapter.jackson.JsonStateCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** {@link HealthLog} as a file beside the container's others. */
public final class HealthFile implements HealthLog {
  private final Path containers;
  private final StateCodec<Known> codec = JsonStateCodec.of(Known.class, 1);

  /**
   * @param containers the directory of all containers
   */
  public HealthFile(Path containers) {
    this.containers = containers;
  }

  private Path file(String containerId) {
    return containers.resolve(containerId).resolve("health.json");
  }

  @Override
  public Optional<Known> read(String containerId) throws IOException {
    try {
      return Optional.of(codec.decode(Files.readString(file(containerId))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      throw new IOException("health of " + containerId, e);
    }
  }

  @Override
  public void write(String containerId, Known known) throws IOException {
    Path file = file(containerId);
    Path next = file.resolveSibling("health.json.next");
    Files.writeString(next, codec.encode(known));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
