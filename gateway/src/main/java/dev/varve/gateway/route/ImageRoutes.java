package dev.varve.gateway.route;

import dev.varve.api.image.v1.HistoryRequest;
import dev.varve.api.image.v1.Image;
import dev.varve.api.image.v1.ListRequest;
import dev.varve.api.image.v1.RemoveRequest;
import dev.varve.api.image.v1.ResolveRequest;
import dev.varve.api.image.v1.TagRequest;
import dev.varve.gateway.docker.Filters;
import dev.varve.gateway.docker.ImageFilter;
import dev.varve.gateway.docker.json.HistoryJson;
import dev.varve.gateway.docker.json.ImageRemovedJson;
import dev.varve.gateway.http.ApiVersion;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Json;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.Routes;
import io.grpc.StatusException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looking at images and naming them. */
final class ImageRoutes {
  private record Listing(ApiVersion version, long sharedSize) {}

  /** Some 4 KiB each. */
  private static final int INSPECTED = 128;

  /** Some 600 bytes each. */
  private static final int LISTED = 2048;

  private final Services services;
  private static final ApiVersion BEFORE_145 = new ApiVersion(1, 44);

  private final Renderings<Image, ApiVersion> inspected = new Renderings<>(INSPECTED);
  private final Renderings<Image, Listing> listed = new Renderings<>(LISTED);

  ImageRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.addOnLoop("GET", "/images/json", this::list);
    routes.addOnLoop("GET", "/images/{name:*}/json", this::inspect);
    routes.add("GET", "/images/{name:*}/history", this::history);
    routes.add("POST", "/images/{name:*}/tag", this::tag);
    routes.add("DELETE", "/images/{name:*}", this::remove);
  }

  private void list(Exchange exchange) throws Exception {
    Filters filters = Filters.parse(exchange.query().text("filters"), ImageFilter.KEYS);
    if (filters.values().isEmpty()) {
      list(exchange, ImageFilter.NONE);
    } else {
      exchange.onVirtualThread(it ->
          list(
              it,
              ImageFilter.of(
                  filters, reference -> ImageViews.createdNanos(resolve(it, reference)))));
    }
  }

  private void list(Exchange exchange, ImageFilter filter) {
    services
        .imagesLater(exchange)
        .list(
            ListRequest.getDefaultInstance(),
            Services.then(
                exchange, all -> exchange.json(200, shown(exchange, filter, all.getImagesList()))));
  }

  private byte[] shown(Exchange exchange, ImageFilter filter, List<Image> images) {
    Map<String, Long> shared =
        exchange.query().flag("shared-size") ? ImageViews.sharedSizes(images) : Map.of();
    boolean all = exchange.query().flag("all");
    Set<String> parents = ImageFilter.parents(images);
    List<byte[]> shown = new ArrayList<>();
    for (Image image : newestFirst(images)) {
      if ((all || !ImageFilter.isIntermediate(image, parents)) && filter.fits(image, parents)) {
        Image named = filter.withMatchingNames(image);
        shown.add(summary(named, exchange.version(), shared.getOrDefault(image.getId(), -1L)));
      }
    }
    return Renderings.list(shown);
  }

  /** A time is text, and read once for each image. */
  private static List<Image> newestFirst(List<Image> images) {
    record Dated(long created, Image image) {}

    return images.stream()
        .map(image -> new Dated(ImageViews.createdNanos(image), image))
        .sorted(Comparator.comparingLong(Dated::created).reversed())
        .map(Dated::image)
        .toList();
  }

  private byte[] summary(Image image, ApiVersion version, long sharedSize) {
    return listed.of(
        image.getId(),
        image,
        new Listing(version, sharedSize),
        () -> Json.bytes(ImageViews.summary(image, version, sharedSize)));
  }

  private byte[] inspected(Image image, ApiVersion version) {
    return inspected.of(
        image.getId(), image, version, () -> Json.bytes(ImageViews.inspect(image, version)));
  }

  private void inspect(Exchange exchange) throws Refusal {
    services
        .imagesLater(exchange)
        .resolve(
            ResolveRequest.newBuilder()
                .setReference(exchange.name("name"))
                .setPlatform(PlatformQuery.of(exchange.query()))
                .build(),
            Services.then(
                exchange, image -> exchange.json(200, inspected(image, version(exchange)))));
  }

  /** docker-compose 1 takes the newest API it is offered, and reads what went with 1.45. */
  private static ApiVersion version(Exchange exchange) {
    String agent = exchange.header("User-Agent");
    boolean old = agent != null && agent.startsWith("docker-compose/1.");
    return old && exchange.version().atLeast(45) ? BEFORE_145 : exchange.version();
  }

  private Image resolve(Exchange exchange, String reference) throws StatusException {
    return services
        .images(exchange)
        .resolve(ResolveRequest.newBuilder().setReference(reference).build());
  }

  private void history(Exchange exchange) throws Exception {
    HistoryRequest request =
        HistoryRequest.newBuilder()
            .setReference(exchange.name("name"))
            .setPlatform(PlatformQuery.of(exchange.query()))
            .build();
    exchange.json(
        200,
        services.images(exchange).history(request).getEntriesList().stream()
            .map(entry ->
                new HistoryJson(
                    entry.getComment(),
                    entry.getCreatedSeconds(),
                    entry.getCreatedBy(),
                    entry.getId(),
                    entry.getSize(),
                    ContainerViews.orNull(entry.getTagsList())))
            .toList());
  }

  private void tag(Exchange exchange) throws Exception {
    String repository = exchange.query().text("repo");
    if (repository.isEmpty()) {
      throw Refusal.badRequest("repository name must have at least one component");
    }
    var ignored =
        services
            .images(exchange)
            .tag(
                TagRequest.newBuilder()
                    .setSource(exchange.name("name"))
                    .setRepository(repository)
                    .setTag(exchange.query().text("tag"))
                    .build());
    exchange.status(201);
  }

  private void remove(Exchange exchange) throws Exception {
    if (exchange.query().has("platforms")) {
      throw Refusal.notYet("removing single platforms of an image");
    }
    RemoveRequest request =
        RemoveRequest.newBuilder()
            .setReference(exchange.name("name"))
            .setForce(exchange.query().flag("force"))
            .setNoPrune(exchange.query().flag("noprune"))
            .build();
    exchange.json(
        200,
        services.images(exchange).remove(request).getItemsList().stream()
            .map(item -> new ImageRemovedJson(item.getDeleted(), item.getUntagged()))
            .toList());
  }
}
