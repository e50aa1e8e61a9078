package dev.varve.snapshot.adapter.overlay;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.archive.Compression;
import dev.varve.archive.MeasuredInputStream;
import dev.varve.archive.Meter;
import dev.varve.archive.ReadAhead;
import dev.varve.archive.TarLimits;
import dev.varve.archive.TarReader;
import dev.varve.eventlog.CrashPoint;
import dev.varve.linux.files.ByteNames;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
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

/** The layers: each appears by one rename, complete, durable and of the right digest. */
final class LayerStore {
  private static final int PRIVATE = 0700;
  private static final String ALGORITHM = "sha256:";
  private static final int HEX_DIGITS = 64;

  private final FileCalls calls;
  private final StateDirectory directory;
  private final TarLimits limits;
  private final List<LayerForm> forms;

  /** Records read before; good as long as their layer is still there. */
  private final Map<ChainId, LayerRecord> records = new ConcurrentHashMap<>();

  /**
   * @param forms that layers here may have, that of new ones first
   */
  LayerStore(Path path, FileCalls calls, TarLimits limits, List<LayerForm> forms)
      throws IOException {
    this.calls = calls;
    this.directory = StateDirectory.make(calls, path);
    this.limits = limits;
    this.forms = List.copyOf(forms);
  }

  private Path path(ChainId chainId) {
    return directory.path().resolve(chainId.hex());
  }

  /** Where the layer's own difference can be read; mounted if need be. */
  Path files(ChainId chainId) throws IOException {
    LayerForm form =
        form(chainId).orElseThrow(() -> new IOException("layer " + chainId + " is not there"));
    return form.files(chainId, path(chainId));
  }

  /**
   * The layers that a root over this chain is made of, top first: an opaque one hides those below,
   * and overlayfs merges roots whatever their attributes say.
   */
  List<LayerRecord> visibleRecords(List<ChainId> chain) throws IOException {
    List<LayerRecord> topFirst = new ArrayList<>();
    for (ChainId chainId : chain.reversed()) {
      LayerRecord layer =
          find(chainId).orElseThrow(() -> new IOException("layer " + chainId + " is not there"));
      topFirst.add(layer);
      if (layer.opaqueRoot()) {
        break;
      }
    }
    return topFirst;
  }

  /** Where the files of a chain's layers can be read, top first, as far down as any show. */
  List<Path> visible(List<ChainId> chain) throws IOException {
    List<Path> files = new ArrayList<>();
    for (LayerRecord layer : visibleRecords(chain)) {
      files.add(files(layer.layer().chainId()));
    }
    return files;
  }

  /** Of the root directory that a chain shows. */
  LayerRecord.RootAttributes rootAttributes(List<ChainId> chain) throws IOException {
    return visibleRecords(chain).stream()
        .flatMap(layer -> layer.root().stream())
        .findFirst()
        .orElse(LayerRecord.RootAttributes.DEFAULT);
  }

  private Optional<LayerForm> form(ChainId chainId) throws IOException {
    for (LayerForm form : forms) {
      String name = ByteNames.ofText(path(chainId).resolve(form.name()).toString());
      if (calls.statIfThere(FileCalls.AT_FDCWD, name) != null) {
        return Optional.of(form);
      }
    }
    return Optional.empty();
  }

  Optional<LayerRecord> find(ChainId chainId) throws IOException {
    if (form(chainId).isEmpty()) {
      records.remove(chainId);
      return Optional.empty();
    }
    LayerRecord known = records.get(chainId);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<LayerRecord> read = LayerRecord.read(path(chainId), chainId);
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
        CrashPoint.reach("snapshot.layer.applied-before-rename");
        // What is in the way was found incomplete, or it would not be applied again.
        remove(layer.chainId());
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
    Path path = directory.path().resolve(temporary);
    LayerForm form = forms.getFirst();
    try (Directory holder = parent.resolve(temporary);
        LayerApplier applier = form.begin(path, holder, lowerFiles(lower));
        MeasuredInputStream archive =
            MeasuredInputStream.hashing(Compression.openLayer(blob), Meter.atMost(most));
        ReadAhead ahead = new ReadAhead(archive)) {
      applier.apply(new TarReader(ahead, limits));
      CrashPoint.reach("snapshot.layer.half-unpacked");
      verify(layer, archive.digest());
      applier.complete(layer.chainId());
      LayerContent content = applier.content();
      AppliedLayer applied =
          new AppliedLayer(
              layer.chainId(),
              layer.diffId(),
              layer.parent(),
              content.sizeBytes(),
              content.entries());
      LayerRecord layerRecord = new LayerRecord(applied, content.opaqueRoot(), content.root());
      Files.writeString(path.resolve(LayerRecord.NAME), layerRecord.text());
      form.sync(path, holder);
      return layerRecord;
    }
  }

  private static void verify(Layer layer, String digest) throws ArchiveRefusedException {
    if (!digest.equals(layer.diffId().text())) {
      throw new ArchiveRefusedException(
          "layer " + layer.blob() + " unpacks to " + digest + ", not to " + layer.diffId());
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

  private void syncNames(Directory parent) throws IOException {
    try (Directory readable = parent.child(".")) {
      calls.fsync(readable.fd());
    }
  }

  void drop(ChainId chainId) throws IOException {
    records.remove(chainId);
    remove(chainId);
  }

  private void remove(ChainId chainId) throws IOException {
    for (LayerForm form : forms) {
      form.release(chainId);
    }
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
