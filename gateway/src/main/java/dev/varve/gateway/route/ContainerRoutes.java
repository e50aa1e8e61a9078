package dev.varve.gateway.route;

import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.CreateRequest;
import dev.varve.api.container.v1.CreateResponse;
import dev.varve.api.container.v1.InspectRequest;
import dev.varve.api.container.v1.ListRequest;
import dev.varve.api.container.v1.UpdateRequest;
import dev.varve.api.image.v1.Image;
import dev.varve.api.image.v1.ResolveRequest;
import dev.varve.gateway.docker.ContainerFilter;
import dev.varve.gateway.docker.ContainerStatus;
import dev.varve.gateway.docker.CreateBody;
import dev.varve.gateway.docker.Filters;
import dev.varve.gateway.docker.UpdateBody;
import dev.varve.gateway.docker.json.CreatedJson;
import dev.varve.gateway.docker.json.UpdatedJson;
import dev.varve.gateway.http.ApiVersion;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Json;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.Routes;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Making containers and looking at them. */
final class ContainerRoutes {
  private static final Pattern PLATFORM = Pattern.compile("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+){0,2}");

  /** Some 4 KiB each. */
  private static final int INSPECTED = 128;

  /** Some 1 KiB each. */
  private static final int LISTED = 2048;

  private final Services services;
  private final Renderings<Container, ApiVersion> inspected = new Renderings<>(INSPECTED);

  /** By the status text, which changes with time. */
  private final Renderings<Container, Listed> listed = new Renderings<>(LISTED);

  ContainerRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.add("POST", "/containers/create", this::create);
    routes.add("POST", "/containers/{id}/update", this::update);
    routes.addOnLoop("GET", "/containers/json", this::list);
    routes.addOnLoop("GET", "/containers/{id:*}/json", this::inspect);
  }

  private void create(Exchange exchange) throws Exception {
    CreateBody body = CreateBody.parse(exchange.requiredJson(), exchange.version());
    String reference = body.config().getImage();
    if (reference.isEmpty()) {
      throw Refusal.badRequest(
          body.config().getCmdCount() + body.config().getEntrypointCount() == 0
              ? "no command specified"
              : "no image specified");
    }
    Image image = image(exchange, reference);
    requirePlatform(exchange.query().text("platform"), reference, image);
    Map<String, String> mounted = new HashMap<>();
    for (String wanted : body.mountImages()) {
      mounted.put(wanted, image(exchange, wanted).getId());
    }
    String name = exchange.query().text("name");
    CreateResponse created =
        services
            .containers(exchange)
            .create(
                CreateRequest.newBuilder()
                    .setName(name.startsWith("/") ? name.substring(1) : name)
                    .setConfig(
                        body.config().toBuilder()
                            .putAllLabels(services.labels(body.config().getLabelsMap())))
                    .setHost(body.host())
                    .addAllLinks(body.links())
                    .setImageId(image.getId())
                    .setImageConfigJson(image.getConfigJson())
                    .putAllMountImages(mounted)
                    .build());
    List<String> warnings = new ArrayList<>(body.warnings());
    warnings.addAll(created.getWarningsList());
    exchange.json(201, new CreatedJson(created.getId(), warnings));
  }

  /** From here on it stays until the container is there. */
  private Image image(Exchange exchange, String reference) throws Exception {
    return services
        .images(exchange)
        .resolve(ResolveRequest.newBuilder().setReference(reference).setForContainer(true).build());
  }

  private void update(Exchange exchange) throws Exception {
    UpdateRequest request =
        UpdateBody.parse(exchange.name("id"), exchange.requiredJson(), exchange.version());
    List<String> warnings = services.containers(exchange).update(request).getWarningsList();
    exchange.json(200, new UpdatedJson(ContainerViews.orNull(warnings)));
  }

  private static void requirePlatform(String platform, String reference, Image image)
      throws Refusal {
    if (platform.isEmpty()) {
      return;
    }
    if (!PLATFORM.matcher(platform).matches()) {
      throw Refusal.badRequest(
          "\"" + platform + "\": cannot parse platform specifier: invalid argument");
    }
    String[] parts = platform.split("/", -1);
    boolean fits =
        parts[0].equals(image.getOs())
            && (parts.length < 2 || parts[1].equals(image.getArchitecture()));
    if (!fits) {
      throw Refusal.notFound(
          "image with reference "
              + reference
              + " was found but its platform ("
              + image.getOs()
              + "/"
              + image.getArchitecture()
              + ") does not match the specified platform ("
              + platform
              + ")");
    }
  }

  private void inspect(Exchange exchange) throws Exception {
    InspectRequest request =
        InspectRequest.newBuilder()
            .setId(exchange.name("id"))
            .setSize(exchange.query().flag("size"))
            .build();
    services
        .containersLater(exchange)
        .inspect(
            request,
            Services.then(exchange, it -> exchange.json(200, inspected(it, exchange.version()))));
  }

  private byte[] inspected(Container it, ApiVersion version) {
    return inspected.of(
        it.getId(), it, version, () -> Json.bytes(ContainerViews.inspect(it, version)));
  }

  private byte[] summary(Container it, String image, Instant now) {
    return listed.of(
        it.getId(),
        it,
        new Listed(ContainerStatus.text(it.getState(), now), image),
        () -> Json.bytes(ContainerViews.summary(it, image, now)));
  }

  /** What a container's line depends on besides itself. */
  private record Listed(String status, String image) {}

  private void list(Exchange exchange) throws Exception {
    Filters filters = Filters.parse(exchange.query().text("filters"), ContainerFilter.KEYS);
    ContainerFilter filter = ContainerFilter.of(filters);
    int limit = exchange.query().integer("limit").orElse(0);
    boolean all = exchange.query().flag("all") || filter.impliesAll() || limit > 0;
    Listing listing = new Listing(filter, all, limit > 0 ? limit : Integer.MAX_VALUE);
    if (filters.has("since") || filters.has("before") || filters.has("ancestor")) {
      exchange.onVirtualThread(
          it -> list(it, listing, window(it, filters), ancestors(it, filters)));
    } else {
      list(exchange, listing, Window.ALL, null);
    }
  }

  /**
   * What is shown of the containers there are.
   *
   * @param all those that don't run, too
   */
  private record Listing(ContainerFilter filter, boolean all, int limit) {}

  /**
   * @param ancestors ids of the images whose containers are shown; null for all
   */
  private void list(
      Exchange exchange, Listing listing, Window window, @Nullable Set<String> ancestors) {
    services
        .containersLater(exchange)
        .list(
            ListRequest.newBuilder().setSize(exchange.query().flag("size")).build(),
            Services.then(
                exchange,
                known -> {
                  List<Container> shown = new ArrayList<>();
                  for (Container it : known.getContainersList()) {
                    if (shown.size() < listing.limit
                        && (listing.all || ContainerStatus.isRunning(it.getState()))
                        && window.contains(it)
                        && (ancestors == null || ancestors.contains(it.getImageId()))
                        && listing.filter.fits(it)) {
                      shown.add(it);
                    }
                  }
                  CurrentImages.of(
                      shown,
                      services,
                      exchange,
                      images -> exchange.json(200, summaries(shown, images)));
                }));
  }

  private byte[] summaries(List<Container> shown, CurrentImages images) {
    Instant now = Instant.now();
    return Renderings.list(shown.stream().map(it -> summary(it, images.shown(it), now)).toList());
  }

  /** Creation times, unix nanoseconds, both ends left out. */
  private record Window(long after, long before) {
    static final Window ALL = new Window(Long.MIN_VALUE, Long.MAX_VALUE);

    boolean contains(Container container) {
      return container.getCreatedNanos() > after && container.getCreatedNanos() < before;
    }
  }

  private Window window(Exchange exchange, Filters filters) throws StatusException {
    long after = Long.MIN_VALUE;
    long before = Long.MAX_VALUE;
    for (String id : filters.all("since")) {
      after = Math.max(after, createdAt(exchange, id));
    }
    for (String id : filters.all("before")) {
      before = Math.min(before, createdAt(exchange, id));
    }
    return new Window(after, before);
  }

  private long createdAt(Exchange exchange, String id) throws StatusException {
    return services
        .containers(exchange)
        .inspect(InspectRequest.newBuilder().setId(id).build())
        .getCreatedNanos();
  }

  /** Null when they are not asked for. */
  private @Nullable Set<String> ancestors(Exchange exchange, Filters filters)
      throws StatusException {
    if (!filters.has("ancestor")) {
      return null;
    }
    Set<String> ids = new HashSet<>();
    for (String ancestor : filters.all("ancestor")) {
      try {
        ids.add(
            services
                .images(exchange)
                .resolve(ResolveRequest.newBuilder().setReference(ancestor).build())
                .getId());
      } catch (StatusException e) {
        // An image that is not there has no containers.
        if (e.getStatus().getCode() != Status.Code.NOT_FOUND) {
          throw e;
        }
      }
    }
    addDescendants(
        ids,
        services
            .images(exchange)
            .list(dev.varve.api.image.v1.ListRequest.getDefaultInstance())
            .getImagesList());
    return ids;
  }

  /** Adds the images that were made from these, and from those in turn. */
  private static void addDescendants(Set<String> ids, List<Image> images) {
    boolean more = true;
    while (more) {
      more = false;
      for (Image image : images) {
        more |= ids.contains(image.getParentId()) && ids.add(image.getId());
      }
    }
  }
}
