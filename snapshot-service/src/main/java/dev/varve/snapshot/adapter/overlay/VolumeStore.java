package dev.varve.snapshot.adapter.overlay;

import dev.varve.archive.Compression;
import dev.varve.archive.TarLimits;
import dev.varve.archive.TarReader;
import dev.varve.eventlog.CrashPoint;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.ByteNames;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.linux.files.TreeRemoval;
import dev.varve.linux.mounts.MountCalls;
import dev.varve.snapshot.application.VolumeFiles;
import dev.varve.snapshot.domain.Volume;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link VolumeFiles} below one directory.
 *
 * <p>New content, of the image or of an archive, is laid down in {@code tmp-…} beside the data.
 * From there it goes by renames alone, each of which leads on after a crash: to {@code incoming}
 * when it is whole; the old entries leave the data for {@code outgoing}; {@code incoming} becomes
 * {@code arriving} when none is left; the new ones go in.
 */
public final class VolumeStore implements VolumeFiles {
  private static final String DATA = "_data";
  private static final String INCOMING = "incoming";
  private static final String ARRIVING = "arriving";
  private static final String OUTGOING = "outgoing";
  private static final String HERE = ".";
  private static final int PASSABLE = 0711;
  private static final int PRIVATE = 0700;
  private static final int DATA_MODE = 0755;

  private final FileCalls calls;
  private final MountCalls mounts;
  private final TarLimits limits;
  private final StateDirectory directory;
  private final KeptStore kept;

  /**
   * @param volumes made when missing, as is {@code snapshots}
   */
  public VolumeStore(
      Path volumes, Path snapshots, FileCalls calls, MountCalls mounts, TarLimits limits)
      throws IOException {
    this.calls = calls;
    this.mounts = mounts;
    this.limits = limits;
    this.directory = StateDirectory.make(calls, volumes);
    // Containers' users other than root come to their data through it.
    calls.chmod(FileCalls.AT_FDCWD, ByteNames.ofText(volumes.toString()), PASSABLE);
    this.kept = new KeptStore(StateDirectory.make(calls, snapshots));
  }

  @Override
  public Path data(String name) {
    return directory.path().resolve(Volume.checkedName(name)).resolve(DATA);
  }

  @Override
  public void make(String name) throws IOException {
    Volume.checkedName(name);
    try (Directory all = directory.open()) {
      if (calls.statIfThere(all.fd(), name) == null) {
        String temporary = StateDirectory.temporaryName();
        calls.mkdir(all.fd(), temporary, PRIVATE);
        try (Directory made = all.child(temporary)) {
          calls.mkdir(made.fd(), DATA, DATA_MODE);
          calls.chmod(made.fd(), DATA, DATA_MODE);
        }
        calls.chmod(all.fd(), temporary, PASSABLE);
        calls.rename(all.fd(), temporary, all.fd(), name, FileCalls.RENAME_NOREPLACE);
        CrashPoint.reach("snapshot.volume.made");
      }
      try (Directory volume = all.child(name)) {
        exchange(volume);
      }
    }
  }

  @Override
  public void mount(String name, Map<String, String> options) throws IOException {
    Path data = data(name);
    if (mounts.isMounted(data)) {
      return;
    }
    VolumeOptions asked = VolumeOptions.of(options);
    try {
      mounts.mount(asked.device(), data, asked.type(), asked.flags(), asked.data());
      if (asked.isBind() && (asked.flags() & ~(MountCalls.MS_BIND | MountCalls.MS_REC)) != 0) {
        mounts.mount("", data, "", asked.flags() | MountCalls.MS_REMOUNT, "");
      }
    } catch (SystemCallException e) {
      throw new IOException(
          "error while mounting volume '%s': failed to mount local volume: mount %s:%s, flags: 0x%x%s: %s"
              .formatted(
                  data,
                  asked.device(),
                  data,
                  asked.flags(),
                  asked.data().isEmpty() ? "" : ", data: " + asked.data(),
                  Errno.text(e.errno())),
          e);
    }
  }

  @Override
  public void unmount(String name) throws IOException {
    Path data = data(name);
    if (mounts.isMounted(data)) {
      mounts.unmount(data, MountCalls.MNT_DETACH | MountCalls.UMOUNT_NOFOLLOW);
    }
  }

  @Override
  public void populate(String name, Path root, String path) throws IOException {
    try (Directory volume = open(name);
        Directory data = data(volume);
        Directory top = Directory.open(calls, root)) {
      if (!calls.list(data.fd()).isEmpty()) {
        return;
      }
      Directory source = source(top, path);
      if (source == null) {
        return;
      }
      try (source) {
        if (mounts.isMounted(data(name))) {
          new TreeCopy(calls, data).copy(source);
          return;
        }
        stage(volume, staged -> new TreeCopy(calls, staged).copy(source));
        exchange(volume);
        finish(name);
      }
    }
  }

  /** The image decides what is a link on the way: none of them leads out of the root. */
  private @Nullable Directory source(Directory root, String path) throws IOException {
    try {
      int flags = FileCalls.O_RDONLY | FileCalls.O_DIRECTORY;
      long within = FileCalls.RESOLVE_IN_ROOT | FileCalls.RESOLVE_NO_MAGICLINKS;
      return new Directory(calls, calls.openIn(root.fd(), ByteNames.ofText(path), flags, within));
    } catch (SystemCallException e) {
      return switch (e.errno()) {
        case Errno.ENOENT -> null;
        case Errno.ENOTDIR ->
            throw new IOException("cannot mount volume over existing file, file exists " + path, e);
        default -> throw e;
      };
    }
  }

  private interface Laying {
    void into(Directory staged) throws IOException;
  }

