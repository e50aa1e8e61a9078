package dev.varve.snapshot.adapter.overlay;

import dev.varve.archive.Compression;
import dev.varve.archive.MeasuredInputStream;
import dev.varve.archive.Meter;
import dev.varve.archive.TarLimits;
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
import dev.varve.snapshot.application.RootFiles;
import dev.varve.snapshot.domain.CopyPath;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * {@link RootFiles} of overlays. Of a running container a path is looked up where its processes
 * have it, so that what is mounted there is reached; what the kernel makes up there is not, and
 * shows what lies below it.
 */
final class OverlayRootFiles implements RootFiles {
  private static final long IN_ROOT = FileCalls.RESOLVE_IN_ROOT | FileCalls.RESOLVE_NO_MAGICLINKS;
  private static final String HERE = ".";
  private static final int BUFFER = 1 << 17;

  /**
   * A compressed archive is less than it says; a plain one is what the client could write anyway.
   */
  private static final TarLimits LIMITS = TarLimits.DEFAULT;

  private final FileCalls calls;
  private final RootStore roots;

  OverlayRootFiles(FileCalls calls, RootStore roots) {
    this.calls = calls;
    this.roots = roots;
  }

  private interface Work<T> {
    T in(Directory root) throws IOException;
  }

  @Override
  public Status stat(Root root, CopyPath path) throws IOException {
    return at(root, path, found -> status(found, path));
  }

  private Status status(Directory root, CopyPath path) throws IOException {
    try (Descriptor handle = handle(root, path)) {
      return status(root, path, handle);
    }
  }

  private Status status(Directory root, CopyPath path, Descriptor handle)
      throws SystemCallException {
    FileStatus status = calls.stat(handle.number());
    return new Status(
        path.name(),
        status.size(),
        status.mode(),
        status.modifiedSeconds(),
        status.modifiedNanos(),
        status.isSymlink() ? new LinkWalk(calls, root).end(path.relative()) : "");
  }

  @Override
  public void read(Root root, CopyPath path, Found found, OutputStream tar) throws IOException {
    at(
        root,
        path,
        view -> {
          archive(view, path, found, tar);
          return path;
        });
  }

  private void archive(Directory root, CopyPath path, Found found, OutputStream tar)
      throws IOException {
    try (Descriptor handle = handle(root, path);
        TreeArchive archive = new TreeArchive(calls, tar)) {
      Status status = status(root, path, handle);
      FileStatus seen = calls.stat(handle.number());
      if (seen.isDirectory()) {
        int flags = FileCalls.O_RDONLY | FileCalls.O_DIRECTORY;
        try (Directory listed = new Directory(calls, calls.open(handle.number(), HERE, flags, 0))) {
          found.found(status);
          String prefix = path.name().equals("/") ? "/" : path.name() + "/";
          archive.add(listed.fd(), HERE, prefix, seen);
          new TreeWalk(calls, archive).walk(listed, prefix);
        }
      } else {
        found.found(status);
        EntryPath entry = new EntryPath(path.relative());
        try (Directory parent = root.resolve(entry.isRoot() ? HERE : orHere(entry.parent()))) {
          archive.add(parent.fd(), entry.name(), path.name(), seen);
        }
      }
      archive.finish();
    }
  }

  private static String orHere(EntryPath path) {
    return path.isRoot() ? HERE : path.text();
  }

  @Override
  public void write(Root root, CopyPath directory, Extraction how, InputStream archive)
      throws IOException {
    CopyPath followed = directory.asDirectory();
    at(
        root,
        followed,
        view -> {
          extract(view, followed, how, archive);
          return followed;
        });
  }

  private void extract(Directory root, CopyPath directory, Extraction how, InputStream packed)
      throws IOException {
    requireWritable(root, directory, how);
    RootOwner owner = null;
    if (how.owner().isPresent()) {
      owner = RootOwner.find(calls, root, how.owner().get());
    }
    BufferedInputStream buffered = new BufferedInputStream(packed, BUFFER);
    Compression compression = Compression.detect(buffered);
    try (ArchiveExtraction extraction =
            new ArchiveExtraction(
                root, new EntryPath(directory.relative()), how.keepDirectories(), owner);
        InputStream archive = unpacked(compression, buffered)) {
      extraction.extract(new TarReader(archive, LIMITS));
    }
  }

  private void requireWritable(Directory root, CopyPath directory, Extraction how)
      throws SystemCallException {
    try (Descriptor handle = handle(root, directory)) {
      boolean inRoot =
          calls.stat(handle.number()).fileSystem() == calls.stat(root.fd()).fileSystem();
      if (how.readOnlyRoot() && inRoot) {
        throw new Problem(Problem.Code.FORBIDDEN, "container rootfs is marked read-only")
            .asException();
      }
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ENOTDIR) {
        throw new Problem(Problem.Code.INVALID, "extraction point is not a directory")
            .asException();
      }
      throw e;
    }
  }

  private static InputStream unpacked(Compression compression, InputStream packed)
      throws IOException {
    return compression == Compression.NONE
        ? packed
        : MeasuredInputStream.counting(compression.unpack(packed), Meter.atMost(LIMITS.bytes()));
  }

  /** Works in the root where the path is something that can be copied. */
  private <T> T at(Root root, CopyPath path, Work<T> work) throws IOException {
    try (Directory mounted = Directory.open(calls, roots.rootPath(root.containerId()));
        Directory running = running(root, mounted)) {
      return work.in(running == null || isOfKernel(running, path) ? mounted : running);
    } catch (SystemCallException e) {
      throw refusal(root, path, e);
    }
  }

  private @Nullable Directory running(Root root, Directory mounted) throws SystemCallException {
    return root.run().isEmpty() ? null : RunningRoot.open(calls, root.run().get(), mounted);
  }

  private boolean isOfKernel(Directory root, CopyPath path) throws SystemCallException {
    try (Descriptor handle = handle(root, path)) {
      return !RunningRoot.holdsFiles(calls, handle.number());
    } catch (SystemCallException e) {
      // No such path there; who works there finds that out, and says so.
      return false;
    }
  }

  private Descriptor handle(Directory root, CopyPath path) throws SystemCallException {
    int flags =
        path.isDirectory()
            ? FileCalls.O_PATH | FileCalls.O_DIRECTORY
            : FileCalls.O_PATH | FileCalls.O_NOFOLLOW;
    return Descriptor.of(calls.openIn(root.fd(), path.text(), flags, IN_ROOT));
  }

  private static ProblemException refusal(Root root, CopyPath path, SystemCallException e) {
    String text = ByteNames.toText(path.asked());
    return e.errno() == Errno.ENOENT
        ? new Problem(
                Problem.Code.NOT_FOUND,
                "Could not find the file %s in container %s".formatted(text, root.called()))
            .asException()
        : new Problem(Problem.Code.INTERNAL, "lstat " + text + ": " + Errno.text(e.errno()))
            .asException();
  }
}
