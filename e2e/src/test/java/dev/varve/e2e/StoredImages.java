package dev.varve.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an engine keeps of its images on the disk. */
final class StoredImages {
  private StoredImages() {}

  /** Layers of all images. */
  private static long layers(Docker docker) {
    String[] ids =
        docker.ok("images", "-q", "--no-trunc").lines().distinct().toArray(String[]::new);
    return Stream.of(ids)
        .flatMap(id -> docker.inspect("{{range .RootFS.Layers}}{{println .}}{{end}}", id).lines())
        .filter(line -> !line.isBlank())
        .distinct()
        .count();
  }

  /** Whether the layers of all images are; what was just seeded may still be on its way. */
  static boolean areUnpacked(Engine engine, Docker docker) {
    return unpacked(engine) == layers(docker);
  }

  private static long unpacked(Engine engine) {
    List<String> names = names(engine.root().resolve("snapshots/layers"));
    return names.stream().anyMatch(name -> name.contains("/tmp-")) ? -1 : names.size();
  }

  /** Blobs and unpacked layers. */
  static Set<String> of(Engine engine) {
    return List.of("content/blobs/sha256", "snapshots/layers").stream()
        .flatMap(directory -> names(engine.root().resolve(directory)).stream())
        .collect(Collectors.toSet());
  }

  private static List<String> names(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(Path::toString).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
