package dev.varve.snapshot.application;

import dev.varve.snapshot.domain.ChainId;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of layers on top of each other, as a container made from them would see them: upper
 * layers replace and hide what is below. Nothing is mounted for it that a container would not need,
 * and nothing can be changed through it.
 *
 * <p>It knows names in directories only; links are never followed here. To walk is the caller's
 * part, see {@link PathWalk}. The layers must not be dropped while it is open. One thread, and a
 * platform one: all of it is disk work.
 */
public interface FileView extends AutoCloseable {

  /**
   * A directory, by its own path.
   *
   * @param path without links, {@code /} or {@code /usr/bin}; a byte string
   * @param layers those that have a part in it, top first: equal ones make equal directories
   */
  record Folder(String path, List<ChainId> layers) {
    public Folder {
      layers = List.copyOf(layers);
    }

    public String pathOf(String name) {
      return path.equals("/") ? "/" + name : path + "/" + name;
    }
  }

  Folder root();

  FileEntry rootEntry() throws IOException;

  OpenFolder open(Folder folder) throws IOException;

  @Override
  void close();

  /** A directory while it is read; holds a descriptor for each layer that has a part in it. */
  interface OpenFolder extends AutoCloseable {
    /** Sorted by their bytes. {@link #entry} may find some of them hidden. */
    List<String> names() throws IOException;

    /** Empty when there is no such name, or an upper layer deletes it. */
    Optional<FileEntry> entry(String name) throws IOException;

    /** The directory of this name. */
    Folder folder(String name) throws IOException;

    /** The bytes of the regular file of this name; anything else is never opened. */
    InputStream read(String name) throws IOException;

    /** Its extended attributes, without those that steer the merging of layers. */
    Map<String, byte[]> attributes(String name) throws IOException;

    @Override
    void close();
  }
}
