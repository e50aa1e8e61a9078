package dev.varve.snapshot.application;

import dev.varve.snapshot.domain.AppliedLayer;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.Layer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * File systems on this node: layers, unpacked once, and container roots made from them.
 *
 * <p>Life of a layer: {@link #apply} (invisible until complete and durable), {@link #layer}, {@link
 * #view}, {@link #drop}. Life of a root: {@link #prepare}, {@link #stat}, {@link #usage}, {@link
 * #remove}. A chain names layers bottom first; all of them must be applied before a root is
 * prepared from them, and none dropped while a root needs it: the caller sees to that, and to
 * calling for one layer or one root from one thread at a time.
 *
 * <p>Everything may be called again after any crash or failure. {@link #apply}, {@link #drop},
 * {@link #remove}, {@link #sweep} and {@link #usage} may take seconds and want platform threads;
 * the others take about a millisecond.
 */
public interface Snapshotter {

  /** What the kernel shows of a root. */
  enum RootStatus {
    ABSENT,
    /** Its directories, or some of them, are there; nothing usable is mounted. */
    UNMOUNTED,
    MOUNTED
  }

  /**
   * A container's own changes.
   *
   * @param bytes apparent sizes, each inode once
   */
  record Usage(long bytes, long inodes) {}

  /** Empty when the layer is not there or not whole. */
  Optional<AppliedLayer> layer(ChainId chainId) throws IOException;

  /**
   * Unpacks a layer; when it fails nothing is left.
   *
   * @param lower the chain below, or empty as long as it may not all be applied
   * @throws LowerLayersNeededException when {@code lower} was empty and is needed
   */
  AppliedLayer apply(Layer layer, InputStream blob, Optional<List<ChainId>> lower)
      throws IOException;

  /** Deletes a layer; none there is success. */
  void drop(ChainId chainId) throws IOException;

  /** The layers that are there. */
  Set<ChainId> layers() throws IOException;

  /** The files of these layers, bottom first, all of them applied; to be closed. */
  FileView view(List<ChainId> chain) throws IOException;

  RootStatus stat(String containerId) throws IOException;

  /**
   * Makes what is missing, mounts, and tells where; keeps the container's changes if they are still
   * there. A root that is mounted already is mounted afresh.
   */
  Path prepare(String containerId, List<ChainId> chain) throws IOException;

  /** Where {@link #prepare} mounts it. */
  Path rootPath(String containerId);

  /** Unmounts and deletes all of it; nothing there is success. */
  void remove(String containerId) throws IOException;

  /** Containers of which anything is there. */
  Set<String> roots() throws IOException;

  Usage usage(String containerId) throws IOException;

  /** Deletes what interrupted work left; only while no other call is under way. */
  void sweep() throws IOException;
}
