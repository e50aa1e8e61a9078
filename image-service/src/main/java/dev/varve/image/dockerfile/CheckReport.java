package dev.varve.image.dockerfile;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the checks found.
 *
 * @param warnings by line
 * @param mistake what a build would fail by, found on the way
 * @param error whether the file wants a build to fail for a warning
 */
public record CheckReport(
    List<Warning> warnings, Optional<DockerfileException> mistake, boolean error) {
  public CheckReport {
    warnings = List.copyOf(warnings);
  }

  /** Why the build fails, when warnings are reason enough. */
  public Optional<String> violation() {
    if (!error || warnings.isEmpty()) {
      return Optional.empty();
    }
    TreeSet<String> rules =
        warnings.stream().map(w -> w.check().rule()).collect(Collectors.toCollection(TreeSet::new));
    return Optional.of("lint violation found for rules: " + String.join(", ", rules));
  }
}
