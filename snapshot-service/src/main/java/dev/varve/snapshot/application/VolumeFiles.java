package dev.varve.snapshot.application;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Volumes and their snapshots on this node's disk.
 *
 * <p>Life of a volume: {@link #make}, {@link #mount} for one with options, {@link #populate},
 * {@link #fill}, {@link #remove}. Its data stays the same directory all the time, because
 * containers may have it mounted. All may be called again after any crash; the caller sees to one
 * call for one volume at a time. Wants platform threads.
 */
public interface VolumeFiles {
  /** Where its data is or will be. */
  Path data(String name);

  /** Makes its directory, empty, and brings to its end what a crash cut off. */
  void make(String name) throws IOException;

  /** Mounts what the options say over its data; mounted already is success. */
  void mount(String name, Map<String, String> options) throws IOException;

  void unmount(String name) throws IOException;

  /**
   * Copies what is at a path of a root into an empty volume, with owners, modes and attributes; the
   * volume's own root gets those of the directory there. Nothing there, or a volume that is not
   * empty, is success.
   */
  void populate(String name, Path root, String path) throws IOException;

  /** Unmounts and deletes all of it; nothing there is success. */
  void remove(String name) throws IOException;

  /** Bytes of its files, each inode once. */
  long size(String name) throws IOException;

  /** Everything there is as an uncompressed tar. */
  void export(String name, OutputStream tar) throws IOException;

  /**
   * Exchanges its content for that of a tar, plain or compressed. What was in it before is kept
   * aside until {@link #finish}.
   *
   * @return bytes of the files' content
   */
  long fill(String name, InputStream tar) throws IOException;

  /** Whether an exchange was begun and {@link #finish} not reached: {@link #make} leads it on. */
  boolean isExchanging(String name) throws IOException;

  /** Deletes what an exchange took out; nothing is success. */
  void finish(String name) throws IOException;

  /** Deletes what interrupted work left under temporary names; only while nothing is under way. */
  void sweep() throws IOException;

  /**
   * A snapshot in the store.
   *
   * @param digest of the archive
   */
  record Kept(long sizeBytes, String digest) {}

  /** Keeps all that the volume holds, durable, under that id. */
  Kept keep(String id, String name) throws IOException;

  /** The archive of a snapshot; to be closed. */
  InputStream read(String id) throws IOException;

  /** Deletes a snapshot; none there is success. */
  void drop(String id) throws IOException;

  /** Ids of all snapshots there are. */
  Set<String> kept() throws IOException;
}
