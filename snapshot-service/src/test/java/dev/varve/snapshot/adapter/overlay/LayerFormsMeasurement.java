package dev.varve.snapshot.adapter.overlay;

import dev.varve.archive.TarLimits;
import dev.varve.archive.testing.TarBytes;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.KernelFileCalls;
import dev.varve.linux.mounts.KernelMountCalls;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.DiffId;
import dev.varve.snapshot.domain.Digest;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.Layer;
import dev.varve.snapshot.testing.TestLayers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Both forms of layer side by side; for people, not for the build. Run as root with a directory on
 * the disk to be measured and an uncompressed layer.
 */
final class LayerFormsMeasurement {
  private static final int MOUNTS = 200;

  private LayerFormsMeasurement() {}

  public static void main(String[] arguments) throws Exception {
    Path place = Path.of(arguments[0]);
    Path tar = Path.of(arguments[1]);
    int rounds = Integer.parseInt(arguments[2]);
    Layer layer = layer(tar);
    for (int round = 0; round < rounds; round++) {
      for (LayerForms forms : List.of(LayerForms.DIRECTORIES, LayerForms.EROFS)) {
        Path root = place.resolve("measured-" + forms);
        try (var files = Files.newInputStream(tar)) {
          files.transferTo(java.io.OutputStream.nullOutputStream());
        }
        measure(forms, root, tar, layer);
      }
    }
  }

  private static void measure(LayerForms forms, Path root, Path tar, Layer layer) throws Exception {
    FileCalls files = new KernelFileCalls();
    OverlaySnapshotter snapshotter =
        new OverlaySnapshotter(root, files, new KernelMountCalls(files), TarLimits.DEFAULT, forms);
    System.gc();
    long begun = System.nanoTime();
    try (InputStream blob = Files.newInputStream(tar)) {
      snapshotter.apply(layer, blob, Optional.of(List.of()));
    }
    say(forms, "unpack, durable", begun, 1);
    begun = System.nanoTime();
    String id = TestLayers.containerId(1);
    snapshotter.prepare(id, List.of(layer.chainId()));
    say(forms, "first root", begun, 1);
    begun = System.nanoTime();
    long entries;
    try (var tree = Files.walk(snapshotter.rootPath(id))) {
      entries = tree.mapToLong(LayerFormsMeasurement::size).count();
    }
    say(forms, "stat of all " + entries, begun, 1);
    snapshotter.remove(id);
    begun = System.nanoTime();
    snapshotter.drop(layer.chainId());
    say(forms, "delete", begun, 1);
    for (int count : new int[] {1, 10, 50, 100}) {
      mounts(forms, snapshotter, count);
    }
  }

  private static void mounts(LayerForms forms, OverlaySnapshotter snapshotter, int count)
      throws IOException {
    byte[][] archives =
        IntStream.range(0, count)
            .mapToObj(i -> new TarBytes().file("f" + i, "").bytes())
            .toArray(byte[][]::new);
    Image image = TestLayers.image("sha256:i", archives);
    for (int i = 0; i < count; i++) {
      snapshotter.apply(
          image.layers().get(i), new ByteArrayInputStream(archives[i]), Optional.empty());
    }
    long[] first = new long[1];
    List<Long> prepared = new ArrayList<>();
    List<Long> removed = new ArrayList<>();
    for (int i = 0; i < MOUNTS; i++) {
      long begun = System.nanoTime();
      snapshotter.prepare(TestLayers.containerId(1), image.chain());
      prepared.add(System.nanoTime() - begun);
      first[0] = i == 0 ? prepared.getFirst() : first[0];
      begun = System.nanoTime();
      snapshotter.remove(TestLayers.containerId(1));
      removed.add(System.nanoTime() - begun);
    }
    long[] sorted = prepared.stream().mapToLong(Long::longValue).sorted().toArray();
    long[] sortedRemoved = removed.stream().mapToLong(Long::longValue).sorted().toArray();
    System.out.printf(
        "%-12s root of %3d layers: first %.2f, then median %.2f ms; removal median %.2f ms%n",
        forms, count, first[0] / 1e6, sorted[MOUNTS / 2] / 1e6, sortedRemoved[MOUNTS / 2] / 1e6);
    for (ChainId chainId : image.chain().reversed()) {
      snapshotter.drop(chainId);
    }
  }

  private static long size(Path path) {
    try {
      return Arrays.hashCode(
          new Object[] {
            Files.readAttributes(
                path, "unix:size,mode,lastModifiedTime", java.nio.file.LinkOption.NOFOLLOW_LINKS)
          });
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Layer layer(Path tar) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (InputStream in = Files.newInputStream(tar)) {
      byte[] chunk = new byte[1 << 17];
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
      }
    }
    String text = "sha256:" + HexFormat.of().formatHex(digest.digest());
    return new Layer(
        new ChainId(text),
        Optional.empty(),
        new DiffId(text),
        new Digest(text),
        "application/vnd.oci.image.layer.v1.tar",
        Files.size(tar));
  }

  private static void say(LayerForms forms, String what, long begun, int count) {
    System.out.printf(
        "%-12s %-24s %9.2f ms%n", forms, what, (System.nanoTime() - begun) / 1e6 / count);
  }
}
