package dev.varve.snapshot.adapter.overlay;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.archive.SparseMap;
import dev.varve.archive.TarEntry;
import dev.varve.archive.TarReader;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.snapshot.application.LowerLayersNeededException;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.erofs.Attributes;
import dev.varve.snapshot.erofs.ErofsImage;
import dev.varve.snapshot.erofs.ErofsImage.Extent;
import dev.varve.snapshot.erofs.FileType;
import dev.varve.snapshot.erofs.ImageTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a layer as an EROFS image, whose names are held in memory until all are known.
 *
 * @see LayerApplier
 */
final class ErofsApplier extends LayerApplier {
  private static final byte[] YES = "y".getBytes(StandardCharsets.US_ASCII);
  private static final Attributes WHITEOUT = new Attributes(0, 0, 0, 0, 0, Map.of());

  private final FileCalls calls;
  private final ErofsImage image;
  private final ErofsNames names;
  private final Optional<LowerFiles> lower;

  /** One for all: overlayfs looks at the kind of inode only. */
  private int whiteout = ImageTree.NONE;

  /**
   * @param lower absent when the layers below may not be complete yet
   */
  ErofsApplier(Path image, FileCalls calls, Optional<LowerFiles> lower) throws IOException {
    this.calls = calls;
    this.lower = lower;
    this.names = new ErofsNames();
    this.image = new ErofsImage(image);
  }

  /** Makes the image durable. The layer's name tells it apart from others. */
  @Override
  void complete(ChainId chainId) throws IOException {
    image.finish(names.tree(), HexFormat.of().parseHex(chainId.hex(), 0, 32));
  }

  @Override
  void begin() {}

  @Override
  void finish() {}

  @Override
  void setRoot(TarEntry entry) throws IOException {
    names.tree().setAttributes(ImageTree.ROOT, attributes(entry));
  }

  @Override
  void makeOpaque(EntryPath directory) throws IOException {
    names.tree().setXattr(names.directory(directory), OPAQUE, YES);
  }

  @Override
  void hide(EntryPath parent, String name) throws IOException {
    int directory = names.directory(parent);
    int there = names.find(directory, name);
    if (there == ImageTree.NONE) {
      if (whiteout == ImageTree.NONE) {
        whiteout = image.addNode(FileType.CHARACTER_DEVICE, WHITEOUT, 0, 0);
      }
      names.put(directory, name, FileType.CHARACTER_DEVICE, whiteout);
      names.markWhiteout(whiteout);
    } else if (names.tree().type(there) == FileType.DIRECTORY) {
      // Deleted below and made again in this layer, in whichever order the archive tells it.
      names.tree().setXattr(names.tree().directory(there), OPAQUE, YES);
    }
  }

  @Override
  void addDirectory(EntryPath path, TarEntry entry) throws IOException {
    int parent = names.directory(path.parent());
    names.makeDirectory(parent, path.name(), attributes(entry));
  }

  @Override
  void addFile(EntryPath path, TarEntry entry, TarReader archive) throws IOException {
    int parent = names.directory(path.parent());
    names.free(parent, path.name());
    SparseMap sparse = entry.sparse();
    int inode;
    if (sparse == null) {
      inode = image.addFile(attributes(entry), entry.size(), archive::read);
    } else {
      List<Extent> extents =
          sparse.extents().stream()
              .map(extent -> new Extent(extent.offset(), extent.length()))
              .toList();
      inode = image.addSparseFile(attributes(entry), sparse.realSize(), extents, archive::read);
    }
    addSize(entry.size());
    names.put(parent, path.name(), FileType.REGULAR, inode);
  }

  @Override
  void addSymlink(EntryPath path, TarEntry entry) throws IOException {
    int parent = names.directory(path.parent());
    names.free(parent, path.name());
    int inode = image.addSymlink(attributes(entry), entry.linkName());
    names.tree().putSymlink(parent, path.name(), inode, entry.linkName());
  }

