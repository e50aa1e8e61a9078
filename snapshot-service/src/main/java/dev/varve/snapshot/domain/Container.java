package dev.varve.snapshot.domain;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A live container, as the container service's events tell it.
 *
 * @param imageId the image its root file system is made from
 * @param node the node that owns it
 * @param starting its start was asked for, and nobody has seen what came of it
 * @param run the present one, as far as anybody knows
 * @param volumes what it refers to
 * @param takesVolumes when it goes, its anonymous volumes shall go with it
 */
public record Container(
    String id,
    String imageId,
    String node,
    boolean starting,
    Optional<Run> run,
    List<VolumeUse> volumes,
    boolean takesVolumes) {
  private static final int HEX_DIGITS = 64;

  public Container {
    checkedId(id);
    volumes = List.copyOf(volumes);
  }

  public boolean uses(String volume) {
    return volumes.stream().anyMatch(use -> use.name().equals(volume));
  }

  /**
   * @param pid of the first process
   * @param startTicks tell that process from a later one with its pid
   */
  public record Run(int pid, long startTicks) {}

  public boolean running() {
    return run.isPresent();
  }

  /** It runs, or is about to. */
  public boolean mayRun() {
    return starting || running();
  }

  Container begins() {
    return new Container(id, imageId, node, true, run, volumes, takesVolumes);
  }

  Container in(@Nullable Run now) {
    return new Container(id, imageId, node, false, Optional.ofNullable(now), volumes, takesVolumes);
  }

  Container takingVolumes(boolean wanted) {
    return new Container(id, imageId, node, starting, run, volumes, wanted);
  }

  /** Refuses what is not 64 lower-case hex digits: the text becomes a directory's name. */
  public static String checkedId(String id) {
    if (!isId(id)) {
      throw new IllegalArgumentException("not a container id: " + id);
    }
    return id;
  }

  public static boolean isId(String text) {
    return text.length() == HEX_DIGITS
        && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }
}
