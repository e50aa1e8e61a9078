package dev.varve.image.application.build;

import dev.varve.image.domain.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Looks into recorded images; nothing is started. Any thread. */
public interface ImageFiles {

  /**
   * What a path names; links on the way are followed within the image, a last one is not.
   *
   * @param path absolute, a byte string
   */
  Optional<FileNode> stat(Digest imageId, String path) throws IOException, InterruptedException;

  /**
   * A small file's bytes; empty when there is no such regular file.
   *
   * @param limit bytes after which the rest is left out
   */
  Optional<byte[]> read(Digest imageId, String path, int limit)
      throws IOException, InterruptedException;

  /** All below a path as a tar, names from the image's root; the path's parents with them. */
  InputStream archive(Digest imageId, String path) throws IOException;
}
