package dev.varve.snapshot.adapter.overlay;

import dev.varve.archive.TarEntry;
import dev.varve.archive.TarReader;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.snapshot.application.LowerLayersNeededException;
import java.io.IOException;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lays a layer down in a directory of its own. Everything goes by descriptor.
 *
 * @see LayerApplier
 */
final class DirectoryApplier extends LayerApplier {
  private static final int CREATE =
      FileCalls.O_WRONLY | FileCalls.O_CREAT | FileCalls.O_EXCL | FileCalls.O_NOFOLLOW;

  private final FileCalls calls;
  private final Directory root;
  private final DirectoryTree tree;
  private final Optional<LowerFiles> lower;
  private final EntryContent content;
  private final TreeMap<String, Time> directoryTimes = new TreeMap<>();

  /**
   * @param root the layer's directory, empty
   * @param lower absent when the layers below may not be complete yet
   */
  DirectoryApplier(Directory root, Optional<LowerFiles> lower) {
    this.calls = root.calls();
    this.root = root;
    this.tree = new DirectoryTree(root);
    this.lower = lower;
    this.content = new EntryContent(calls);
  }

  @Override
  void begin() {
    tree.trim();
  }

  @Override
  void finish() throws IOException {
    tree.trim();
    setDirectoryTimes();
  }

  @Override
  void setRoot(TarEntry entry) throws IOException {
    calls.chown(root.fd(), ".", entry.uid(), entry.gid());
    calls.chmod(root.fd(), ".", entry.mode());
    XattrPolicy.set(calls, root.fd(), ".", entry.xattrs());
    directoryTimes.put("", time(entry));
  }

  @Override
  void makeOpaque(EntryPath directory) throws IOException {
    tree.makeOpaque(tree.directory(directory), ".");
  }

  @Override
  void hide(EntryPath parent, String name) throws IOException {
    int directory = tree.directory(parent);
    FileStatus there = calls.statIfThere(directory, name);
    if (there == null) {
      calls.mknod(directory, name, FileCalls.S_IFCHR, 0, 0);
    } else if (there.isDirectory()) {
      // Deleted below and made again in this layer, in whichever order the archive tells it.
      tree.makeOpaque(directory, name);
    }
  }

  @Override
  void addDirectory(EntryPath path, TarEntry entry) throws IOException {
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

  @Override
  void addFile(EntryPath path, TarEntry entry, TarReader archive) throws IOException {
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
      addSize(content.write(entry, archive, fd));
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
    calls.touch(fd, time.seconds(), time.nanos());
  }

  @Override
  void addSymlink(EntryPath path, TarEntry entry) throws IOException {
    int parent = tree.directory(path.parent());
    String name = path.name();
    try {
      calls.symlink(entry.linkName(), parent, name);
    } catch (SystemCallException e) {
      replace(path, parent, existing(e, parent, name));
      calls.symlink(entry.linkName(), parent, name);
    }
    finishNode(parent, name, entry);
  }

  @Override
  void addNode(EntryPath path, TarEntry entry) throws IOException {
    int parent = tree.directory(path.parent());
    String name = path.name();
    int type =
        switch (entry.type()) {
          case CHARACTER_DEVICE -> FileCalls.S_IFCHR;
          case BLOCK_DEVICE -> FileCalls.S_IFBLK;
          default -> FileCalls.S_IFIFO;
        };
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
    calls.touch(parent, name, time.seconds(), time.nanos());
  }

  @Override
  void addHardLink(EntryPath path, EntryPath target) throws IOException {
    FileStatus status = statTarget(target);
    if (status == null) {
      copyUp(target);
      status = calls.stat(tree.existing(target.parent()), target.name());
    }
    if (status.isDirectory() || status.isWhiteout()) {
      throw invalidHardLink(target);
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
    files.find(path, (from, status) -> addSize(copy.copy(from, status, parent, path.name())));
    addEntry();
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
        calls.touch(parent, path.isRoot() ? "." : path.name(), time.seconds(), time.nanos());
      } catch (SystemCallException e) {
        // A link on the way was replaced since: no directory has this name any more.
        if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) {
          throw e;
        }
      }
    }
  }

  @Override
  public void close() {
    tree.close();
    content.close();
  }
}
