package dev.varve.snapshot.adapter.overlay;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.archive.Compression;
import dev.varve.archive.MeasuredInputStream;
import dev.varve.archive.Meter;
import dev.varve.archive.TarLimits;
import dev.varve.archive.TarReader;
import dev.varve.eventlog.CrashPoint;
import dev.varve.linux.files.ByteNames;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.linux.files.TreeRemoval;
import dev.varve.snapshot.adapter.overlay.LowerFiles.LayerDirectory;
import dev.varve.snapshot.domain.AppliedLayer;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.Layer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The unpacked layers: each appears by one rename, complete, durable and of the right digest. */
final class LayerStore {
  private static final String FILES = "fs";
  private static final int PRIVATE = 0700;
  private static final int ROOT_MODE = 0755;
  private static final String ALGORITHM = "sha256:";
  private static final int HEX_DIGITS = 64;

  private final FileCalls calls;
  private final StateDirectory directory;
  private final TarLimits limits;

  /** Records read before; good as long as their layer is still there. */
  private final Map<ChainId, LayerRecord> records = new ConcurrentHashMap<>();

  LayerStore(Path path, FileCalls calls, TarLimits limits) throws IOException {
    this.calls = calls;
    this.directory = StateDirectory.make(calls, path);
    this.limits = limits;
  }

  /** The layer's own difference. */
  Path files(ChainId chainId) {
    return directory.path().resolve(chainId.hex()).resolve(FILES);
  }

  Optional<LayerRecord> find(ChainId chainId) throws IOException {
    FileStatus files =
        calls.statIfThere(FileCalls.AT_FDCWD, ByteNames.ofText(files(chainId).toString()));
    if (files == null || !files.isDirectory()) {
      records.remove(chainId);
      return Optional.empty();
    }
    LayerRecord known = records.get(chainId);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<LayerRecord> read = LayerRecord.read(directory.path().resolve(chainId.hex()), chainId);
    read.ifPresent(layer -> records.put(chainId, layer));
    return read;
  }

  AppliedLayer apply(Layer layer, InputStream blob, Optional<List<ChainId>> lower)
      throws IOException {
    String temporary = StateDirectory.temporaryName();
    try (Directory parent = directory.open()) {
      try {
        calls.mkdir(parent.fd(), temporary, PRIVATE);
        LayerRecord layerRecord = unpack(layer, blob, lower, parent, temporary);
        Path written = directory.path().resolve(temporary).resolve(LayerRecord.NAME);
        Files.writeString(written, layerRecord.text());
        syncFileSystem(parent);
        CrashPoint.reach("snapshot.layer.applied-before-rename");
        // What is in the way was found incomplete, or it would not be applied again.
        directory.remove(layer.chainId().hex());
        calls.rename(
            parent.fd(), temporary, parent.fd(), layer.chainId().hex(), FileCalls.RENAME_NOREPLACE);
        syncNames(parent);
        records.put(layer.chainId(), layerRecord);
        return layerRecord.layer();
      } finally {
        TreeRemoval.remove(parent, temporary);
      }
    }
  }

  private LayerRecord unpack(
      Layer layer,
      InputStream blob,
      Optional<List<ChainId>> lower,
      Directory parent,
      String temporary)
      throws IOException {
    long most = limits.declared(layer.uncompressedSize()).bytes();
    try (Directory holder = parent.resolve(temporary)) {
      calls.mkdir(holder.fd(), FILES, ROOT_MODE);
      calls.chmod(holder.fd(), FILES, ROOT_MODE);
      try (Directory files = holder.resolve(FILES);
          LayerApplier applier = new LayerApplier(files, lowerFiles(lower));
          MeasuredInputStream archive =
              MeasuredInputStream.hashing(Compression.openLayer(blob), Meter.atMost(most))) {
        applier.apply(new TarReader(archive, limits));
        String digest = archive.digest();
        if (!digest.equals(layer.diffId().text())) {
          throw new ArchiveRefusedException(
              "layer " + layer.blob() + " unpacks to " + digest + ", not to " + layer.diffId());
        }
        AppliedLayer applied =
            new AppliedLayer(
                layer.chainId(),
                layer.diffId(),
                layer.parent(),
                applier.sizeBytes(),
                applier.entries());
        return new LayerRecord(applied, applier.opaqueRoot(), applier.rootAttributes());
      }
    }
  }

  private Optional<LowerFiles> lowerFiles(Optional<List<ChainId>> lower) throws IOException {
    if (lower.isEmpty()) {
      return Optional.empty();
    }
    List<LayerDirectory> topFirst = new ArrayList<>();
    for (ChainId chainId : lower.get().reversed()) {
      LayerRecord below =
          find(chainId).orElseThrow(() -> new IOException("layer " + chainId + " is not there"));
      topFirst.add(new LayerDirectory(files(chainId), below.opaqueRoot()));
    }
    return Optional.of(new LowerFiles(calls, topFirst));
  }

  /** One call for all files, instead of one for each. */
  private void syncFileSystem(Directory any) throws IOException {
    try (Directory readable = any.child(".")) {
      calls.syncfs(readable.fd());
    }
  }

  private void syncNames(Directory parent) throws IOException {
    try (Directory readable = parent.child(".")) {
      calls.fsync(readable.fd());
    }
  }

  void drop(ChainId chainId) throws IOException {
    records.remove(chainId);
    directory.remove(chainId.hex());
  }

  Set<ChainId> all() throws IOException {
    Set<ChainId> all = new HashSet<>();
    for (String name : directory.children()) {
      if (name.length() == HEX_DIGITS) {
        all.add(new ChainId(ALGORITHM + name));
      }
    }
    return all;
  }

  void sweep() throws IOException {
    directory.sweep();
  }
}
