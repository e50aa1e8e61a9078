package dev.varve.snapshot.adapter.overlay;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.archive.TarEntry;
import dev.varve.archive.TarReader;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.snapshot.adapter.overlay.LayerRecord.RootAttributes;
import dev.varve.snapshot.domain.ChainId;
import java.io.IOException;
import java.util.Optional;

/**
 * Judges the entries of one layer's archive and hands them on in overlayfs's terms: a whiteout is a
 * character device 0/0, an opaque directory an attribute.
 *
 * <p>Later entries replace earlier ones, except that a directory keeps its content when it comes
 * again. Links in the archive lead nowhere but into the layer. One thread, one archive.
 */
abstract class LayerApplier implements AutoCloseable {
  static final String OPAQUE = "trusted.overlay.opaque";
  static final int IMPLIED_MODE = 0755;
  private static final String WHITEOUT = ".wh.";
  private static final String WHITEOUT_META = ".wh..wh.";
  private static final String WHITEOUT_OPAQUE = ".wh..wh..opq";

  /** As {@code touch} takes it. */
  record Time(long seconds, int nanos) {}

  private long sizeBytes;
  private long entries;
  private boolean opaqueRoot;
  private Optional<RootAttributes> rootAttributes = Optional.empty();

  final void apply(TarReader archive) throws IOException {
    for (TarEntry entry = archive.next(); entry != null; entry = archive.next()) {
      EntryPath path = EntryPath.of(entry.name());
      try {
        begin();
        apply(path, entry, archive);
      } catch (SystemCallException e) {
        throw new IOException("applying " + path.quoted() + ": " + Errno.text(e.errno()), e);
      }
    }
    finish();
  }

  final LayerContent content() {
    return new LayerContent(sizeBytes, entries, opaqueRoot, rootAttributes);
  }

  final void addSize(long bytes) {
    sizeBytes += bytes;
  }

  final void addEntry() {
    entries++;
  }

  /** Called once, when the archive was applied and is what it should be. */
  void complete(ChainId chainId) throws IOException {}

  /** Before each entry. */
  abstract void begin() throws IOException;

  abstract void finish() throws IOException;

  abstract void setRoot(TarEntry entry) throws IOException;

  abstract void makeOpaque(EntryPath directory) throws IOException;

  /** Hides a name of the layers below; one of this layer keeps its own content only. */
  abstract void hide(EntryPath parent, String name) throws IOException;

  abstract void addDirectory(EntryPath path, TarEntry entry) throws IOException;

  abstract void addFile(EntryPath path, TarEntry entry, TarReader archive) throws IOException;

  abstract void addSymlink(EntryPath path, TarEntry entry) throws IOException;

  /** A device or pipe. */
  abstract void addNode(EntryPath path, TarEntry entry) throws IOException;

  abstract void addHardLink(EntryPath path, EntryPath target) throws IOException;

  private void apply(EntryPath path, TarEntry entry, TarReader archive) throws IOException {
    if (path.isRoot()) {
      applyRoot(entry);
      return;
    }
    if (hasWhiteouts() && isWhiteout(path)) {
      return;
    }
    switch (entry.type()) {
      case DIRECTORY -> addDirectory(path, entry);
      case FILE -> addFile(path, entry, archive);
      case SYMLINK -> applySymlink(path, entry);
      case HARD_LINK -> applyHardLink(path, entry);
      case CHARACTER_DEVICE -> applyCharacterDevice(path, entry);
      case BLOCK_DEVICE, FIFO -> addNode(path, entry);
    }
    entries++;
  }

  /** Whether names that begin as whiteouts do are some. */
  boolean hasWhiteouts() {
    return true;
  }

  /** One is applied, or skipped, here; nothing more is to be done with it. */
  private boolean isWhiteout(EntryPath path) throws IOException {
    if (path.text().startsWith(WHITEOUT_META) && !path.text().equals(WHITEOUT_OPAQUE)) {
      skipUnionMetadata(path);
      return true;
    }
    if (path.parent().text().startsWith(WHITEOUT)
        || path.parent().text().contains("/" + WHITEOUT)) {
      throw new ArchiveRefusedException("entry below a whiteout: " + path.quoted());
    }
    if (path.name().startsWith(WHITEOUT)) {
      applyWhiteout(path);
      return true;
    }
    return false;
  }

  private void applyRoot(TarEntry entry) throws IOException {
    if (entry.type() != TarEntry.Type.DIRECTORY) {
      throw new ArchiveRefusedException("the root of the layer is not a directory");
    }
    setRoot(entry);
    rootAttributes = Optional.of(new RootAttributes(entry.uid(), entry.gid(), entry.mode()));
  }

  /** The three names that old AUFS layers carry beside their files; nothing else may look so. */
  private static void skipUnionMetadata(EntryPath path) throws ArchiveRefusedException {
    String first = path.text().split("/", 2)[0];
    switch (first) {
      case WHITEOUT_META + "aufs", WHITEOUT_META + "orph", WHITEOUT_META + "plnk" -> {}
      default -> throw new ArchiveRefusedException("invalid whiteout: " + path.quoted());
    }
  }

  private void applyWhiteout(EntryPath path) throws IOException {
    entries++;
    if (path.name().equals(WHITEOUT_OPAQUE)) {
      if (path.parent().isRoot()) {
        opaqueRoot = true;
      } else {
        makeOpaque(path.parent());
      }
      return;
    }
    String hidden = path.name().substring(WHITEOUT.length());
    if (hidden.isEmpty()
        || hidden.equals(".")
        || hidden.equals("..")
        || hidden.startsWith(WHITEOUT)) {
      throw new ArchiveRefusedException("invalid whiteout: " + path.quoted());
    }
    hide(path.parent(), hidden);
  }

  private void applySymlink(EntryPath path, TarEntry entry) throws IOException {
    if (entry.linkName().isEmpty()) {
      throw new ArchiveRefusedException("symbolic link to nothing: " + path.quoted());
    }
    addSymlink(path, entry);
  }

  private void applyHardLink(EntryPath path, TarEntry entry) throws IOException {
    EntryPath target = EntryPath.of(entry.linkName());
    if (target.isRoot() || hasWhiteouts() && target.name().startsWith(WHITEOUT)) {
      throw invalidHardLink(target);
    }
    addHardLink(path, target);
  }

  /** 0/0 would mean "deleted" on disk; as a device it is good for nothing, and left out. */
  private void applyCharacterDevice(EntryPath path, TarEntry entry) throws IOException {
    if (entry.deviceMajor() != 0 || entry.deviceMinor() != 0) {
      addNode(path, entry);
    }
  }

  static ArchiveRefusedException invalidHardLink(EntryPath target) {
    return new ArchiveRefusedException("invalid hard link to " + target.quoted());
  }

  /** Times before 1970 become 1970, as in Docker. */
  static Time time(TarEntry entry) {
    return entry.modifiedSeconds() < 0
        ? new Time(0, 0)
        : new Time(entry.modifiedSeconds(), entry.modifiedNanos());
  }

  @Override
  public abstract void close();
}
