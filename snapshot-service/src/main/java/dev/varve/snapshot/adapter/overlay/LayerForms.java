package dev.varve.snapshot.adapter.overlay;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Which form new layers take. */
public enum LayerForms {
  /** Images where the kernel takes them, else directories. */
  AUTO,
  DIRECTORIES,
  EROFS;

  private static final Logger LOG = Logger.getLogger(LayerForms.class);

  /**
   * @throws IllegalArgumentException naming the choices
   */
  public static LayerForms parse(String text) {
    return switch (text) {
      case "auto" -> AUTO;
      case "directories" -> DIRECTORIES;
      case "erofs" -> EROFS;
      default ->
          throw new IllegalArgumentException(
              "varve.snapshotter is \"" + text + "\": choose auto, directories or erofs");
    };
  }

  /**
   * The forms that can be read here, that of new layers first.
   *
   * @throws IOException when images are required and cannot be had
   */
  List<LayerForm> available(
      DirectoryForm directories, ErofsForm erofs, ErofsProbe probe, StateDirectory place)
      throws IOException {
    if (this == DIRECTORIES) {
      // Images are there only where an earlier setting could use them.
      return List.of(directories, erofs);
    }
    Optional<String> failure = probe.failure(place);
    if (failure.isEmpty()) {
      return List.of(erofs, directories);
    }
    if (this == EROFS) {
      throw new IOException(
          "varve.snapshotter is \"erofs\", but this kernel cannot mount an EROFS image from its"
              + " file: "
              + failure.get());
    }
    LOG.infof("layers are unpacked to directories: %s", failure.get());
    return List.of(directories);
  }
}
