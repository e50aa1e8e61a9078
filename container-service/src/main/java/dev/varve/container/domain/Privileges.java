package dev.varve.container.domain;

import java.util.List;
import java.util.Optional;

/**
 * What the container's processes may do to the kernel.
 *
 * @param groupAdd names or numbers of supplementary groups
 * @param maskedPaths instead of the default ones; absent for those
 * @param readonlyPaths instead of the default ones; absent for those
 */
public record Privileges(
    boolean privileged,
    List<String> capAdd,
    List<String> capDrop,
    List<String> securityOpt,
    List<String> groupAdd,
    Optional<List<String>> maskedPaths,
    Optional<List<String>> readonlyPaths) {
  public static final Privileges DEFAULT =
      new Privileges(
          false, List.of(), List.of(), List.of(), List.of(), Optional.empty(), Optional.empty());
}
