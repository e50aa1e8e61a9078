package dev.varve.snapshot.adapter.overlay;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.archive.TarEntry;
import dev.varve.archive.TarReader;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.ByteNames;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.linux.process.Descriptor;
import dev.varve.snapshot.adapter.overlay.LayerApplier.Time;
import dev.varve.snapshot.domain.CopyPath;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Extracts an archive into a directory of a root that a container may be changing. Each entry's
 * directory is resolved within the root, and everything then goes by descriptor: a name that is
 * replaced by a link meanwhile makes an entry fail, or land elsewhere in the same root.
 *
 * <p>An entry replaces what is there, except that directories are merged. Names that mean something
 * in layers are ordinary here. One thread, one archive.
 */
final class ArchiveExtraction implements AutoCloseable {
  private static final int CREATE =
      FileCalls.O_WRONLY | FileCalls.O_CREAT | FileCalls.O_EXCL | FileCalls.O_NOFOLLOW;
  private static final int UNSEEN = 0600;

  private final FileCalls calls;
  private final DirectoryTree tree;
  private final EntryPath target;
  private final boolean keepDirectories;
  private final @Nullable RootOwner owner;
  private final EntryContent content;
  private final TreeMap<String, Time> directoryTimes = new TreeMap<>();

  /**
   * @param root all paths and links are resolved in it
   * @param target the directory to extract into
   * @param owner of all that is extracted; null: whom the archive says
   */
  ArchiveExtraction(
      Directory root, EntryPath target, boolean keepDirectories, @Nullable RootOwner owner) {
    this.calls = root.calls();
    this.tree = new DirectoryTree(root);
    this.target = target;
    this.keepDirectories = keepDirectories;
    this.owner = owner;
    this.content = new EntryContent(calls);
  }

  void extract(TarReader archive) throws IOException {
    for (TarEntry entry = archive.next(); entry != null; entry = archive.next()) {
      EntryPath name = name(entry.name());
      if (name == null) {
        throw refused("%s is outside of %s".formatted(quoted(entry.name()), shown(target)));
      }
      if (name.isRoot()) {
        continue;
      }
      EntryPath path = name.below(target);
      try {
        tree.trim();
        extract(path, entry, archive);
      } catch (SystemCallException e) {
        throw failed(path, e);
      }
    }
    setDirectoryTimes();
  }

  /** Null when it leads out of the target; nothing leads out of the root, which is above itself. */
  private @Nullable EntryPath name(String raw) {
    return target.isRoot() ? new EntryPath(CopyPath.of(raw).relative()) : EntryPath.clean(raw);
  }

  private void extract(EntryPath path, TarEntry entry, TarReader archive) throws IOException {
    int parent = parent(path);
    String name = path.name();
    if (!RunningRoot.holdsFiles(calls, parent)) {
      throw new SystemCallException("extract", Errno.EROFS);
    }
    boolean merge = makeWay(path, parent, entry.type() == TarEntry.Type.DIRECTORY);
    switch (entry.type()) {
      case DIRECTORY -> addDirectory(path, parent, entry, merge);
      case FILE -> addFile(parent, name, entry, archive);
      case SYMLINK -> {
        calls.symlink(entry.linkName(), parent, name);
        finishNode(parent, name, entry);
      }
      case HARD_LINK -> addHardLink(path, parent, entry);
      case CHARACTER_DEVICE -> addNode(parent, name, FileCalls.S_IFCHR, entry);
      case BLOCK_DEVICE -> addNode(parent, name, FileCalls.S_IFBLK, entry);
      case FIFO -> addNode(parent, name, FileCalls.S_IFIFO, entry);
    }
  }

  /**
   * Removes what an entry replaces; true when a directory is there that the entry is merged with.
   */
  private boolean makeWay(EntryPath path, int parent, boolean directory)
      throws SystemCallException {
    FileStatus there = calls.statIfThere(parent, path.name());
    if (there == null) {
      return false;
    }
    if (there.isDirectory() && directory) {
      return true;
    }
    if (keepDirectories && there.isDirectory()) {
      throw refused(
          "cannot overwrite directory %s with non-directory %s"
              .formatted(shown(path), shown(target)));
    }
    if (keepDirectories && directory) {
      throw refused(
          "cannot overwrite non-directory %s with directory %s"
              .formatted(shown(path), shown(target)));
    }
    tree.remove(parent, path.name(), there);
    if (there.isDirectory()) {
      directoryTimes.remove(path.text());
      directoryTimes.subMap(path.text() + "/", path.text() + "0").clear();
    }
    return false;
  }

