package dev.varve.image.adapter.handed;

import dev.varve.image.application.build.HandedFiles;
import dev.varve.image.dockerfile.Mount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Files in a directory that only root enters: below {@code /run} they never reach a disk. */
public final class DirectoryHandedFiles implements HandedFiles {
  private static final Logger LOG = Logger.getLogger(DirectoryHandedFiles.class);

  private final Path directory;

  /** Empties the directory. */
  public DirectoryHandedFiles(Path directory) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
      left.forEach(this::remove);
    }
  }

  @Override
  public Path put(byte[] content, Mount.Access access) throws IOException {
    Path file = directory.resolve(UUID.randomUUID().toString());
    boolean complete = false;
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(file, content);
      give(file, access);
      complete = true;
      return file;
    } finally {
      if (!complete) {
        remove(file);
      }
    }
  }

  @Override
  public void give(Path file, Mount.Access access) throws IOException {
    Files.setAttribute(file, "unix:uid", access.uid());
    Files.setAttribute(file, "unix:gid", access.gid());
    Files.setAttribute(file, "unix:mode", access.mode());
  }

  @Override
  public void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException | UncheckedIOException e) {
      LOG.warnf(e, "%s is left", file);
    }
  }
}
