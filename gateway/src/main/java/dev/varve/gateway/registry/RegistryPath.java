package dev.varve.gateway.registry;

import java.util.List;

/** A path below {@code /v2/}, taken apart from its end: names contain slashes. */
sealed interface RegistryPath {
  record Base() implements RegistryPath {}

  record Catalog() implements RegistryPath {}

  record Tags(String name) implements RegistryPath {}

  record Manifest(String name, String reference) implements RegistryPath {}

  record Blob(String name, String digest) implements RegistryPath {}

  record Uploads(String name) implements RegistryPath {}

  record Upload(String name, String id) implements RegistryPath {}

  record Referrers(String name, String digest) implements RegistryPath {}

  record Unknown() implements RegistryPath {}

  /**
   * @param path what follows {@code /v2/}
   */
  static RegistryPath parse(String path) {
    if (path.isEmpty()) {
      return new Base();
    }
    if (path.equals("_catalog")) {
      return new Catalog();
    }
    List<String> parts = List.of(path.split("/", -1));
    int last = parts.size() - 1;
    if (last < 2) {
      return new Unknown();
    }
    String end = parts.get(last);
    String kind = parts.get(last - 1);
    String name = String.join("/", parts.subList(0, last - 1));
    if (last >= 3 && kind.equals("uploads") && parts.get(last - 2).equals("blobs")) {
      String repository = String.join("/", parts.subList(0, last - 2));
      return end.isEmpty() ? new Uploads(repository) : new Upload(repository, end);
    }
    return switch (kind) {
      case "tags" -> end.equals("list") ? new Tags(name) : new Unknown();
      case "manifests" -> end.isEmpty() ? new Unknown() : new Manifest(name, end);
      case "referrers" -> end.isEmpty() ? new Unknown() : new Referrers(name, end);
      case "blobs" -> {
        if (end.isEmpty()) {
          yield new Unknown();
        }
        yield end.equals("uploads") ? new Uploads(name) : new Blob(name, end);
      }
      default -> new Unknown();
    };
  }
}
