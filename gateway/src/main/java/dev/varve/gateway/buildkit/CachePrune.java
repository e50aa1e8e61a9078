package dev.varve.gateway.buildkit;

import dev.varve.api.buildkit.control.PruneRequest;
import dev.varve.api.image.v1.BuildsGrpc;
import dev.varve.api.image.v1.CacheEntry;
import dev.varve.api.image.v1.ListCacheRequest;
import dev.varve.api.image.v1.PruneCacheRequest;
import dev.varve.values.container.v1.Strings;
import io.grpc.StatusException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code docker buildx prune} as a prune of the engine's cache. */
final class CachePrune {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Containerd's form of a filter: {@code id~=abc,inuse}. */
  private static final Pattern CLAUSE = Pattern.compile("([a-z]+)(?:[=~]=\"?([^\"]*)\"?)?");

  private CachePrune() {}

  /** What went. */
  static List<CacheEntry> run(BuildsGrpc.BuildsBlockingV2Stub builds, PruneRequest request)
      throws StatusException {
    if (request.getMaxUsedSpace() > 0 || request.getMinFreeSpace() > 0) {
      throw Faults.of("a bound of the used or the free space is not there; --reserved-space is");
    }
    PruneCacheRequest.Builder prune =
        PruneCacheRequest.newBuilder()
            .setAll(request.getAll())
            .setReservedBytes(request.getKeepBytes());
    if (request.getKeepDuration() > 0) {
      prune.setUntilNanos(System.currentTimeMillis() * NANOS_PER_MILLI - request.getKeepDuration());
    }
    filters(request.getFilterList())
        .forEach((key, values) ->
            prune.putFilters(key, Strings.newBuilder().addAllValues(values).build()));
    List<CacheEntry> before;
    try {
      before = builds.listCache(ListCacheRequest.getDefaultInstance()).getEntriesList();
      Set<String> gone = new HashSet<>(builds.pruneCache(prune.build()).getIdsList());
      return before.stream().filter(entry -> gone.contains(entry.getId())).toList();
    } catch (StatusException e) {
      throw Faults.shown(e);
    }
  }

  private static Map<String, List<String>> filters(List<String> filters) throws StatusException {
    Map<String, List<String>> all = new LinkedHashMap<>();
    for (String filter : filters) {
      for (String clause : filter.isEmpty() ? new String[0] : filter.split(",", -1)) {
        Matcher matched = CLAUSE.matcher(clause);
        if (!matched.matches()) {
          throw Faults.of("filter " + clause + " is not there");
        }
        String value = matched.group(2) == null ? "true" : matched.group(2);
        all.computeIfAbsent(matched.group(1), _ -> new ArrayList<>()).add(value);
      }
    }
    return all;
  }
}
