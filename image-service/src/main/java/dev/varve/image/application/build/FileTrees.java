package dev.varve.image.application.build;

import dev.varve.image.application.ContentStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Trees of files out of archives, and layers out of trees.
 *
 * <p>Contents are kept below a directory of this service's own until their tree is closed; what a
 * dead process left there goes at the next start. Any thread.
 */
public interface FileTrees {

  /**
   * Reads a tar to its end, as it is or compressed. Entries that would lie outside are put inside
   * by cutting their path at the root; what stands below something that is no directory is refused;
   * a later entry replaces an earlier one; a hard link becomes a file of its own.
   *
   * @throws dev.varve.eventlog.ProblemException INVALID when it is no well-formed tar or too large
   */
  FileTree read(InputStream tar) throws IOException;

  /** The same, empty when it is no tar, compressed or not, after all. */
  Optional<FileTree> readIfTar(InputStream file) throws IOException;

  /** A tree of one file, to which the bytes go. */
  FileTree single(FileNode file, InputStream bytes) throws IOException;

  /** A tree of one file that is being fetched: root's alone, as Docker has it. */
  FileTree download(String name, Downloads.Download download) throws IOException;

  /** A layer in the making: an uncompressed tar. Entries come parents first. One thread. */
  Layer layer(ContentStore.Ingest ingest) throws IOException;

  /**
   * Copies a layer's tar, times later than the given set to it.
   *
   * @param latest seconds since 1970; empty leaves all as they are
   * @param without says which entries are left out, by their path without slashes at its ends
   * @param limit bytes that the layer may have
   */
  void copyLayer(
      InputStream tar,
      ContentStore.Ingest ingest,
      Optional<Long> latest,
      Optional<Predicate<String>> without,
      long limit)
      throws IOException;

  /** See {@link FileTrees#layer}. */
  interface Layer {
    /**
     * @param content of a regular file, {@link FileNode#size} bytes of it are read
     */
    void add(FileNode node, InputStream content) throws IOException;

    default void add(FileNode node) throws IOException {
      add(node, InputStream.nullInputStream());
    }

    /** Writes the end; the ingest is finished. */
    void finish() throws IOException;
  }
}
