package dev.varve.container.domain;

import dev.varve.container.domain.ContainerSpec.HealthCheck;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Puts an image's defaults under what a client asked for, by Docker's rules. */
public final class ConfigMerge {
  private ConfigMerge() {}

  /**
   * @param hostname for a container whose maker named none
   */
  public static ContainerSpec merge(RequestedConfig asked, ImageDefaults image, String hostname) {
    return new ContainerSpec(
        asked.image(),
        asked.imageId(),
        asked.hostname().isEmpty() ? hostname : asked.hostname(),
        asked.domainname(),
        labels(asked.labels(), image.labels()),
        process(asked, image),
        asked.host(),
        union(asked.exposedPorts(), image.exposedPorts()),
        union(asked.volumes(), image.volumes()),
        health(asked.healthCheck(), image.healthCheck()),
        asked.onBuild(),
        asked.shell(),
        asked.networkDisabled());
  }

  private static ProcessSpec process(RequestedConfig asked, ImageDefaults image) {
    ProcessSpec process = asked.process();
    List<String> entrypoint = process.entrypoint();
    List<String> cmd = process.cmd();
    if (entrypoint.isEmpty()) {
      if (cmd.isEmpty()) {
        cmd = image.cmd();
      }
      if (!asked.entrypointGiven()) {
        entrypoint = image.entrypoint();
      }
    } else if (entrypoint.equals(List.of(""))) {
      // The command line's way to say "none": it forgets the image's command as well.
      entrypoint = List.of();
    }
    return new ProcessSpec(
        entrypoint,
        cmd,
        env(process.env(), image.env()),
        firstGiven(process.workingDir(), image.workingDir()),
        firstGiven(process.user(), image.user()),
        process.tty(),
        process.openStdin(),
        process.stdinOnce(),
        process.attachStdin(),
        process.attachStdout(),
        process.attachStderr(),
        firstGiven(process.stopSignal(), image.stopSignal()),
        process.stopTimeout());
  }

  /** The client's entries in their order, then those of the image whose names are still free. */
  private static List<Secret> env(List<Secret> asked, List<String> image) {
    Set<String> names = new HashSet<>();
    asked.forEach(entry -> names.add(EnvironmentEntry.nameOf(entry)));
    List<Secret> merged = new ArrayList<>(asked);
    for (String entry : image) {
      if (!names.contains(EnvironmentEntry.nameOf(entry))) {
        merged.add(new Secret(entry));
      }
    }
    return merged;
  }

  /** Whoever makes an image must not speak to the engine through it: only the client may. */
  private static Map<String, String> labels(Map<String, String> asked, Map<String, String> image) {
    Map<String, String> merged = new TreeMap<>(image);
    merged.keySet().removeIf(key -> key.startsWith(ContainerSpec.RESERVED_LABELS));
    merged.putAll(asked);
    return merged;
  }

  private static List<String> union(List<String> asked, List<String> image) {
    Set<String> merged = new LinkedHashSet<>(asked);
    merged.addAll(image);
    return List.copyOf(merged);
  }

  private static Optional<HealthCheck> health(
      Optional<HealthCheck> asked, Optional<HealthCheck> image) {
    if (asked.isEmpty() || image.isEmpty()) {
      return asked.or(() -> image);
    }
    HealthCheck mine = asked.get();
    HealthCheck theirs = image.get();
    return Optional.of(
        new HealthCheck(
            mine.test().isEmpty() ? theirs.test() : mine.test(),
            firstGiven(mine.intervalNanos(), theirs.intervalNanos()),
            firstGiven(mine.timeoutNanos(), theirs.timeoutNanos()),
            firstGiven(mine.startPeriodNanos(), theirs.startPeriodNanos()),
            firstGiven(mine.startIntervalNanos(), theirs.startIntervalNanos()),
            mine.retries() == 0 ? theirs.retries() : mine.retries()));
  }

  private static String firstGiven(String asked, String image) {
    return asked.isEmpty() ? image : asked;
  }

  private static long firstGiven(long asked, long image) {
    return asked == 0 ? image : asked;
  }
}