  @Override
  void addNode(EntryPath path, TarEntry entry) throws IOException {
    int parent = names.directory(path.parent());
    names.free(parent, path.name());
    FileType type =
        switch (entry.type()) {
          case CHARACTER_DEVICE -> FileType.CHARACTER_DEVICE;
          case BLOCK_DEVICE -> FileType.BLOCK_DEVICE;
          default -> FileType.FIFO;
        };
    int inode = image.addNode(type, attributes(entry), entry.deviceMajor(), entry.deviceMinor());
    names.put(parent, path.name(), type, inode);
  }

  @Override
  void addHardLink(EntryPath path, EntryPath target) throws IOException {
    int found = names.lookUp(target);
    if (found == ImageTree.NONE) {
      copyUp(target);
      found = names.lookUp(target);
    }
    if (names.tree().type(found) == FileType.DIRECTORY || names.isWhiteout(found)) {
      throw invalidHardLink(target);
    }
    int parent = names.directory(path.parent());
    int there = names.find(parent, path.name());
    if (there == ImageTree.NONE) {
      names.tree().link(found, parent, path.name());
    } else if (names.tree().type(there) == FileType.DIRECTORY
        || names.tree().inode(there) != names.tree().inode(found)) {
      names.free(parent, path.name());
      names.requireStill(found, target);
      names.tree().link(found, parent, path.name());
    }
  }

  /** Brings a file of a lower layer into this one, as writing to it would. */
  private void copyUp(EntryPath path) throws IOException {
    LowerFiles files =
        lower.orElseThrow(() -> new LowerLayersNeededException("for " + path.quoted()));
    int parent = names.directory(path.parent());
    files.find(path, (from, status) -> copy(from, status, parent, path.name()));
    addEntry();
  }

  private void copy(int from, FileStatus status, int parent, String name) throws IOException {
    Map<String, byte[]> xattrs = new HashMap<>();
    for (String attribute : calls.listXattr(from, name)) {
      byte[] value = calls.getXattr(from, name, attribute);
      if (value != null) {
        xattrs.put(attribute, value);
      }
    }
    Attributes attributes =
        new Attributes(
            status.permissions(),
            status.uid(),
            status.gid(),
            status.modifiedSeconds(),
            status.modifiedNanos(),
            XattrPolicy.kept(xattrs, status.isRegular()));
    if (status.isSymlink()) {
      String target = calls.readlink(from, name);
      names.tree().putSymlink(parent, name, image.addSymlink(attributes, target), target);
    } else if (status.isRegular()) {
      names.put(parent, name, FileType.REGULAR, copyContent(from, status, name, attributes));
    } else {
      throw new ArchiveRefusedException("hard link to a special file of a lower layer");
    }
  }

  private int copyContent(int from, FileStatus status, String name, Attributes attributes)
      throws IOException {
    int fd = calls.open(from, name, FileCalls.O_RDONLY | FileCalls.O_NOFOLLOW, 0);
    try (InputStream content = Files.newInputStream(Path.of("/proc/self/fd/" + fd))) {
      addSize(status.size());
      return image.addFile(attributes, status.size(), content::read);
    } finally {
      calls.close(fd);
    }
  }

  private static Attributes attributes(TarEntry entry) throws ArchiveRefusedException {
    Time time = time(entry);
    boolean symlink = entry.type() == TarEntry.Type.SYMLINK;
    boolean mayHaveUser =
        entry.type() == TarEntry.Type.FILE || entry.type() == TarEntry.Type.DIRECTORY;
    return new Attributes(
        symlink ? 0777 : entry.mode(),
        entry.uid(),
        entry.gid(),
        time.seconds(),
        time.nanos(),
        XattrPolicy.kept(entry.xattrs(), mayHaveUser));
  }

  @Override
  public void close() {
    names.tree().close();
    try {
      image.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
