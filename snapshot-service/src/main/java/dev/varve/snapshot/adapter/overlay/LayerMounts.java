package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.ByteNames;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.mounts.ErofsMount;
import dev.varve.linux.mounts.Mount;
import dev.varve.linux.mounts.MountCalls;
import dev.varve.snapshot.domain.ChainId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Layers' images, each mounted at most once for all containers, so that they share its pages in
 * memory. The kernel's own list says which are in use: an overlay names the layers it was made of.
 * Some idle ones stay mounted, because the same image is likely to be run again. Thread-safe.
 */
final class LayerMounts {
  private static final int PRIVATE = 0700;
  private static final int UNMOUNT = MountCalls.MNT_DETACH | MountCalls.UMOUNT_NOFOLLOW;
  private static final Pattern LAYER = Pattern.compile("/mounts/([0-9a-f]{64})");

  /** So many mounts cost nothing worth looking for. */
  private static final int KEPT = 128;

  private static final int REMOVALS_BETWEEN_LOOKS = 32;

  private final FileCalls files;
  private final MountCalls calls;
  private final StateDirectory directory;
  private final Set<String> mounted = ConcurrentHashMap.newKeySet();
  private final ReadWriteLock uses = new ReentrantReadWriteLock();
  private int removals;

  /**
   * @param path {@code snapshots/mounts}; made when missing
   */
  LayerMounts(Path path, FileCalls files, MountCalls calls) throws IOException {
    this.files = files;
    this.calls = calls;
    this.directory = StateDirectory.make(files, path);
  }

  /** Nothing is unmounted for being idle while this is held. */
  interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  Hold hold() {
    uses.readLock().lock();
    return uses.readLock()::unlock;
  }

  private Path target(String hex) {
    return directory.path().resolve(hex);
  }

  /** The root of the mounted layer, to be used while {@link #hold} is held. */
  Path mounted(ChainId chainId, Path image) throws IOException {
    Path target = target(chainId.hex());
    if (!calls.isMounted(target)) {
      synchronized (this) {
        if (!calls.isMounted(target)) {
          makeIfMissing(target);
          new ErofsMount(image).mountAt(target, calls);
        }
      }
    }
    mounted.add(chainId.hex());
    return target;
  }

  private void makeIfMissing(Path target) throws SystemCallException {
    try {
      files.mkdir(FileCalls.AT_FDCWD, ByteNames.ofText(target.toString()), PRIVATE);
    } catch (SystemCallException e) {
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
    }
  }

  /** Unmounts a layer that nobody needs any more; not mounted is success. */
  synchronized void release(ChainId chainId) throws IOException {
    unmount(chainId.hex());
  }

  private void unmount(String hex) throws IOException {
    Path target = target(hex);
    while (calls.isMounted(target)) {
      calls.unmount(target, UNMOUNT);
    }
    mounted.remove(hex);
    directory.remove(hex);
  }

  /** After a root was unmounted: now and then looks whether layers have become idle. */
  void rootRemoved() throws IOException {
    synchronized (this) {
      removals++;
      if (mounted.size() <= KEPT || removals < REMOVALS_BETWEEN_LOOKS) {
        return;
      }
      removals = 0;
    }
    unmountIdle();
  }

  /** At the start: what an earlier engine left is taken over when it is used, else undone. */
  void sweep() throws IOException {
    directory.sweep();
    unmountIdle();
  }

  /** Unmounts the layers that no root is made of; leaves it to the next time when others mount. */
  private void unmountIdle() throws IOException {
    if (!uses.writeLock().tryLock()) {
      return;
    }
    try {
      Set<String> idle = new HashSet<>(directory.children());
      for (Mount mount : calls.mounts()) {
        if (mount.type().equals("overlay")) {
          Matcher layers = LAYER.matcher(mount.superOptions());
          while (layers.find()) {
            idle.remove(layers.group(1));
            mounted.add(layers.group(1));
          }
        }
      }
      for (String hex : idle) {
        unmount(hex);
      }
    } finally {
      uses.writeLock().unlock();
    }
  }

  boolean isTarget(Path path) {
    return directory.path().equals(path.getParent());
  }
}
