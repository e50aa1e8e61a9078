package dev.varve.container.domain;

import java.util.List;
import java.util.Map;

/** A file system that the container has beside its root, resolved when it was created. */
public sealed interface MountPoint {
  /** Absolute and cleaned; links in it are the runtime's to resolve, inside the root. */
  String destination();

  boolean readOnly();

  /** As shown to whoever looks. */
  String mode();

  /** The same in another container, by {@code --volumes-from}. */
  MountPoint shared(boolean forReadingOnly);

  /** Whether what is mounted below a read-only mount is read-only as well. */
  enum RecursiveReadOnly {
    IF_POSSIBLE,
    NEVER,
    FORCED
  }

  /**
   * A file or directory of the node.
   *
   * @param createSource as a directory, when it is not there
   */
  record Bind(
      String destination,
      boolean readOnly,
      String mode,
      String source,
      String propagation,
      boolean nonRecursive,
      boolean createSource,
      RecursiveReadOnly recursiveReadOnly)
      implements MountPoint {
    @Override
    public MountPoint shared(boolean forReadingOnly) {
      return new Bind(
          destination,
          readOnly || forReadingOnly,
          "",
          source,
          propagation,
          nonRecursive,
          createSource,
          recursiveReadOnly);
    }
  }

  /**
   * A volume, or what it holds at a path.
   *
   * @param anonymous nobody named it: it goes with its container when that is wanted
   * @param noCopy it does not take over what the image has at the destination
   * @param labels and options: for a volume that is not there yet
   */
  record Volume(
      String destination,
      boolean readOnly,
      String mode,
      String name,
      String driver,
      boolean anonymous,
      boolean noCopy,
      String subpath,
      Map<String, String> labels,
      Map<String, String> driverOptions)
      implements MountPoint {
    @Override
    public MountPoint shared(boolean forReadingOnly) {
      return new Volume(
          destination,
          readOnly || forReadingOnly,
          "",
          name,
          driver,
          anonymous,
          true,
          subpath,
          labels,
          driverOptions);
    }
  }

  /**
   * The files of an image, or what it has at a path.
   *
   * @param reference as given
   * @param imageId what that was when the container was created
   */
  record Image(String destination, String reference, String imageId, String subpath)
      implements MountPoint {
    @Override
    public boolean readOnly() {
      return true;
    }

    @Override
    public String mode() {
      return "";
    }

    @Override
    public MountPoint shared(boolean forReadingOnly) {
      return this;
    }
  }

  /** Memory that goes with the run. */
  record Tmpfs(String destination, boolean readOnly, List<String> options) implements MountPoint {
    @Override
    public String mode() {
      return "";
    }

    @Override
    public MountPoint shared(boolean forReadingOnly) {
      return new Tmpfs(destination, readOnly || forReadingOnly, options);
    }
  }
}
