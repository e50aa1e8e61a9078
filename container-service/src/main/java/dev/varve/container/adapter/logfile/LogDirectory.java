package dev.varve.container.adapter.logfile;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that readers ask of the directory of a log while others rename, compress and delete its
 * files: tests let them do so between any two questions.
 */
class LogDirectory {
  private final Path path;

  LogDirectory(Path path) {
    this.path = path;
  }

  /**
   * Of one moment: the kernel lists so small a directory in one call, under the lock that renaming
   * takes.
   */
  List<String> names() throws IOException {
    // With half of the system calls that Files.list makes.
    String[] names = path.toFile().list();
    if (names == null && Files.exists(path)) {
      throw new IOException("cannot list " + path);
    }
    return names == null ? List.of() : List.of(names);
  }

  Optional<FileChannel> open(String name) throws IOException {
    try {
      return Optional.of(FileChannel.open(path.resolve(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  Optional<Instant> lastWritten(String name) throws IOException {
    try {
      return Optional.of(Files.getLastModifiedTime(path.resolve(name)).toInstant());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
