package dev.varve.snapshot.domain;

import java.util.List;

/**
 * A live container, as the container service's events tell it.
 *
 * @param imageId the image its root file system is made from
 * @param node the node that owns it
 * @param running since its last start was asked for, as far as anybody knows
 * @param volumes what it refers to
 * @param takesVolumes when it goes, its anonymous volumes shall go with it
 */
public record Container(
    String id,
    String imageId,
    String node,
    boolean running,
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

  Container running(boolean now) {
    return new Container(id, imageId, node, now, volumes, takesVolumes);
  }

  Container takingVolumes(boolean wanted) {
    return new Container(id, imageId, node, running, volumes, wanted);
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
