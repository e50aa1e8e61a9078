package dev.varve.snapshot.adapter.overlay;

import dev.varve.eventlog.CrashPoint;
import dev.varve.snapshot.application.VolumeFiles.Kept;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;

/** Snapshots of volumes: one tar file each, there as a whole or not at all. */
final class KeptStore {
  private static final String SUFFIX = ".tar";
  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

  private final StateDirectory directory;

  KeptStore(StateDirectory directory) {
    this.directory = directory;
  }

  interface Writing {
    void to(OutputStream out) throws IOException;
  }

  private Path path(String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("not a snapshot's id: " + id);
    }
    return directory.path().resolve(id + SUFFIX);
  }

  Kept keep(String id, Writing writing) throws IOException {
    Path target = path(id);
    Path temporary = directory.path().resolve(StateDirectory.temporaryName());
    MessageDigest digest = sha256();
    try {
      try (FileOutputStream file = new FileOutputStream(temporary.toFile());
          OutputStream out =
              new BufferedOutputStream(new DigestOutputStream(file, digest), 1 << 17)) {
        writing.to(out);
        out.flush();
        file.getFD().sync();
      }
      CrashPoint.reach("snapshot.volume.kept-unnamed");
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    CrashPoint.reach("snapshot.volume.kept-unrecorded");
    return new Kept(Files.size(target), "sha256:" + HexFormat.of().formatHex(digest.digest()));
  }

  InputStream read(String id) throws IOException {
    return Files.newInputStream(path(id));
  }

  void drop(String id) throws IOException {
    Files.deleteIfExists(path(id));
  }

  Set<String> all() throws IOException {
    Set<String> ids = new HashSet<>();
    for (String name : directory.children()) {
      if (name.endsWith(SUFFIX)) {
        ids.add(name.substring(0, name.length() - SUFFIX.length()));
      }
    }
    return ids;
  }

  void sweep() throws IOException {
    directory.sweep();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
