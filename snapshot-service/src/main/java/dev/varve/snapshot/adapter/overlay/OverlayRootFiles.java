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
import dev.varve.linux.mounts.MountCalls;
import dev.varve.linux.process.Descriptor;
import dev.varve.snapshot.application.RootFiles;
import dev.varve.snapshot.domain.CopyPath;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@link RootFiles} of overlays. Of a running container a path is looked up where its processes
 * have it, so that what is mounted there is reached; what the kernel makes up there is not, and
 * shows what lies below it. Of another, what will be mounted is put in its place meanwhile.
 */
final class OverlayRootFiles implements RootFiles {
  private static final Logger LOG = Logger.getLogger(OverlayRootFiles.class);
  private static final long IN_ROOT = FileCalls.RESOLVE_IN_ROOT | FileCalls.RESOLVE_NO_MAGICLINKS;
  private static final String HERE = ".";
  private static final int BUFFER = 1 << 17;

  /**
   * A compressed archive is less than it says; a plain one is what the client could write anyway.
   */
  private static final TarLimits LIMITS = TarLimits.DEFAULT;

  private final FileCalls calls;
  private final MountCalls mounts;
  private final RootStore roots;
  private final StateDirectory places;

  /**
   * @param places where roots are put together
   */
  OverlayRootFiles(FileCalls calls, MountCalls mounts, RootStore roots, StateDirectory places) {
    this.calls = calls;
    this.mounts = mounts;
    this.roots = roots;
    this.places = places;
  }

  private interface Work<T> {
    T in(View view) throws IOException;
  }

  /**
   * Where a path leads.
   *
   * @param files the root, as it is seen
   * @param volumes what is mounted in it
   */
  private record View(Directory files, CopyPath path, List<MountedVolume> volumes) {}

  @Override
  public Status stat(Root root, CopyPath path) throws IOException {
    return at(root, path, this::status);
  }

  private Status status(View view) throws IOException {
    try (Descriptor handle = handle(view.files(), view.path())) {
      return status(view, handle);
    }
  }

  private Status status(View view, Descriptor handle) throws SystemCallException {
    CopyPath path = view.path();
    FileStatus status = calls.stat(handle.number());
    return new Status(
        path.name(),
        status.size(),
        status.mode(),
        status.modifiedSeconds(),
        status.modifiedNanos(),
        status.isSymlink() ? new LinkWalk(calls, view.files()).end(path.relative()) : "");
  }

  @Override
  public void read(Root root, CopyPath path, Found found, OutputStream tar) throws IOException {
    at(
        root,
        path,
        view -> {
          archive(view, found, tar);
          return path;
        });
  }

  private void archive(View view, Found found, OutputStream tar) throws IOException {
    Directory root = view.files();
    CopyPath path = view.path();
    try (Descriptor handle = handle(root, path);
        TreeArchive archive = new TreeArchive(calls, tar)) {
      Status status = status(view, handle);
      FileStatus seen = calls.stat(handle.number());
      if (seen.isDirectory()) {
        int flags = FileCalls.O_RDONLY | FileCalls.O_DIRECTORY;
        try (Directory listed = new Directory(calls, calls.open(handle.number(), HERE, flags, 0))) {
          found.found(status);
          String prefix = path.name().equals("/") ? "/" : path.name() + "/";
          archive.add(listed.fd(), HERE, prefix, seen);
          new TreeWalk(calls, archive, mountRoots(view)).walk(listed, prefix);
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

  /** What a tree is followed into: its volumes, and no other file system. */
  private Set<TreeWalk.Place> mountRoots(View view) {
    Set<TreeWalk.Place> roots = new HashSet<>();
    for (MountedVolume volume : view.volumes()) {
      try (Directory mounted = view.files().resolve(ByteNames.ofText(volume.destination()))) {
        roots.add(TreeWalk.Place.of(calls.stat(mounted.fd())));
      } catch (SystemCallException e) {
        // A file, or unmounted by the container itself: nothing to follow.
        LOG.debugf("%s is not followed: %s", volume.destination(), e.getMessage());
      }
    }
    return roots;
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
          extract(view, how, archive);
          return followed;
        });
  }

  private void extract(View view, Extraction how, InputStream packed) throws IOException {
    Directory root = view.files();
    CopyPath directory = view.path();
    requireWritable(view, how);
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

  private void requireWritable(View view, Extraction how) throws SystemCallException {
    Directory root = view.files();
    try (Descriptor handle = handle(root, view.path())) {
      if (isInReadOnlyVolume(view)) {
        throw new Problem(Problem.Code.FORBIDDEN, "mounted volume is marked read-only")
            .asException();
      }
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

  /** By the words of the path, as dockerd has it; where a link leads the kernel refuses. */
  private static boolean isInReadOnlyVolume(View view) {
    return view.volumes().stream()
        .filter(it -> view.path().below(ByteNames.ofText(it.destination())).isPresent())
        .max(Comparator.comparingInt(it -> it.destination().length()))
        .filter(MountedVolume::readOnly)
        .isPresent();
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
      if (running == null) {
        return inStopped(root, mounted, path, work);
      }
      Directory seen = isOfKernel(running, path) ? mounted : running;
      return work.in(new View(seen, path, root.volumes()));
    } catch (SystemCallException e) {
      throw refusal(root, path, e);
    }
  }

  private <T> T inStopped(Root root, Directory mounted, CopyPath path, Work<T> work)
      throws IOException {
    if (root.volumes().isEmpty()) {
      return work.in(new View(mounted, path, List.of()));
    }
    Path rootPath = roots.rootPath(root.containerId());
    try (AssembledRoot all = AssembledRoot.open(calls, mounts, places, rootPath, root.volumes());
        Directory seen = Directory.open(calls, all.path())) {
      return work.in(new View(seen, path, root.volumes()));
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