  /** New content, invisible until it is whole. */
  private void stage(Directory volume, Laying laying) throws IOException {
    String temporary = StateDirectory.temporaryName();
    calls.mkdir(volume.fd(), temporary, PRIVATE);
    boolean whole = false;
    try (Directory staged = volume.child(temporary)) {
      FileStatus before = calls.stat(volume.fd(), DATA);
      calls.chown(staged.fd(), HERE, before.uid(), before.gid());
      calls.chmod(staged.fd(), HERE, before.permissions());
      laying.into(staged);
      whole = true;
    } finally {
      if (!whole) {
        TreeRemoval.remove(volume, temporary);
      }
    }
    CrashPoint.reach("snapshot.volume.staged");
    calls.rename(volume.fd(), temporary, volume.fd(), INCOMING, FileCalls.RENAME_NOREPLACE);
    CrashPoint.reach("snapshot.volume.incoming");
  }

  /** Goes on from wherever it stands; nothing on its way is success. */
  private void exchange(Directory volume) throws IOException {
    if (calls.statIfThere(volume.fd(), INCOMING) != null) {
      if (calls.statIfThere(volume.fd(), OUTGOING) == null) {
        calls.mkdir(volume.fd(), OUTGOING, PRIVATE);
      }
      move(volume, DATA, OUTGOING);
      CrashPoint.reach("snapshot.volume.emptied");
      calls.rename(volume.fd(), INCOMING, volume.fd(), ARRIVING, FileCalls.RENAME_NOREPLACE);
    }
    if (calls.statIfThere(volume.fd(), ARRIVING) != null) {
      move(volume, ARRIVING, DATA);
      CrashPoint.reach("snapshot.volume.arrived");
      FileStatus status = calls.stat(volume.fd(), ARRIVING);
      calls.chown(volume.fd(), DATA, status.uid(), status.gid());
      calls.chmod(volume.fd(), DATA, status.permissions());
      XattrPolicy.set(calls, volume.fd(), DATA, XattrPolicy.read(calls, volume.fd(), ARRIVING));
      calls.touch(volume.fd(), DATA, status.modifiedSeconds(), status.modifiedNanos());
      calls.rmdir(volume.fd(), ARRIVING);
    }
  }

  @Override
  public boolean isExchanging(String name) throws IOException {
    try (Directory all = directory.open()) {
      if (calls.statIfThere(all.fd(), Volume.checkedName(name)) == null) {
        return false;
      }
    }
    try (Directory volume = open(name)) {
      for (String stage : List.of(INCOMING, ARRIVING, OUTGOING)) {
        if (calls.statIfThere(volume.fd(), stage) != null) {
          return true;
        }
      }
      return false;
    }
  }

  @Override
  public void finish(String name) throws IOException {
    try (Directory volume = open(name)) {
      if (calls.statIfThere(volume.fd(), OUTGOING) != null) {
        TreeRemoval.remove(volume, OUTGOING);
      }
    }
  }

  private void move(Directory volume, String from, String to) throws IOException {
    try (Directory source = volume.child(from);
        Directory target = volume.child(to)) {
      FileStatus before = calls.stat(source.fd());
      for (FileCalls.Entry entry : calls.list(source.fd())) {
        String name = entry.name();
        calls.rename(source.fd(), name, target.fd(), name, FileCalls.RENAME_NOREPLACE);
      }
      calls.touch(volume.fd(), from, before.modifiedSeconds(), before.modifiedNanos());
    }
  }

  private Directory open(String name) throws IOException {
    try (Directory all = directory.open()) {
      return all.child(Volume.checkedName(name));
    }
  }

  /** Its data, for listing, also where something is mounted there. */
  private Directory data(Directory volume) throws SystemCallException {
    int flags = FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW;
    return new Directory(calls, calls.open(volume.fd(), DATA, flags, 0));
  }

  @Override
  public void remove(String name) throws IOException {
    unmount(name);
    directory.remove(Volume.checkedName(name));
  }

  @Override
  public long size(String name) throws IOException {
    return new UpperUsage().of(data(name)).bytes();
  }

  @Override
  public void export(String name, OutputStream tar) throws IOException {
    try (Directory volume = open(name);
        Directory data = data(volume);
        TreeArchive archive = new TreeArchive(calls, tar)) {
      archive.add(data.fd(), HERE, "", calls.stat(data.fd()));
      new TreeWalk(calls, archive).walk(data, "");
      archive.finish();
    }
  }

  @Override
  public long fill(String name, InputStream tar) throws IOException {
    long[] bytes = new long[1];
    try (Directory volume = open(name)) {
      exchange(volume);
      finish(name);
      stage(
          volume,
          staged -> {
            try (VolumeApplier applier = new VolumeApplier(staged)) {
              BufferedInputStream in = new BufferedInputStream(tar);
              InputStream plain = Compression.detect(in).unpack(in);
              applier.apply(new TarReader(plain, limits));
              bytes[0] = applier.content().sizeBytes();
            }
          });
      exchange(volume);
    }
    return bytes[0];
  }

  @Override
  public void sweep() throws IOException {
    directory.sweep();
    for (String name : directory.children()) {
      if (Volume.isName(name)) {
        new StateDirectory(calls, directory.path().resolve(name)).sweep();
      }
    }
    kept.sweep();
  }

  @Override
  public Kept keep(String id, String name) throws IOException {
    return kept.keep(id, out -> export(name, out));
  }

  @Override
  public InputStream read(String id) throws IOException {
    return kept.read(id);
  }

  @Override
  public void drop(String id) throws IOException {
    kept.drop(id);
  }

  @Override
  public Set<String> kept() throws IOException {
    return kept.all();
  }
}
