package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.mounts.MountCalls;
import dev.varve.linux.mounts.OverlayView;
import dev.varve.snapshot.adapter.overlay.LayerRecord.RootAttributes;
import dev.varve.snapshot.application.ImageMounts;
import dev.varve.snapshot.domain.ChainId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@link ImageMounts} by overlays without anything to write to. */
final class OverlayImageMounts implements ImageMounts {
  private static final String FILES = "files";

  /** Empty, with the owner and mode of the image's root, which the merged root shows. */
  private static final String TOP = "top";

  private static final String ALGORITHM = "sha256:";
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final int PRIVATE = 0700;

  private final FileCalls calls;
  private final MountCalls mounts;
  private final LayerStore layers;
  private final LayerMounts layerMounts;
  private final Path empty;
  private final StateDirectory directory;

  /**
   * @param root {@code <varve.root>/snapshots}
   * @param empty a directory with nothing in it
   */
  OverlayImageMounts(
      Path root,
      FileCalls calls,
      MountCalls mounts,
      LayerStore layers,
      LayerMounts layerMounts,
      Path empty)
      throws IOException {
    this.calls = calls;
    this.mounts = mounts;
    this.layers = layers;
    this.layerMounts = layerMounts;
    this.empty = empty;
    this.directory = StateDirectory.make(calls, root.resolve("images"));
  }

  @Override
  public Path path(String imageId) {
    return directory.path().resolve(hex(imageId)).resolve(FILES);
  }

  private static String hex(String imageId) {
    String hex = imageId.startsWith(ALGORITHM) ? imageId.substring(ALGORITHM.length()) : "";
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException("not an image's id: " + imageId);
    }
    return hex;
  }

  @Override
  public boolean isMounted(String imageId) throws IOException {
    return mounts.isMounted(path(imageId));
  }

  @Override
  public void mount(String imageId, List<ChainId> chain) throws IOException {
    unmount(imageId);
    make(hex(imageId), layers.rootAttributes(chain));
    Path target = path(imageId);
    try (var _ = layerMounts.hold()) {
      List<Path> topFirst = new ArrayList<>(List.of(target.resolveSibling(TOP)));
      topFirst.addAll(layers.visible(chain));
      if (topFirst.size() == 1) {
        topFirst.add(empty);
      }
      new OverlayView(topFirst).mountAt(target, mounts);
    }
  }

  private void make(String hex, RootAttributes attributes) throws IOException {
    try (Directory all = directory.open()) {
      calls.mkdir(all.fd(), hex, PRIVATE);
      try (Directory image = all.child(hex)) {
        calls.mkdir(image.fd(), FILES, PRIVATE);
        calls.mkdir(image.fd(), TOP, PRIVATE);
        calls.chown(image.fd(), TOP, attributes.uid(), attributes.gid());
        calls.chmod(image.fd(), TOP, attributes.mode());
      }
    }
  }

  @Override
  public void unmount(String imageId) throws IOException {
    RootStore.unmountAll(path(imageId), mounts);
    directory.remove(hex(imageId));
    layerMounts.rootRemoved();
  }

  @Override
  public Set<String> all() throws IOException {
    return directory.children().stream()
        .filter(name -> HEX.matcher(name).matches())
        .map(hex -> ALGORITHM + hex)
        .collect(Collectors.toSet());
  }

  boolean isTarget(Path path) {
    return path.startsWith(directory.path())
        && path.endsWith(FILES)
        && directory.path().relativize(path).getNameCount() == 2;
  }

  /** At the start: what an earlier engine left half removed. */
  void sweep() throws IOException {
    directory.sweep();
  }
}