  /** The directory of an entry, made if it is missing. */
  private int parent(EntryPath path) throws SystemCallException {
    try {
      return tree.directory(path.parent());
    } catch (ArchiveRefusedException e) {
      throw refused("open /" + ByteNames.toText(path.text()) + ": not a directory");
    }
  }

  private void addDirectory(EntryPath path, int parent, TarEntry entry, boolean merge)
      throws SystemCallException {
    if (!merge) {
      calls.mkdir(parent, path.name(), 0700);
    }
    int flags = FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW;
    int fd = calls.open(parent, path.name(), flags, 0);
    try {
      if (RunningRoot.holdsFiles(calls, fd)) {
        finish(fd, entry);
        directoryTimes.put(path.text(), LayerApplier.time(entry));
      }
    } finally {
      calls.close(fd);
    }
  }

  private void addFile(int parent, String name, TarEntry entry, TarReader archive)
      throws IOException {
    int fd = calls.open(parent, name, CREATE, UNSEEN);
    boolean whole = false;
    try {
      content.write(entry, archive, fd);
      finish(fd, entry);
      Time time = LayerApplier.time(entry);
      calls.touch(fd, time.seconds(), time.nanos());
      whole = true;
    } finally {
      calls.close(fd);
      if (!whole) {
        calls.unlink(parent, name);
      }
    }
  }

  /** Owner first: a change of owner takes set-user-id bits and capabilities away. */
  private void finish(int fd, TarEntry entry) throws SystemCallException {
    calls.chown(fd, uid(entry), gid(entry));
    calls.chmod(fd, entry.mode());
    for (Map.Entry<String, byte[]> xattr : entry.xattrs().entrySet()) {
      XattrPolicy.setOne(
          xattr.getKey(), attribute -> calls.setXattr(fd, attribute, xattr.getValue()));
    }
  }

  private void addHardLink(EntryPath path, int parent, TarEntry entry) throws SystemCallException {
    EntryPath linked = name(entry.linkName());
    if (linked == null || linked.isRoot()) {
      throw refused("invalid hardlink %s -> %s".formatted(shown(path), quoted(entry.linkName())));
    }
    EntryPath existing = linked.below(target);
    try {
      calls.link(tree.existing(existing.parent()), existing.name(), parent, path.name());
    } catch (SystemCallException e) {
      throw refused(
          "link /%s /%s: %s"
              .formatted(
                  ByteNames.toText(existing.text()),
                  ByteNames.toText(path.text()),
                  Errno.text(e.errno())));
    }
  }

  private void addNode(int parent, String name, int type, TarEntry entry)
      throws SystemCallException {
    calls.mknod(parent, name, type | UNSEEN, entry.deviceMajor(), entry.deviceMinor());
    finishNode(parent, name, entry);
    try (Descriptor held = HeldFile.hold(calls, parent, name)) {
      if (calls.stat(held.number()).type() == type) {
        HeldFile.chmod(calls, held, entry.mode());
      }
    }
  }

  private void finishNode(int parent, String name, TarEntry entry) throws SystemCallException {
    calls.chown(parent, name, uid(entry), gid(entry));
    XattrPolicy.set(calls, parent, name, entry.xattrs());
    Time time = LayerApplier.time(entry);
    calls.touch(parent, name, time.seconds(), time.nanos());
  }

  private int uid(TarEntry entry) {
    return owner == null ? entry.uid() : owner.uid();
  }

  private int gid(TarEntry entry) {
    return owner == null ? entry.gid() : owner.gid();
  }

  /** At the very end, because each name made in a directory changes its time. */
  private void setDirectoryTimes() throws IOException {
    for (var directory : directoryTimes.descendingMap().entrySet()) {
      tree.trim();
      EntryPath path = new EntryPath(directory.getKey());
      Time time = directory.getValue();
      try {
        calls.touch(tree.existing(path.parent()), path.name(), time.seconds(), time.nanos());
      } catch (SystemCallException e) {
        // The container has moved it away since.
        if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) {
          throw failed(path, e);
        }
      }
    }
  }

  /** A name in the archive. */
  private static String quoted(String name) {
    return '"' + ByteNames.toText(name) + '"';
  }

  /** A path in the container. */
  private static String shown(EntryPath path) {
    return new EntryPath("/" + path.text()).quoted();
  }

  /** The archive's fault; Docker calls it the engine's. */
  private static ProblemException refused(String message) {
    return new Problem(Problem.Code.INTERNAL, message).asException();
  }

  private static ProblemException failed(EntryPath path, SystemCallException e) {
    return refused("/" + ByteNames.toText(path.text()) + ": " + Errno.text(e.errno()));
  }

  @Override
  public void close() {
    tree.close();
    content.close();
  }
}
