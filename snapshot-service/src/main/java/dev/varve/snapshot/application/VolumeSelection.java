package dev.varve.snapshot.application;

import dev.varve.snapshot.domain.Volume;
import java.util.List;
import java.util.Map;

/**
 * Which unused volumes.
 *
 * @param all those with a name as well
 * @param labels {@code key} or {@code key=value}: only volumes that have all of them
 * @param withoutLabels only volumes that have not all of them; empty means all
 */
public record VolumeSelection(boolean all, List<String> labels, List<String> withoutLabels) {
  public VolumeSelection {
    labels = List.copyOf(labels);
    withoutLabels = List.copyOf(withoutLabels);
  }

  boolean takes(Volume volume) {
    return (all || volume.isAnonymous())
        && hasAll(volume.labels(), labels)
        && (withoutLabels.isEmpty() || !hasAll(volume.labels(), withoutLabels));
  }

  private static boolean hasAll(Map<String, String> labels, List<String> wanted) {
    return wanted.stream()
        .allMatch(label -> {
          int equals = label.indexOf('=');
          return equals < 0
              ? labels.containsKey(label)
              : label.substring(equals + 1).equals(labels.get(label.substring(0, equals)));
        });
  }
}
