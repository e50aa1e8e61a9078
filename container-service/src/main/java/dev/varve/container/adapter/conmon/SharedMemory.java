package dev.varve.container.adapter.conmon;

import dev.varve.container.application.ContainerRuntime.Donor;
import dev.varve.container.application.ContainerRuntime.RunRequest;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.mounts.MountCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The /dev/shm of containers that others may join: mounted outside of them, for a mount of another
 * container cannot be shared once it is made.
 */
final class SharedMemory {
  private final MountCalls mounts;
  private final Path bundles;

  SharedMemory(MountCalls mounts, Path bundles) {
    this.mounts = mounts;
    this.bundles = bundles;
  }

  /** What the container to be made has for its /dev/shm; empty for one of its own. */
  Optional<Path> of(RunRequest request, RunFiles files) throws IOException {
    Optional<Donor> donor = request.ipcDonor();
    if (donor.isPresent()) {
      return donor.map(it -> RunFiles.ofContainer(bundles, it.containerId()).sharedMemory());
    }
    if (!request.spec().host().namespaces().ipc().equals("shareable")) {
      return Optional.empty();
    }
    make(files.sharedMemory(), request.spec().host().fileSystems().shmSize());
    return Optional.of(files.sharedMemory());
  }

  private void make(Path directory, long bytes) throws IOException {
    Files.createDirectories(directory);
    int configuration = mounts.fsopen("tmpfs");
    try {
      mounts.configure(configuration, "source", "shm");
      mounts.configure(configuration, "mode", "1777");
      mounts.configure(configuration, "size", Long.toString(bytes));
      mounts.create(configuration);
      int mount =
          mounts.fsmount(
              configuration,
              MountCalls.MOUNT_ATTR_NOSUID
                  | MountCalls.MOUNT_ATTR_NODEV
                  | MountCalls.MOUNT_ATTR_NOEXEC);
      try {
        mounts.attach(mount, directory);
      } finally {
        mounts.close(mount);
      }
    } finally {
      mounts.close(configuration);
    }
  }

  /** Containers that have joined keep it. */
  void remove(RunFiles files) throws IOException {
    if (Files.isDirectory(files.sharedMemory())) {
      try {
        mounts.unmount(files.sharedMemory(), MountCalls.MNT_DETACH | MountCalls.UMOUNT_NOFOLLOW);
      } catch (SystemCallException e) {
        // Nothing is mounted there: the engine died before.
        if (e.errno() != Errno.EINVAL) {
          throw e;
        }
      }
    }
  }
}
