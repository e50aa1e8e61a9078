package dev.varve.gateway.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.api.image.v1.Image;
import dev.varve.gateway.http.Json;
import dev.varve.gateway.http.Refusal;
import io.grpc.StatusException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which images {@code GET /images/json} shows, and under which of their names. */
public final class ImageFilter {
  public static final Set<String> KEYS =
      Set.of("before", "dangling", "label", "reference", "since", "until");

  /** Shows all images under all of their names. */
  public static final ImageFilter NONE =
      new ImageFilter(new Filters(Map.of()), false, Long.MIN_VALUE, Long.MAX_VALUE);

  /** When an image that a filter names was created, in unix nanoseconds. */
  @FunctionalInterface
  public interface Creation {
    long of(String reference) throws StatusException;
  }

  private final Filters filters;
  private final boolean dangling;
  private final long after;
  private final long before;

  private ImageFilter(Filters filters, boolean dangling, long after, long before) {
    this.filters = filters;
    this.dangling = dangling;
    this.after = after;
    this.before = before;
  }

  /**
   * @throws Refusal 400
   */
  public static ImageFilter of(Filters filters, Creation creation) throws Refusal, StatusException {
    long after = Long.MIN_VALUE;
    long before = Long.MAX_VALUE;
    for (String reference : filters.all("since")) {
      after = Math.max(after, creation.of(reference));
    }
    for (String reference : filters.all("before")) {
      before = Math.min(before, creation.of(reference));
    }
    for (String until : filters.all("until")) {
      before = Math.min(before, DockerTime.parse(until, Instant.now()));
    }
    return new ImageFilter(filters, filters.flag("dangling", false), after, before);
  }

  /** The images that some of these were made from. */
  public static Set<String> parents(List<Image> images) {
    Set<String> parents = new HashSet<>();
    images.forEach(image -> parents.add(image.getParentId()));
    return parents;
  }

  /** A step on the way to another image, and nothing by itself. */
  public static boolean isIntermediate(Image image, Set<String> parents) {
    return isNameless(image) && parents.contains(image.getId());
  }

  /**
   * @param parents of all images
   */
  public boolean fits(Image image, Set<String> parents) {
    long created = created(image);
    return created > after
        && created < before
        && (!filters.has("dangling")
            || (dangling
                ? image.getRepoTagsCount() == 0 && !parents.contains(image.getId())
                : !isNameless(image)))
        && (!filters.has("label") || filters.labels("label", labels(image)))
        && (!filters.has("reference") || hasMatchingName(image));
  }

  /** With a filter on names, the image shows only those that fit it. */
  public Image withMatchingNames(Image image) {
    if (!filters.has("reference")) {
      return image;
    }
    return image.toBuilder()
        .clearRepoTags()
        .addAllRepoTags(matching(image.getRepoTagsList()))
        .clearRepoDigests()
        .addAllRepoDigests(matching(image.getRepoDigestsList()))
        .build();
  }

  private boolean hasMatchingName(Image image) {
    return !matching(image.getRepoTagsList()).isEmpty()
        || !matching(image.getRepoDigestsList()).isEmpty();
  }

  private List<String> matching(List<String> names) {
    return names.stream()
        .filter(name -> filters.any("reference", pattern -> ImageName.matches(pattern, name)))
        .toList();
  }

  private static boolean isNameless(Image image) {
    return image.getRepoTagsCount() == 0 && image.getRepoDigestsCount() == 0;
  }

  /** The labels of the image's config. */
  public static Map<String, String> labels(Image image) {
    Map<String, String> labels = new TreeMap<>();
    if (!image.getConfigJson().isEmpty()) {
      JsonNode config = Json.trusted(image.getConfigJson().toByteArray());
      config
          .path("config")
          .path("Labels")
          .properties()
          .forEach(entry -> labels.put(entry.getKey(), entry.getValue().asText()));
    }
    return labels;
  }

  /** When the image says it was created, in unix nanoseconds; 0 when it does not say. */
  public static long created(Image image) {
    if (image.getCreated().isEmpty()) {
      return 0;
    }
    try {
      return DockerTime.nanos(Instant.parse(image.getCreated()));
    } catch (DateTimeParseException e) {
      return 0;
    }
  }
}
