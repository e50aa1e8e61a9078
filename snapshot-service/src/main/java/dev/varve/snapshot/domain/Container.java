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
 * @param images that it has mounted beside its root
 * @param binds what else it has mounted there
 * @param takesVolumes when it goes, its anonymous volumes shall go with it
 */
public record Container(
    String id,
    String imageId,
    String node,
    boolean starting,
    Optional<Run> run,
    List<VolumeUse> volumes,
    List<ImageUse> images,
    List<BindUse> binds,
    boolean takesVolumes)
    implements ContainerState {
  private static final int HEX_DIGITS = 64;

  public Container {
    checkedId(id);
    volumes = List.copyOf(volumes);
    images = List.copyOf(images);
    binds = List.copyOf(binds);
  }

  public boolean uses(String volume) {
    return volumes.stream().anyMatch(use -> use.name().equals(volume));
  }

  public boolean mounts(String image) {
    return images.stream().anyMatch(use -> use.imageId().equals(image));
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
    return new Container(id, imageId, node, true, run, volumes, images, binds, takesVolumes);
  }

  Container in(@Nullable Run now) {
    return new Container(
        id, imageId, node, false, Optional.ofNullable(now), volumes, images, binds, takesVolumes);
  }

  Container takingVolumes(boolean wanted) {
    return new Container(id, imageId, node, starting, run, volumes, images, binds, wanted);
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
