package dev.varve.container.adapter.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Which container holds which namespace, in files that outlive the engine: {@code of/<container>}
 * is a link to the file that pins its namespace. Thread-safe.
 */
final class NamespaceHolders {
  private final Path directory;
  private final Path holders;

  /** Namespaces that somebody joined; all others have one holder. */
  private final Set<Path> shared = ConcurrentHashMap.newKeySet();

  /**
   * @param directory where namespaces are pinned
   */
  NamespaceHolders(Path directory) {
    this.directory = directory;
    this.holders = directory.resolve("of");
  }

  void prepare() throws IOException {
    Files.createDirectories(holders);
  }

  void hold(String containerId, Path pin) throws IOException {
    Files.createSymbolicLink(holders.resolve(containerId), pin);
  }

  /** A further holder of a namespace that has one. */
  void join(String containerId, Path pin) throws IOException {
    shared.add(pin);
    hold(containerId, pin);
  }

  void drop(String containerId) throws IOException {
    Files.deleteIfExists(holders.resolve(containerId));
  }

  Optional<Path> pinOf(String containerId) throws IOException {
    try {
      return Optional.of(Files.readSymbolicLink(holders.resolve(containerId)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Whether one who joined holds it still. */
  boolean isHeldByOthers(Path pin) throws IOException {
    if (!shared.contains(pin)) {
      return false;
    }
    if (held().contains(pin)) {
      return true;
    }
    shared.remove(pin);
    return false;
  }

  /** At start: which of them more than one holds. */
  void findShared() throws IOException {
    Set<Path> seen = new HashSet<>();
    for (String holder : names()) {
      pinOf(holder).filter(pin -> !seen.add(pin)).ifPresent(shared::add);
    }
  }

  /** Ids of all that hold one. */
  List<String> names() throws IOException {
    return entries(holders).stream().map(NamespaceHolders::name).toList();
  }

  Set<Path> held() throws IOException {
    Set<Path> held = new HashSet<>();
    for (String holder : names()) {
      pinOf(holder).ifPresent(held::add);
    }
    return held;
  }

  /** All that are pinned, held or not. */
  List<Path> pins() throws IOException {
    List<Path> pins = new ArrayList<>(entries(directory));
    pins.remove(holders);
    return pins;
  }

  static String name(Path pin) {
    return String.valueOf(pin.getFileName());
  }

  private static List<Path> entries(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
