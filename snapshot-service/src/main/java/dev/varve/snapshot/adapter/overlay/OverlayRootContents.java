package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.linux.mounts.MountCalls;
import dev.varve.linux.mounts.OverlayView;
import dev.varve.snapshot.adapter.overlay.LayerRecord.RootAttributes;
import dev.varve.snapshot.application.RootContents;
import dev.varve.snapshot.domain.ChainId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@link RootContents} of overlays: the upper directory beside a view of the layers below. */
final class OverlayRootContents implements RootContents {
  private static final String HERE = ".";

  private final FileCalls calls;
  private final MountCalls mounts;
  private final LayerStore layers;
  private final LayerMounts layerMounts;
  private final RootStore roots;

  OverlayRootContents(
      FileCalls calls,
      MountCalls mounts,
      LayerStore layers,
      LayerMounts layerMounts,
      RootStore roots) {
    this.calls = calls;
    this.mounts = mounts;
    this.layers = layers;
    this.layerMounts = layerMounts;
    this.roots = roots;
  }

  @Override
  public void changes(String containerId, List<ChainId> chain, Changes found) throws IOException {
    try (Directory upper = upper(containerId);
        Directory lower = lower(chain)) {
      new ChangeWalk(calls, new ChangeLister(found)).walk(upper, lower);
    }
  }

  @Override
  public void diff(String containerId, List<ChainId> chain, OutputStream tar) throws IOException {
    try (Directory upper = upper(containerId);
        Directory lower = lower(chain);
        TreeArchive archive = new TreeArchive(calls, tar)) {
      FileStatus root = calls.stat(upper.fd());
      RootAttributes image = layers.rootAttributes(chain);
      if (root.uid() != image.uid()
          || root.gid() != image.gid()
          || root.permissions() != image.mode()) {
        archive.add(upper.fd(), HERE, "", root);
      }
      new ChangeWalk(calls, new LayerWriter(archive)).walk(upper, lower);
      archive.finish();
    }
  }

  @Override
  public void export(String containerId, OutputStream tar) throws IOException {
    try (Directory root = Directory.open(calls, roots.rootPath(containerId));
        Directory listed = root.child(HERE);
        TreeArchive archive = new TreeArchive(calls, tar)) {
      new TreeWalk(calls, archive).walk(listed, "");
      archive.finish();
    }
  }

  private Directory upper(String containerId) throws IOException {
    return Directory.open(calls, roots.upperPath(containerId));
  }

  /** What the container's image shows. */
  private Directory lower(List<ChainId> chain) throws IOException {
    try (var _ = layerMounts.hold()) {
      List<Path> merged = new ArrayList<>(layers.visible(chain));
      if (merged.isEmpty()) {
        return Directory.open(calls, roots.empty());
      }
      // Also below a single layer, whose whiteouts the kernel then takes for what they are.
      merged.add(roots.empty());
      return new Directory(calls, new OverlayView(merged).open(mounts));
    }
  }

  /** Changes in Docker's sense. */
  private record ChangeLister(Changes found) implements ChangeVisitor {
    @Override
    public void present(Node node, boolean inImage) throws IOException {
      found.add(new Change("/" + node.path(), inImage ? Kind.MODIFIED : Kind.ADDED));
    }

    @Override
    public void deleted(String directory, String name, boolean replaced) throws IOException {
      found.add(new Change("/" + directory + name, Kind.DELETED));
    }

    @Override
    public void opaque(String directory) {}
  }

  /** Changes as entries of a layer. */
  private record LayerWriter(TreeArchive archive) implements ChangeVisitor {
    @Override
    public void present(Node node, boolean inImage) throws IOException {
      archive.add(node.parent(), node.name(), node.path(), node.status());
    }

    @Override
    public void deleted(String directory, String name, boolean replaced) throws IOException {
      if (!replaced) {
        archive.whiteout(directory, name);
      }
    }

    @Override
    public void opaque(String directory) throws IOException {
      archive.opaque(directory);
    }
  }
}
