package dev.varve.snapshot.domain;

import dev.varve.eventlog.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What Docker refuses about a volume, in its words. */
public final class VolumeRules {
  private static final Set<String> OPTIONS = Set.of("type", "o", "device", "size");
  private static final Map<String, List<String>> NEEDS =
      Map.of("device", List.of("type"), "type", List.of("device"), "o", List.of("device", "type"));

  private VolumeRules() {}

  public static Optional<Problem> refusal(String name, String driver, Map<String, String> options) {
    if (!driver.equals(Volume.LOCAL)) {
      return Optional.of(
          new Problem(
              Problem.Code.NOT_FOUND,
              "create %s: error looking up volume plugin %s: plugin \"%s\" not found"
                  .formatted(name, driver, driver)));
    }
    return name(name)
        .or(() -> options(options))
        .map(text -> invalid("create " + name + ": " + text));
  }

  private static Optional<String> name(String name) {
    if (name.length() == 1) {
      return Optional.of(
          "volume name is too short, names should be at least two alphanumeric characters");
    }
    return Volume.isName(name)
        ? Optional.empty()
        : Optional.of(
            ("\"%s\" includes invalid characters for a local volume name, only"
                    + " \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host"
                    + " directory, use absolute path")
                .formatted(name));
  }

  private static Optional<String> options(Map<String, String> options) {
    for (String option : new TreeMap<>(options).keySet()) {
      if (!OPTIONS.contains(option)) {
        return Optional.of("invalid option: \"" + option + "\"");
      }
      for (String needed : NEEDS.getOrDefault(option, List.of())) {
        if (!options.containsKey(needed)) {
          return Optional.of("missing required option: \"" + needed + "\"");
        }
      }
    }
    return options.containsKey("size")
        ? Optional.of("quota size requested but no quota support")
        : Optional.empty();
  }

  static Problem invalid(String message) {
    return new Problem(Problem.Code.INVALID, message);
  }

  public static Problem noSuchVolume(String name) {
    return new Problem(Problem.Code.NOT_FOUND, "get " + name + ": no such volume");
  }

  public static Problem inUse(String name, List<String> containerIds) {
    return new Problem(
        Problem.Code.CONFLICT,
        "remove %s: volume is in use - [%s]".formatted(name, String.join(", ", containerIds)));
  }

  public static Problem usedByRunning(String name, List<String> containerIds) {
    return new Problem(
        Problem.Code.CONFLICT,
        "volume %s is used by running containers - [%s]"
            .formatted(name, String.join(", ", containerIds)));
  }

  /** Nothing more is made under it. */
  public static Problem leaseOver(String lease) {
    return new Problem(Problem.Code.CONFLICT, "lease " + lease + " is over");
  }

  public static Problem noSuchSnapshot(String id) {
    return new Problem(Problem.Code.NOT_FOUND, "no such volume snapshot: " + id);
  }
}
