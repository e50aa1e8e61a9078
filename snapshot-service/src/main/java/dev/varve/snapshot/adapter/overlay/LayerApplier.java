package dev.varve.snapshot.adapter.overlay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.archive.SparseMap;
import dev.varve.archive.TarEntry;
import dev.varve.archive.TarReader;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.snapshot.adapter.overlay.LayerRecord.RootAttributes;
import dev.varve.snapshot.application.LowerLayersNeededException;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lays down the entries of one layer's archive in a directory of its own, in overlayfs's form: a
 * whiteout becomes a character device 0/0, an opaque directory an attribute.
 *
 * <p>Later entries replace earlier ones, except that a directory keeps its content when it comes
 * again. Everything goes by descriptor; links in the archive lead nowhere but into the layer. One
 * thread, one archive.
 */
final class LayerApplier implements AutoCloseable {
  private static final String WHITEOUT = ".wh.";
  private static final String WHITEOUT_META = ".wh..wh.";
  private static final String WHITEOUT_OPAQUE = ".wh..wh..opq";
  private static final int CREATE =
      FileCalls.O_WRONLY | FileCalls.O_CREAT | FileCalls.O_EXCL | FileCalls.O_NOFOLLOW;
  private static final int CHUNK = 128 << 10;

  private record Time(long seconds, int nanos) {}

  private final FileCalls calls;
  private final Directory root;
  private final LayerTree tree;
  private final Optional<LowerFiles> lower;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment chunk = arena.allocate(CHUNK);
  private final byte[] heapChunk = new byte[CHUNK];
  private final TreeMap<String, Time> directoryTimes = new TreeMap<>();
  private long sizeBytes;
  private long entries;
  private boolean opaqueRoot;
  private Optional<RootAttributes> rootAttributes = Optional.empty();

  /**
   * @param root the layer's directory, empty
   * @param lower absent when the layers below may not be complete yet
   */
  LayerApplier(Directory root, Optional<LowerFiles> lower) {
    this.calls = root.calls();
    this.root = root;
    this.tree = new LayerTree(root);
    this.lower = lower;
  }

  void apply(TarReader archive) throws IOException {
    for (TarEntry entry = archive.next(); entry != null; entry = archive.next()) {
      EntryPath path = EntryPath.of(entry.name());
      try {
        tree.trim();
        apply(path, entry, archive);
      } catch (SystemCallException e) {
        throw new IOException("applying " + path.quoted() + ": " + Errno.text(e.errno()), e);
      }
    }
    tree.trim();
    setDirectoryTimes();
  }

  long sizeBytes() {
    return sizeBytes;
  }

  long entries() {
    return entries;
  }

  boolean opaqueRoot() {
    return opaqueRoot;
  }

  Optional<RootAttributes> rootAttributes() {
    return rootAttributes;
  }

  private void apply(EntryPath path, TarEntry entry, TarReader archive) throws IOException {
    if (path.isRoot()) {
      applyRoot(entry);
      return;
    }
    if (path.text().startsWith(WHITEOUT_META) && !path.text().equals(WHITEOUT_OPAQUE)) {
      skipUnionMetadata(path);
      return;
    }
    if (path.parent().text().startsWith(WHITEOUT)
        || path.parent().text().contains("/" + WHITEOUT)) {
      throw new ArchiveRefusedException("entry below a whiteout: " + path.quoted());
    }
    if (path.name().startsWith(WHITEOUT)) {
      applyWhiteout(path);
      return;
    }
    switch (entry.type()) {
      case DIRECTORY -> applyDirectory(path, entry);
      case FILE -> applyFile(path, entry, archive);
      case SYMLINK -> applySymlink(path, entry);
      case HARD_LINK -> applyHardLink(path, entry);
      case CHARACTER_DEVICE -> applyNode(path, entry, FileCalls.S_IFCHR);
      case BLOCK_DEVICE -> applyNode(path, entry, FileCalls.S_IFBLK);
      case FIFO -> applyNode(path, entry, FileCalls.S_IFIFO);
    }
    entries++;
  }

