package dev.varve.snapshot.adapter.overlay;

import dev.varve.archive.TarLimits;
import dev.varve.eventlog.CrashPoint;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.mounts.MountCalls;
import dev.varve.snapshot.application.FileView;
import dev.varve.snapshot.application.ImageMounts;
import dev.varve.snapshot.application.RootContents;
import dev.varve.snapshot.application.RootFiles;
import dev.varve.snapshot.application.Snapshotter;
import dev.varve.snapshot.domain.AppliedLayer;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.Layer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@link Snapshotter} on overlayfs; needs root, and /proc mounted. */
public final class OverlaySnapshotter implements Snapshotter {
  private final FileCalls files;
  private final LayerStore layers;
  private final RootStore roots;
  private final LayerMounts mounts;
  private final OverlayRootContents contents;
  private final StateDirectory copies;
  private final OverlayRootFiles rootFiles;
  private final OverlayImageMounts images;

  /**
   * @param root {@code <varve.root>/snapshots}; made when missing
   */
  public OverlaySnapshotter(
      Path root, FileCalls files, MountCalls mounts, TarLimits limits, LayerForms forms)
      throws IOException {
    this.files = files;
    StateDirectory.make(files, root);
    Path real = root.toRealPath();
    this.mounts = new LayerMounts(real.resolve("mounts"), files, mounts);
    this.roots = new RootStore(real, files, mounts);
    List<LayerForm> available =
        forms.available(
            new DirectoryForm(files),
            new ErofsForm(files, this.mounts),
            new ErofsProbe(files, mounts),
            roots.directory());
    this.layers = new LayerStore(real.resolve("layers"), files, limits, available);
    this.contents = new OverlayRootContents(files, mounts, layers, this.mounts, roots);
    this.copies = StateDirectory.make(files, real.resolve("copies"));
    this.rootFiles = new OverlayRootFiles(files, mounts, roots, copies);
    this.images = new OverlayImageMounts(real, files, mounts, layers, this.mounts, roots.empty());
  }

  public RootContents contents() {
    return contents;
  }

  public RootFiles files() {
    return rootFiles;
  }

  public ImageMounts imageMounts() {
    return images;
  }

  @Override
  public Optional<AppliedLayer> layer(ChainId chainId) throws IOException {
    return layers.find(chainId).map(LayerRecord::layer);
  }

  @Override
  public AppliedLayer apply(Layer layer, InputStream blob, Optional<List<ChainId>> lower)
      throws IOException {
    try (var _ = mounts.hold()) {
      return layers.apply(layer, blob, lower);
    }
  }

  @Override
  public void drop(ChainId chainId) throws IOException {
    layers.drop(chainId);
  }

  @Override
  public Set<ChainId> layers() throws IOException {
    return layers.all();
  }

  @Override
  public RootStatus stat(String containerId) throws IOException {
    return roots.stat(containerId);
  }

  @Override
  public FileView view(List<ChainId> chain) throws IOException {
    // Open descriptors keep a mount alive that is taken away.
    try (var _ = mounts.hold()) {
      return LayerStack.open(files, layers.visibleRecords(chain), layers::files);
    }
  }

  @Override
  public Path prepare(String containerId, List<ChainId> chain) throws IOException {
    try (var _ = mounts.hold()) {
      roots.prepare(containerId, layers.visible(chain), layers.rootAttributes(chain));
    }
    CrashPoint.reach("snapshot.root.mounted");
    return roots.rootPath(containerId);
  }

  @Override
  public Path rootPath(String containerId) {
    return roots.rootPath(containerId);
  }

  @Override
  public void remove(String containerId) throws IOException {
    roots.remove(containerId);
    mounts.rootRemoved();
  }

  @Override
  public Set<String> roots() throws IOException {
    return roots.all();
  }

  @Override
  public Usage usage(String containerId) throws IOException {
    return roots.usage(containerId);
  }

  @Override
  public void sweep() throws IOException {
    layers.sweep();
    images.sweep();
    roots.sweep(path -> mounts.isTarget(path) || images.isTarget(path));
    copies.sweep();
    mounts.sweep();
  }
}
