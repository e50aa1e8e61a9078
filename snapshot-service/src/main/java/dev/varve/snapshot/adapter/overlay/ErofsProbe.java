package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.TreeRemoval;
import dev.varve.linux.mounts.ErofsMount;
import dev.varve.linux.mounts.MountCalls;
import dev.varve.linux.mounts.OverlayMount;
import dev.varve.snapshot.erofs.Attributes;
import dev.varve.snapshot.erofs.ErofsImage;
import dev.varve.snapshot.erofs.FileType;
import dev.varve.snapshot.erofs.ImageTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out whether this kernel takes images on this disk, by mounting one as a root would be. */
record ErofsProbe(FileCalls files, MountCalls mounts) {
  private static final String NAME = "probe";
  private static final byte[] TEXT = "varve".getBytes(StandardCharsets.US_ASCII);

  /** The longest path that {@code fsconfig} takes, less what we append. */
  private static final int MAX_PATH = 255 - 100;

  /**
   * @param directory of ours whose temporary children are swept
   * @return why not; empty when it does
   */
  Optional<String> failure(StateDirectory directory) throws IOException {
    if (directory.path().toString().length() > MAX_PATH) {
      return Optional.of("the path of the root directory is too long");
    }
    String temporary = StateDirectory.temporaryName();
    Path place = Files.createDirectory(directory.path().resolve(temporary));
    try {
      return tryOut(place) ? Optional.empty() : Optional.of("a file has other content");
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } finally {
      unmount(place.resolve("merged"));
      unmount(place.resolve("lower"));
      try (Directory parent = directory.open()) {
        TreeRemoval.remove(parent, temporary);
      }
    }
  }

  private boolean tryOut(Path place) throws IOException {
    Path image = place.resolve(ErofsForm.IMAGE);
    write(image);
    Path lower = Files.createDirectory(place.resolve("lower"));
    new ErofsMount(image).mountAt(lower, mounts);
    Path merged = Files.createDirectory(place.resolve("merged"));
    new OverlayMount(
            List.of(lower),
            Files.createDirectory(place.resolve("upper")),
            Files.createDirectory(place.resolve("work")))
        .mountAt(merged, mounts);
    return java.util.Arrays.equals(Files.readAllBytes(merged.resolve(NAME)), TEXT);
  }

  private static void write(Path path) throws IOException {
    Attributes attributes = new Attributes(0755, 0, 0, 0, 0, Map.of());
    try (ErofsImage image = new ErofsImage(path);
        ImageTree tree = new ImageTree(attributes)) {
      ByteArrayInputStream content = new ByteArrayInputStream(TEXT);
      int inode = image.addFile(attributes, TEXT.length, content::read);
      tree.putInode(ImageTree.ROOT, NAME, FileType.REGULAR, inode);
      image.finish(tree, new byte[16]);
    }
  }

  private void unmount(Path path) throws IOException {
    if (mounts.isMounted(path)) {
      mounts.unmount(path, MountCalls.MNT_DETACH | MountCalls.UMOUNT_NOFOLLOW);
    }
  }
}
