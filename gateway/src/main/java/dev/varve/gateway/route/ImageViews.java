package dev.varve.gateway.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.varve.api.image.v1.Image;
import dev.varve.api.image.v1.Layer;
import dev.varve.gateway.docker.DockerTime;
import dev.varve.gateway.docker.ImageFilter;
import dev.varve.gateway.docker.json.GraphDriverJson;
import dev.varve.gateway.docker.json.ImageJson;
import dev.varve.gateway.docker.json.ImageSummaryJson;
import dev.varve.gateway.http.ApiVersion;
import dev.varve.gateway.http.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An image as Docker's clients see it. Pure. */
final class ImageViews {
  /** The fields of the image's own config that are shown whenever they are not empty. */
  private static final List<String> CONFIG_FIELDS =
      List.of(
          "User",
          "ExposedPorts",
          "Env",
          "Entrypoint",
          "Cmd",
          "Volumes",
          "WorkingDir",
          "Labels",
          "StopSignal",
          "ArgsEscaped",
          "Healthcheck",
          "OnBuild",
          "Shell");

  /** Shown before API 1.50 although they say nothing of an image. */
  private static final List<String> LEGACY_FLAGS =
      List.of("AttachStderr", "AttachStdin", "AttachStdout", "OpenStdin", "StdinOnce", "Tty");

  private static final List<String> LEGACY_TEXTS =
      List.of("Domainname", "Hostname", "Image", "User", "WorkingDir");
  private static final List<String> LEGACY_NULLS =
      List.of("Cmd", "Entrypoint", "Env", "Labels", "OnBuild", "Volumes");

  private ImageViews() {}

  static long createdNanos(Image image) {
    return ImageFilter.created(image);
  }

  static ImageSummaryJson summary(Image image, ApiVersion version, long sharedSize) {
    return summary(image, version, sharedSize, version.atLeast(51) ? image.getContainers() : -1);
  }

  /** With the number of its containers, whatever the version. */
  static ImageSummaryJson counted(Image image, ApiVersion version, long sharedSize) {
    return summary(image, version, sharedSize, image.getContainers());
  }

  private static ImageSummaryJson summary(
      Image image, ApiVersion version, long sharedSize, long containers) {
    Map<String, String> labels = ImageFilter.labels(image);
    return new ImageSummaryJson(
        containers,
        Math.floorDiv(createdNanos(image), 1_000_000_000L),
        image.getId(),
        labels.isEmpty() ? null : labels,
        image.getParentId(),
        names(image, image.getRepoDigestsList(), "<none>@<none>", version),
        names(image, image.getRepoTagsList(), "<none>:<none>", version),
        sharedSize,
        image.getSize(),
        version.atLeast(44) ? null : image.getSize());
  }

  /** Before API 1.43 an image without any name was given one of each kind. */
  private static @Nullable List<String> names(
      Image image, List<String> names, String none, ApiVersion version) {
    if (!names.isEmpty() || version.atLeast(43)) {
      return names;
    }
    boolean nameless = image.getRepoTagsCount() == 0 && image.getRepoDigestsCount() == 0;
    return nameless ? List.of(none) : null;
  }

  /** For each image, the bytes of its layers that another image has as well. */
  static Map<String, Long> sharedSizes(List<Image> images) {
    Map<String, Integer> uses = new HashMap<>();
    for (Image image : images) {
      image.getLayersList().forEach(layer -> uses.merge(layer.getChainId(), 1, Integer::sum));
    }
    Map<String, Long> shared = new HashMap<>();
    for (Image image : images) {
      long bytes =
          image.getLayersList().stream()
              .filter(layer -> uses.getOrDefault(layer.getChainId(), 0) > 1)
              .mapToLong(Layer::getUncompressedSize)
              .sum();
      shared.put(image.getId(), bytes);
    }
    return shared;
  }

  static ImageJson inspect(Image image, ApiVersion version) {
    JsonNode document =
        image.getConfigJson().isEmpty()
            ? MissingNode.getInstance()
            : Json.trusted(image.getConfigJson().toByteArray());
    boolean legacy = !version.atLeast(45);
    return new ImageJson(
        image.getId(),
        image.getRepoTagsList(),
        image.getRepoDigestsList(),
        image.getParentId(),
        comment(document),
        created(image, version),
        legacy ? document.path("container").asText("") : null,
        legacy ? containerConfig(document.path("container_config"), version) : null,
        document.path("docker_version").asText(""),
        document.path("author").asText(""),
        config(document.path("config"), version),
        image.getArchitecture(),
        image.getVariant(),
        image.getOs(),
        image.getSize(),
        version.atLeast(44) ? null : image.getSize(),
        new GraphDriverJson(null, ContainerViews.DRIVER),
        new ImageJson.RootFs(
            "layers", image.getLayersList().stream().map(Layer::getDiffId).toList()),
        new ImageJson.Metadata(DockerTime.rfc3339(image.getLastTaggedNanos())));
  }

  private static String created(Image image, ApiVersion version) {
    return image.getCreated().isEmpty() && !version.atLeast(44)
        ? DockerTime.rfc3339(0)
        : image.getCreated();
  }

  private static String comment(JsonNode document) {
    JsonNode history = document.path("history");
    String newest = history.path(history.size() - 1).path("comment").asText("");
    return newest.isEmpty() ? document.path("comment").asText("") : newest;
  }

  private static Map<String, Object> config(JsonNode config, ApiVersion version) {
    Map<String, Object> shown = new TreeMap<>();
    if (!version.atLeast(50)) {
      LEGACY_FLAGS.forEach(name -> shown.put(name, false));
      LEGACY_TEXTS.forEach(name -> shown.put(name, ""));
      LEGACY_NULLS.forEach(name -> shown.put(name, NullNode.getInstance()));
    }
    for (String name : CONFIG_FIELDS) {
      JsonNode value = config.path(name);
      boolean empty =
          value.isMissingNode()
              || value.isNull()
              || value.isContainerNode() && value.isEmpty()
              || value.isTextual() && value.textValue().isEmpty()
              || value.isBoolean() && !value.booleanValue();
      if (!empty) {
        shown.put(name, value);
      }
    }
    return shown;
  }

  /** Of an image that was not committed it says nothing; but docker-compose 1 looks into it. */
  private static Map<String, Object> containerConfig(JsonNode config, ApiVersion version) {
    Map<String, Object> shown = config(MissingNode.getInstance(), version);
    config.properties().forEach(entry -> shown.put(entry.getKey(), entry.getValue()));
    return shown;
  }
}