  private void applyRoot(TarEntry entry) throws IOException {
    if (entry.type() != TarEntry.Type.DIRECTORY) {
      throw new ArchiveRefusedException("the root of the layer is not a directory");
    }
    calls.chown(root.fd(), ".", entry.uid(), entry.gid());
    calls.chmod(root.fd(), ".", entry.mode());
    XattrPolicy.set(calls, root.fd(), ".", entry.xattrs());
    directoryTimes.put("", time(entry));
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
    int parent = tree.directory(path.parent());
    entries++;
    if (path.name().equals(WHITEOUT_OPAQUE)) {
      if (path.parent().isRoot()) {
        opaqueRoot = true;
      } else {
        tree.makeOpaque(parent, ".");
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
    FileStatus there = calls.statIfThere(parent, hidden);
    if (there == null) {
      calls.mknod(parent, hidden, FileCalls.S_IFCHR, 0, 0);
    } else if (there.isDirectory()) {
      // Deleted below and made again in this layer, in whichever order the archive tells it.
      tree.makeOpaque(parent, hidden);
    }
  }

  private void applyDirectory(EntryPath path, TarEntry entry) throws IOException {
    int parent = tree.directory(path.parent());
    String name = path.name();
    boolean mayHaveOwner = entry.uid() != 0 || entry.gid() != 0;
    try {
      tree.makeDirectory(parent, name, entry.mode(), false);
    } catch (SystemCallException e) {
      FileStatus there = existing(e, parent, name);
      if (!there.isDirectory()) {
        if (!there.isWhiteout()) {
          tree.remove(parent, name, there);
        }
        tree.makeDirectory(parent, name, entry.mode(), there.isWhiteout());
      } else {
        mayHaveOwner = true;
      }
    }
    if (mayHaveOwner) {
      calls.chown(parent, name, entry.uid(), entry.gid());
      calls.chmod(parent, name, entry.mode());
    }
    XattrPolicy.set(calls, parent, name, entry.xattrs());
    directoryTimes.put(path.text(), time(entry));
  }

  private void applyFile(EntryPath path, TarEntry entry, TarReader archive) throws IOException {
    int parent = tree.directory(path.parent());
    String name = path.name();
    int fd;
    try {
      fd = calls.open(parent, name, CREATE, entry.mode() & 0777);
    } catch (SystemCallException e) {
      replace(path, parent, existing(e, parent, name));
      fd = calls.open(parent, name, CREATE, entry.mode() & 0777);
    }
    try {
      SparseMap sparse = entry.sparse();
      if (sparse == null) {
        copy(archive, entry.size(), fd);
      } else {
        copySparse(archive, sparse, fd);
      }
      finishFile(fd, parent, name, entry);
    } finally {
      calls.close(fd);
    }
  }

  private void finishFile(int fd, int parent, String name, TarEntry entry)
      throws SystemCallException {
    if (entry.uid() != 0 || entry.gid() != 0) {
      calls.chown(fd, entry.uid(), entry.gid());
    }
    if ((entry.mode() & (calls.umask() | 07000)) != 0) {
      calls.chmod(fd, entry.mode());
    }
    XattrPolicy.set(calls, parent, name, entry.xattrs());
    Time time = time(entry);
    calls.touch(fd, time.seconds, time.nanos);
  }

  private void copy(TarReader archive, long length, int fd) throws IOException {
    long left = length;
    while (left > 0) {
      int count = archive.read(heapChunk, 0, (int) Math.min(CHUNK, left));
      if (count < 0) {
        throw new EOFException("unexpected EOF");
      }
      MemorySegment.copy(heapChunk, 0, chunk, JAVA_BYTE, 0, count);
      calls.write(fd, chunk.asSlice(0, count));
      left -= count;
    }
    sizeBytes += length;
  }

  private void copySparse(TarReader archive, SparseMap sparse, int fd) throws IOException {
    for (SparseMap.Extent extent : sparse.extents()) {
      calls.seek(fd, extent.offset());
      copy(archive, extent.length(), fd);
    }
    calls.truncate(fd, sparse.realSize());
  }

  private void applySymlink(EntryPath path, TarEntry entry) throws IOException {
    int parent = tree.directory(path.parent());
    String name = path.name();
    if (entry.linkName().isEmpty()) {
      throw new ArchiveRefusedException("symbolic link to nothing: " + path.quoted());
    }
    try {
      calls.symlink(entry.linkName(), parent, name);
    } catch (SystemCallException e) {
      replace(path, parent, existing(e, parent, name));
      calls.symlink(entry.linkName(), parent, name);
    }
    finishNode(parent, name, entry);
  }

  private void applyNode(EntryPath path, TarEntry entry, int type) throws IOException {
    if (type == FileCalls.S_IFCHR && entry.deviceMajor() == 0 && entry.deviceMinor() == 0) {
      // On disk this node would mean "deleted"; as a device it is good for nothing.
      return;
    }
    int parent = tree.directory(path.parent());
    String name = path.name();
    int mode = type | entry.mode();
    try {
      calls.mknod(parent, name, mode, entry.deviceMajor(), entry.deviceMinor());
    } catch (SystemCallException e) {
      replace(path, parent, existing(e, parent, name));
      calls.mknod(parent, name, mode, entry.deviceMajor(), entry.deviceMinor());
    }
    finishNode(parent, name, entry);
  }

  private void finishNode(int parent, String name, TarEntry entry) throws SystemCallException {
    if (entry.uid() != 0 || entry.gid() != 0) {
      calls.chown(parent, name, entry.uid(), entry.gid());
    }
    if (entry.type() != TarEntry.Type.SYMLINK && (entry.mode() & (calls.umask() | 07000)) != 0) {
      calls.chmod(parent, name, entry.mode());
    }
    XattrPolicy.set(calls, parent, name, entry.xattrs());
    Time time = time(entry);
    calls.touch(parent, name, time.seconds, time.nanos);
  }

  private void applyHardLink(EntryPath path, TarEntry entry) throws IOException {
    EntryPath target = EntryPath.of(entry.linkName());
    if (target.isRoot() || target.name().startsWith(WHITEOUT)) {
      throw new ArchiveRefusedException("invalid hard link to " + target.quoted());
    }
    FileStatus status = statTarget(target);
    if (status == null) {
      copyUp(target);
      status = calls.stat(tree.existing(target.parent()), target.name());
    }
    if (status.isDirectory() || status.isWhiteout()) {
      throw new ArchiveRefusedException("invalid hard link to " + target.quoted());
    }
    int parent = tree.directory(path.parent());
    int targetParent = tree.existing(target.parent());
    try {
      calls.link(targetParent, target.name(), parent, path.name());
    } catch (SystemCallException e) {
      FileStatus there = existing(e, parent, path.name());
      if (there.inode() != status.inode()) {
        replace(path, parent, there);
        calls.link(targetParent, target.name(), parent, path.name());
      }
    }
  }

  private @Nullable FileStatus statTarget(EntryPath target) throws SystemCallException {
    try {
      return calls.statIfThere(tree.existing(target.parent()), target.name());
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
  }

  /** Brings a file of a lower layer into this one, as writing to it would. */
  private void copyUp(EntryPath path) throws IOException {
    LowerFiles files =
        lower.orElseThrow(() -> new LowerLayersNeededException("for " + path.quoted()));
    int parent = tree.directory(path.parent());
    FileCopy copy = new FileCopy(calls);
    files.find(path, (from, status) -> sizeBytes += copy.copy(from, status, parent, path.name()));
    entries++;
  }

  /** Makes way for a new entry that is not a directory. */
  private void replace(EntryPath path, int parent, FileStatus there) throws SystemCallException {
    tree.remove(parent, path.name(), there);
    if (there.isDirectory()) {
      directoryTimes.remove(path.text());
      // '0' follows '/': all paths below, and nothing else.
      directoryTimes.subMap(path.text() + "/", path.text() + "0").clear();
    }
  }

  /** What stood in the way of a call that failed with EEXIST; any other failure goes on. */
  private FileStatus existing(SystemCallException failure, int parent, String name)
      throws SystemCallException {
    if (failure.errno() != Errno.EEXIST) {
      throw failure;
    }
    return calls.stat(parent, name);
  }

  /** Deepest first; at the very end, because each name made in a directory changes its time. */
  private void setDirectoryTimes() throws SystemCallException {
    for (var directory : directoryTimes.descendingMap().entrySet()) {
      tree.trim();
      Time time = directory.getValue();
      EntryPath path = new EntryPath(directory.getKey());
      try {
        int parent = tree.existing(path.parent());
        calls.touch(parent, path.isRoot() ? "." : path.name(), time.seconds, time.nanos);
      } catch (SystemCallException e) {
        // A link on the way was replaced since: no directory has this name any more.
        if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) {
          throw e;
        }
      }
    }
  }

  /** Times before 1970 become 1970, as in Docker. */
  private static Time time(TarEntry entry) {
    return entry.modifiedSeconds() < 0
        ? new Time(0, 0)
        : new Time(entry.modifiedSeconds(), entry.modifiedNanos());
  }

  @Override
  public void close() {
    tree.close();
    arena.close();
  }
}
