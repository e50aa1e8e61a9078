package dev.varve.gateway.docker;

import dev.varve.gateway.http.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a prune may take. Not to be confused with a list's filter: here several labels to leave
 * alone protect only what has all of them, as with Docker.
 *
 * @param until unix nanoseconds
 */
public record PruneFilter(OptionalLong until, List<String> labels, List<String> withoutLabels) {
  public static final Set<String> KEYS = Set.of("label", "label!", "until");

  /** Of images. */
  public static final Set<String> IMAGE_KEYS = Set.of("dangling", "label", "label!", "until");

  /**
   * @throws Refusal 400
   */
  public static PruneFilter of(Filters filters, Instant now) throws Refusal {
    List<String> times = filters.all("until");
    if (times.size() > 1) {
      throw Refusal.badRequest("more than one until filter specified");
    }
    return new PruneFilter(
        times.isEmpty()
            ? OptionalLong.empty()
            : OptionalLong.of(DockerTime.parse(times.getFirst(), now)),
        filters.all("label"),
        filters.all("label!"));
  }
}
