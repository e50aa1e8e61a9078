package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.ByteNames;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.mounts.Mount;
import dev.varve.linux.mounts.MountCalls;
import dev.varve.linux.mounts.OverlayMount;
import dev.varve.snapshot.adapter.overlay.LayerRecord.RootAttributes;
import dev.varve.snapshot.application.Snapshotter.RootStatus;
import dev.varve.snapshot.application.Snapshotter.Usage;
import dev.varve.snapshot.domain.Container;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The containers' directories and mounts. */
final class RootStore {
  private static final String UPPER = "upper";
  private static final String WORK = "work";
  private static final String MERGED = "merged";
  private static final String NEW_UPPER = "new-upper";
  private static final int PRIVATE = 0700;
  private static final int MOST_STACKED = 64;

  private final FileCalls calls;
  private final MountCalls mounts;
  private final StateDirectory directory;
  private final Path root;
  private final Path empty;

  RootStore(Path root, FileCalls calls, MountCalls mounts) throws IOException {
    this.calls = calls;
    this.mounts = mounts;
    this.root = root.toRealPath();
    this.directory = StateDirectory.make(calls, this.root.resolve("containers"));
    this.empty = StateDirectory.make(calls, this.root.resolve("empty")).path();
  }

  StateDirectory directory() {
    return directory;
  }

  Path rootPath(String containerId) {
    return path(containerId).resolve(MERGED);
  }

  /** The container's own changes. */
  Path upperPath(String containerId) {
    return path(containerId).resolve(UPPER);
  }

  /** A directory with nothing in it. */
  Path empty() {
    return empty;
  }

  private Path path(String containerId) {
    return directory.path().resolve(Container.checkedId(containerId));
  }

  private boolean exists(Path path) throws IOException {
    return calls.statIfThere(FileCalls.AT_FDCWD, ByteNames.ofText(path.toString())) != null;
  }

  RootStatus stat(String containerId) throws IOException {
    Path path = path(containerId);
    if (!exists(path)) {
      return RootStatus.ABSENT;
    }
    return mounts.isMounted(path.resolve(MERGED))
            && exists(path.resolve(UPPER))
            && exists(path.resolve(WORK))
        ? RootStatus.MOUNTED
        : RootStatus.UNMOUNTED;
  }

  /**
   * @param layers top first
   * @param rootAttributes of the image's root directory
   */
  void prepare(String containerId, List<Path> layers, RootAttributes rootAttributes)
      throws IOException {
    Path path = path(containerId);
    try (Directory parent = directory.open()) {
      makeIfMissing(parent, containerId);
      try (Directory container = parent.child(containerId)) {
        makeIfMissing(container, WORK);
        makeIfMissing(container, MERGED);
        makeUpper(container, rootAttributes);
      }
    }
    Path merged = path.resolve(MERGED);
    unmountAll(merged, mounts);
    new OverlayMount(
            layers.isEmpty() ? List.of(empty) : layers, path.resolve(UPPER), path.resolve(WORK))
        .mountAt(merged, mounts);
  }

  private void makeIfMissing(Directory parent, String name) throws SystemCallException {
    try {
      calls.mkdir(parent.fd(), name, PRIVATE);
    } catch (SystemCallException e) {
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
    }
  }

  /** The merged root shows the upper directory's owner and mode, so it appears with them. */
  private void makeUpper(Directory container, RootAttributes attributes)
      throws SystemCallException {
    if (calls.statIfThere(container.fd(), UPPER) != null) {
      return;
    }
    makeIfMissing(container, NEW_UPPER);
    calls.chown(container.fd(), NEW_UPPER, attributes.uid(), attributes.gid());
    calls.chmod(container.fd(), NEW_UPPER, attributes.mode());
    calls.rename(container.fd(), NEW_UPPER, container.fd(), UPPER, FileCalls.RENAME_NOREPLACE);
  }

  void remove(String containerId) throws IOException {
    unmountAll(rootPath(containerId), mounts);
    directory.remove(containerId);
  }

  /** Mounts may lie on top of each other; processes still inside keep what they have. */
  static void unmountAll(Path target, MountCalls mounts) throws SystemCallException {
    for (int i = 0; i < MOST_STACKED && mounts.isMounted(target); i++) {
      mounts.unmount(target, MountCalls.MNT_DETACH | MountCalls.UMOUNT_NOFOLLOW);
    }
  }

  Set<String> all() throws IOException {
    Set<String> ids = new HashSet<>(directory.children());
    ids.removeIf(name -> !Container.isId(name));
    return ids;
  }

  Usage usage(String containerId) throws IOException {
    return new UpperUsage().of(path(containerId).resolve(UPPER));
  }

  /**
   * Unmounts what is mounted anywhere else below our root than where roots belong.
   *
   * @param others places where other things belong
   */
  void sweep(Predicate<Path> others) throws IOException {
    for (Mount mount : mounts.mounts().reversed()) {
      if (mount.target().startsWith(root)
          && !isRootPath(mount.target())
          && !others.test(mount.target())) {
        mounts.unmount(mount.target(), MountCalls.MNT_DETACH | MountCalls.UMOUNT_NOFOLLOW);
      }
    }
    directory.sweep();
  }

  private boolean isRootPath(Path target) {
    Path below = directory.path().relativize(target);
    return target.startsWith(directory.path())
        && below.getNameCount() == 2
        && below.endsWith(MERGED)
        && Container.isId(below.getName(0).toString());
  }
}
