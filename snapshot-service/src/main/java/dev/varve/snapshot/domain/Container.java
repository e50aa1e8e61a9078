package dev.varve.snapshot.domain;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A live container, as the container service's events tell it.
 *
 * @param imageId the image its root file system is made from
 * @param node the node that owns it
 * @param run the present one, as far as anybody knows
 */
public record Container(String id, String imageId, String node, Optional<Run> run) {
  private static final int HEX_DIGITS = 64;

  public Container {
    checkedId(id);
  }

  /**
   * @param pid of the first process
   * @param startTicks tell that process from a later one with its pid
   */
  public record Run(int pid, long startTicks) {}

  public boolean running() {
    return run.isPresent();
  }

  Container in(@Nullable Run now) {
    return new Container(id, imageId, node, Optional.ofNullable(now));
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
