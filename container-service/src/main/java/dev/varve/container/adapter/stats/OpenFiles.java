package dev.varve.container.adapter.stats;

import dev.varve.linux.SystemCallException;
import dev.varve.linux.process.Descriptor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The files of one run, kept open: opening costs as much as reading. */
final class OpenFiles implements AutoCloseable {
  final int pid;
  private final Map<Path, Optional<Descriptor>> files = new HashMap<>();

  OpenFiles(int pid) {
    this.pid = pid;
  }

  /** Null when there is no such file. */
  @Nullable Descriptor get(@Nullable Path path) {
    return path == null ? null : files.computeIfAbsent(path, OpenFiles::open).orElse(null);
  }

  private static Optional<Descriptor> open(Path path) {
    try {
      return Optional.of(Descriptor.open(path, Descriptor.O_RDONLY));
    } catch (SystemCallException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    files.values().forEach(file -> file.ifPresent(Descriptor::close));
  }
}
