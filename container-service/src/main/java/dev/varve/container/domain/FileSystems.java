package dev.varve.container.domain;

import java.util.Map;

/**
 * The container's file systems beside those of its image.
 *
 * @param tmpfs mount options by path
 * @param shmSize bytes of /dev/shm; 0 means the default
 * @param storageOpt options of the root file system
 */
public record FileSystems(
    boolean readonlyRootfs,
    Map<String, String> tmpfs,
    long shmSize,
    Map<String, String> storageOpt,
    String volumeDriver) {
  /** Bytes. */
  public static final long DEFAULT_SHM = 64L << 20;

  public static final FileSystems DEFAULT = new FileSystems(false, Map.of(), 0, Map.of(), "");
}
