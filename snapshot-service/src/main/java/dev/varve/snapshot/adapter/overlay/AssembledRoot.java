package dev.varve.snapshot.adapter.overlay;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.ByteNames;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.mounts.MountCalls;
import dev.varve.linux.process.Descriptor;
import dev.varve.snapshot.application.RootFiles.MountedVolume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * The root of a container that does not run, with what will be mounted in it when it does: bound
 * together at a place of ours for as long as something is copied. Targets are resolved inside the
 * root and mounted on by descriptor; those that are missing are made, as the runtime makes them.
 */
final class AssembledRoot implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(AssembledRoot.class);
  private static final long MS_PRIVATE = 1 << 18;
  private static final int PRIVATE = 0700;
  private static final int NEW_FILE = 0644;
  private static final int DETACH = MountCalls.MNT_DETACH | MountCalls.UMOUNT_NOFOLLOW;
  private static final long IN_ROOT = FileCalls.RESOLVE_IN_ROOT | FileCalls.RESOLVE_NO_MAGICLINKS;
  private static final long WITHIN = FileCalls.RESOLVE_BENEATH | FileCalls.RESOLVE_NO_MAGICLINKS;

  private final FileCalls calls;
  private final MountCalls mounts;
  private final StateDirectory places;
  private final String name = StateDirectory.temporaryName();

  private AssembledRoot(FileCalls calls, MountCalls mounts, StateDirectory places) {
    this.calls = calls;
    this.mounts = mounts;
    this.places = places;
  }

  /**
   * @param places what is left in it after a crash is swept at the start
   */
  static AssembledRoot open(
      FileCalls calls,
      MountCalls mounts,
      StateDirectory places,
      Path root,
      List<MountedVolume> volumes)
      throws IOException {
    AssembledRoot assembled = new AssembledRoot(calls, mounts, places);
    boolean complete = false;
    try {
      assembled.makePlace();
      mounts.mount(root.toString(), assembled.path(), "none", MountCalls.MS_BIND, "");
      List<MountedVolume> outerFirst =
          volumes.stream()
              .sorted(Comparator.comparingInt(it -> Path.of(it.destination()).getNameCount()))
              .toList();
      for (MountedVolume volume : outerFirst) {
        assembled.add(volume);
      }
      assembled.keepToOurselves();
      complete = true;
      return assembled;
    } finally {
      if (!complete) {
        assembled.close();
      }
    }
  }

  Path path() {
    return places.path().resolve(name);
  }

  private void makePlace() throws IOException {
    try (Directory all = places.open()) {
      calls.mkdir(all.fd(), name, PRIVATE);
    }
  }

  /** What is unmounted here stays mounted where it came from. */
  private void keepToOurselves() throws SystemCallException {
    mounts.mount("none", path(), "none", MS_PRIVATE | MountCalls.MS_REC, "");
  }

  private void add(MountedVolume volume) throws IOException {
    try (Descriptor source = source(volume);
        Descriptor target = target(volume, calls.stat(source.number()).isDirectory())) {
      String from = "/proc/self/fd/" + source.number();
      Path onto = Path.of("/proc/self/fd/" + target.number());
      if (!volume.readOnly()) {
        mounts.mount(from, onto, "none", MountCalls.MS_BIND | MountCalls.MS_REC, "");
        return;
      }
      bindReadOnly(from, onto, calls.stat(source.number()).isDirectory());
    }
  }

  /** Only what is named by a path can be made read-only; what is bound from it is so, too. */
  private void bindReadOnly(String from, Path onto, boolean directory) throws IOException {
    String aside = StateDirectory.temporaryName();
    Path path = places.path().resolve(aside);
    try (Directory all = places.open()) {
      make(all.fd(), aside, directory, PRIVATE);
      try {
        mounts.mount(from, path, "none", MountCalls.MS_BIND, "");
        long readOnly = MountCalls.MS_REMOUNT | MountCalls.MS_BIND | MountCalls.MS_RDONLY;
        mounts.mount("none", path, "none", readOnly, "");
        mounts.mount(path.toString(), onto, "none", MountCalls.MS_BIND, "");
      } finally {
        if (mounts.isMounted(path)) {
          mounts.mount("none", path, "none", MS_PRIVATE, "");
          mounts.unmount(path, DETACH);
        }
        if (directory) {
          calls.rmdir(all.fd(), aside);
        } else {
          calls.unlink(all.fd(), aside);
        }
      }
    }
  }

  private void make(int parent, String name, boolean directory, int mode)
      throws SystemCallException {
    if (directory) {
      calls.mkdir(parent, name, mode);
    } else {
      int flags = FileCalls.O_WRONLY | FileCalls.O_CREAT | FileCalls.O_EXCL | FileCalls.O_NOFOLLOW;
      calls.close(calls.open(parent, name, flags, NEW_FILE));
    }
  }

  private Descriptor source(MountedVolume volume) throws SystemCallException {
    String data = ByteNames.ofText(volume.data().toString());
    if (volume.subpath().isEmpty()) {
      return Descriptor.of(calls.open(FileCalls.AT_FDCWD, data, FileCalls.O_PATH, 0));
    }
    try (Directory all = Directory.open(calls, volume.data())) {
      String path = ByteNames.ofText(volume.subpath());
      return Descriptor.of(calls.openIn(all.fd(), path, FileCalls.O_PATH, WITHIN));
    }
  }

  private Descriptor target(MountedVolume volume, boolean directory) throws IOException {
    String destination = ByteNames.ofText(volume.destination());
    try (Directory root = Directory.open(calls, path())) {
      try {
        return Descriptor.of(calls.openIn(root.fd(), destination, FileCalls.O_PATH, IN_ROOT));
      } catch (SystemCallException e) {
        if (e.errno() != Errno.ENOENT) {
          throw e;
        }
      }
      makeTarget(root, destination, directory);
      return Descriptor.of(calls.openIn(root.fd(), destination, FileCalls.O_PATH, IN_ROOT));
    }
  }

  private void makeTarget(Directory root, String destination, boolean directory)
      throws IOException {
    try (DirectoryTree tree = new DirectoryTree(root)) {
      EntryPath missing = EntryPath.of(destination);
      if (directory) {
        int ignored = tree.directory(missing);
      } else {
        make(tree.directory(missing.parent()), missing.name(), false, PRIVATE);
      }
    } catch (ArchiveRefusedException e) {
      throw new IOException("no place for a mount: " + ByteNames.toText(destination), e);
    } catch (SystemCallException e) {
      // Another copy was first.
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
    }
  }

  /** Takes it apart; what cannot be is swept at the next start. */
  @Override
  public void close() {
    try {
      while (mounts.isMounted(path())) {
        keepToOurselves();
        mounts.unmount(path(), DETACH);
      }
      try (Directory all = places.open()) {
        calls.rmdir(all.fd(), name);
      }
    } catch (IOException e) {
      LOG.warnf(e, "left for the next start: %s", path());
    }
  }
}
