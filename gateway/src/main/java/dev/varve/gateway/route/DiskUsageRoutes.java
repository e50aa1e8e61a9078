package dev.varve.gateway.route;

import dev.varve.api.container.v1.Container;
import dev.varve.api.image.v1.Image;
import dev.varve.api.image.v1.ListCacheRequest;
import dev.varve.api.image.v1.ListRequest;
import dev.varve.api.image.v1.ListResponse;
import dev.varve.api.snapshot.v1.ListVolumesRequest;
import dev.varve.gateway.docker.ContainerStatus;
import dev.varve.gateway.docker.ImageFilter;
import dev.varve.gateway.docker.json.BuildCacheJson;
import dev.varve.gateway.http.ApiVersion;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Json;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.Routes;
import io.grpc.StatusException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code docker system df}: what the services know of sizes anyway. Nothing is measured while
 * somebody waits for it.
 */
final class DiskUsageRoutes {
  /** Some 600 bytes each. */
  private static final int KEPT = 4096;

  private static final Set<String> TYPES = Set.of("container", "image", "volume", "build-cache");
  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  private record Variant(ApiVersion version, long sharedSize) {}

  private final Services services;
  private final Renderings<Image, Variant> images = new Renderings<>(KEPT);
  private final Renderings<Container, String> containers = new Renderings<>(KEPT);

  DiskUsageRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.add("GET", "/system/df", this::usage);
  }

  private void usage(Exchange exchange) throws Exception {
    Set<String> types = types(exchange);
    long layersSize = 0;
    byte[] imageList = NULL;
    if (types.contains("image")) {
      ListResponse all = services.images(exchange).list(ListRequest.getDefaultInstance());
      layersSize = all.getLayersSize();
      imageList = images(all.getImagesList(), exchange.version());
    }
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    json.writeBytes(ascii("{\"LayersSize\":" + layersSize + ",\"Images\":"));
    json.writeBytes(imageList);
    json.writeBytes(ascii(",\"Containers\":"));
    json.writeBytes(types.contains("container") ? containers(exchange) : NULL);
    json.writeBytes(ascii(",\"Volumes\":"));
    json.writeBytes(types.contains("volume") ? volumes(exchange) : NULL);
    json.writeBytes(ascii(",\"BuildCache\":"));
    json.writeBytes(types.contains("build-cache") ? buildCache(exchange) : NULL);
    json.writeBytes(ascii(exchange.version().atLeast(42) ? "}" : ",\"BuilderSize\":0}"));
    exchange.json(200, json.toByteArray());
  }

  private static Set<String> types(Exchange exchange) throws Refusal {
    List<String> asked = exchange.query().all("type");
    if (asked.isEmpty() || !exchange.version().atLeast(42)) {
      return TYPES;
    }
    for (String type : asked) {
      if (!TYPES.contains(type)) {
        throw Refusal.badRequest("unknown object type: " + type);
      }
    }
    return Set.copyOf(asked);
  }

  private byte[] images(List<Image> all, ApiVersion version) {
    Map<String, Long> shared = ImageViews.sharedSizes(all);
    Set<String> parents = ImageFilter.parents(all);
    List<byte[]> shown = new ArrayList<>();
    for (Image image : all) {
      if (!ImageFilter.isIntermediate(image, parents)) {
        long sharedSize = shared.getOrDefault(image.getId(), 0L);
        shown.add(
            images.of(
                image.getId(),
                image,
                new Variant(version, sharedSize),
                () -> Json.bytes(ImageViews.counted(image, version, sharedSize))));
      }
    }
    return Renderings.list(shown);
  }

  private byte[] containers(Exchange exchange) throws StatusException {
    Instant now = Instant.now();
    List<byte[]> shown = new ArrayList<>();
    for (Container it :
        services
            .containers(exchange)
            .list(dev.varve.api.container.v1.ListRequest.newBuilder().setSize(true).build())
            .getContainersList()) {
      shown.add(
          containers.of(
              it.getId(),
              it,
              ContainerStatus.text(it.getState(), now),
              () -> Json.bytes(ContainerViews.summary(it, now))));
    }
    return Renderings.list(shown);
  }

  private byte[] volumes(Exchange exchange) throws StatusException {
    return Json.bytes(
        services
            .volumes(exchange)
            .listVolumes(ListVolumesRequest.newBuilder().setSize(true).build())
            .getVolumesList()
            .stream()
            .map(VolumeViews::used)
            .toList());
  }

  private byte[] buildCache(Exchange exchange) throws StatusException {
    return Json.bytes(
        services
            .builds(exchange)
            .listCache(ListCacheRequest.getDefaultInstance())
            .getEntriesList()
            .stream()
            .map(BuildCacheJson::of)
            .toList());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
