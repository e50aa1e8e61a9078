package dev.varve.snapshot.adapter.overlay;

import dev.varve.snapshot.application.Snapshotter.Usage;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Adds up a container's changes while the container goes on changing them; for one use. */
final class UpperUsage extends SimpleFileVisitor<Path> {
  private final Set<Object> seen = new HashSet<>();
  private long bytes;

  /** Nothing there has no size. */
  Usage of(Path upper) throws IOException {
    try {
      Files.walkFileTree(upper, this);
    } catch (NoSuchFileException _) {
      return new Usage(0, 0);
    }
    return new Usage(bytes, seen.size());
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
    seen.add(Objects.requireNonNull(attributes.fileKey()));
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    if (seen.add(Objects.requireNonNull(attributes.fileKey())) && attributes.isRegularFile()) {
      bytes += attributes.size();
    }
    return FileVisitResult.CONTINUE;
  }

  /** It went away meanwhile, or lies deeper than a path can say. */
  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) {
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
    return FileVisitResult.CONTINUE;
  }
}
