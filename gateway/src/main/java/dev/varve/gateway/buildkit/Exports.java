package dev.varve.gateway.buildkit;

import dev.varve.api.buildkit.control.CacheOptionsEntry;
import dev.varve.api.buildkit.control.Exporter;
import dev.varve.api.buildkit.control.SolveRequest;
import dev.varve.gateway.docker.ImageName;
import io.grpc.StatusException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is to become of a build's result: an image of this engine. Its references are set with it,
 * as builds here do; pushing it is the client's affair, which does so by the engine's API.
 */
final class Exports {
  /** Those that change nothing about an image that is kept here. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of("push", "load", "unpack", "store", "context", "buildinfo", "buildinfo-attrs");

  private Exports() {}

  /**
   * The references of the image, in full.
   *
   * @throws StatusException when something else is wanted
   */
  static List<String> tags(SolveRequest request) throws StatusException {
    List<String> tags = new ArrayList<>();
    for (Exporter exporter : all(request)) {
      if (!exporter.getType().equals("moby") && !exporter.getType().equals("image")) {
        throw Faults.of(
            "output of type "
                + exporter.getType()
                + " is not there with the engine's own builder; \"docker save\" and \"docker"
                + " export\" bring out what it made");
      }
      for (Map.Entry<String, String> attribute : exporter.getAttrsMap().entrySet()) {
        if (attribute.getKey().equals("name")) {
          for (String name : attribute.getValue().split(",", -1)) {
            if (!name.isBlank()) {
              tags.add(ImageName.full(name.strip()));
            }
          }
        } else if (!WITHOUT_EFFECT.contains(attribute.getKey())) {
          throw Faults.of("option " + attribute.getKey() + " of the output is not there");
        }
      }
    }
    // An image's history says by what the next build knows its steps.
    for (CacheOptionsEntry cache : request.getCache().getExportsList()) {
      if (!cache.getType().equals("inline")) {
        throw Faults.of("a cache cannot be written as " + cache.getType() + ", only inline");
      }
    }
    return tags;
  }

  private static List<Exporter> all(SolveRequest request) {
    if (request.getExportersCount() > 0 || request.getExporter().isEmpty()) {
      return request.getExportersList();
    }
    return List.of(
        Exporter.newBuilder()
            .setType(request.getExporter())
            .putAllAttrs(request.getExporterAttrsMap())
            .build());
  }
}
