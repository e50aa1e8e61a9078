package dev.varve.image.domain;

import dev.varve.eventlog.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What {@code docker history} shows, newest first. */
public final class ImageHistory {
  private static final String MISSING = "<missing>";

  private ImageHistory() {}

  /**
   * One step.
   *
   * @param id the image's for the newest line, {@code <missing>} for all others
   * @param tags of the newest line
   */
  public record Line(
      String id,
      long createdSeconds,
      String createdBy,
      List<String> tags,
      long size,
      String comment) {}

  public static List<Line> of(Image image, ImageConfig config, List<String> tags) {
    List<Line> lines = new ArrayList<>();
    int layers = 0;
    int newest = config.history().size() - 1;
    for (int i = 0; i <= newest; i++) {
      ImageConfig.Entry entry = config.history().get(i);
      long size = 0;
      if (!entry.emptyLayer()) {
        if (layers >= image.layers().size()) {
          throw new Problem(Problem.Code.INTERNAL, "too many non-empty layers in History section")
              .asException();
        }
        size = image.layers().get(layers++).uncompressedSize();
      }
      lines.add(
          new Line(
              i == newest ? image.id().value() : MISSING,
              entry.created().map(Instant::getEpochSecond).orElse(0L),
              entry.createdBy(),
              i == newest ? tags : List.of(),
              size,
              entry.comment()));
    }
    Collections.reverse(lines);
    return List.copyOf(lines);
  }
}
