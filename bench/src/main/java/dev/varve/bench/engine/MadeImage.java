package dev.varve.bench.engine;

import dev.varve.archive.TarEntry;
import dev.varve.archive.TarWriter;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Writes images as {@code docker save} does, the same bytes each time: a static busybox, and files
 * of words that gzip packs to two fifths, as programs and texts pack.
 */
final class MadeImage {
  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final int POOL = 4 << 20;
  private static final int WORDS = 1 << 12;

  /** One word of so many is of any bytes. */
  private static final int BINARY = 8;

  private static final int MIB = 1 << 20;
  private static final int SMALL_FILES = 21_000;
  private static final int FILES_PER_DIRECTORY = 20;
  private static final int SMALLEST = 180;
  private static final double DOUBLINGS = 8;

  private final byte[] pool = new byte[POOL];
  private final Path directory;

  MadeImage(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    SplittableRandom random = new SplittableRandom(1);
    byte[][] words = new byte[WORDS][];
    for (int i = 0; i < WORDS; i++) {
      words[i] = new byte[random.nextInt(3, 13)];
      for (int letter = 0; letter < words[i].length; letter++) {
        words[i][letter] =
            (byte) (i % BINARY == 0 ? random.nextInt(256) : random.nextInt('a', 'p'));
      }
    }
    for (int at = 0; at < POOL; ) {
      // The power makes some words frequent.
      byte[] word = words[(int) (Math.pow(random.nextDouble(), 4) * WORDS)];
      int length = Math.min(word.length, POOL - at);
      System.arraycopy(word, 0, pool, at, length);
      at += length;
    }
  }

  /** Writes one layer's entries. */
  private interface Layer {
    void write(TarWriter tar, SplittableRandom random) throws IOException;
  }

  /** 370 MB in six layers, the third of them 21,000 files of 8 KiB on average. */
  Path large(String reference) throws IOException {
    return write(
        reference,
        List.of(
            MadeImage::busybox,
            files("usr/lib/large", 6, 12 * MIB),
            this::smallFiles,
            files("usr/share/data", 4, 15 * MIB),
            files("opt/program", 50, MIB),
            files("etc/settings", 10, 4096)));
  }

  /** As many layers, of one small file each. */
  Path layered(String reference, int count) throws IOException {
    List<Layer> layers = new ArrayList<>(List.of(MadeImage::busybox));
    while (layers.size() < count) {
      layers.add(files("layer" + layers.size(), 1, 4096));
    }
    return write(reference, layers);
  }

  private static void busybox(TarWriter tar, SplittableRandom random) throws IOException {
    tar.add(TarEntry.directory("bin"));
    for (String name : List.of("busybox", "sh", "true", "cp", "dd", "cat", "head", "sleep")) {
      if (name.equals("busybox")) {
        byte[] program = Files.readAllBytes(BUSYBOX);
        tar.add(
            entry(TarEntry.Type.FILE, "bin/busybox", "", 0755, program.length),
            new ByteArrayInputStream(program));
      } else {
        tar.add(entry(TarEntry.Type.SYMLINK, "bin/" + name, "busybox", 0777, 0));
      }
    }
    tar.add(entry(TarEntry.Type.DIRECTORY, "tmp", "", 01777, 0));
  }

  private static TarEntry entry(TarEntry.Type type, String name, String link, int mode, long size) {
    return new TarEntry(type, name, link, mode, 0, 0, size, 0, 0, 0, 0, Map.of(), null);
  }

  private Layer files(String where, int count, long size) {
    return (tar, random) -> {
      for (int i = 0; i < count; i++) {
        tar.add(TarEntry.file(where + "/" + i, size), new Slices(size, random));
      }
    };
  }

  private void smallFiles(TarWriter tar, SplittableRandom random) throws IOException {
    for (int i = 0; i < SMALL_FILES; i++) {
      if (i % FILES_PER_DIRECTORY == 0) {
        tar.add(TarEntry.directory("usr/share/small/" + i / FILES_PER_DIRECTORY));
      }
      long size = (long) (SMALLEST * Math.pow(2, DOUBLINGS * random.nextDouble()));
      tar.add(
          TarEntry.file("usr/share/small/" + i / FILES_PER_DIRECTORY + "/" + i, size),
          new Slices(size, random));
    }
  }

  private Path write(String reference, List<Layer> layers) throws IOException {
    Path archive = directory.resolve(reference.replaceAll("[^a-z0-9]", "-") + ".tar");
    List<Path> written = new ArrayList<>();
    List<String> diffIds = new ArrayList<>();
    for (Layer layer : layers) {
      Path file = directory.resolve("layer" + written.size());
      MessageDigest digest = sha256();
      try (OutputStream out =
          new BufferedOutputStream(
              new DigestOutputStream(Files.newOutputStream(file), digest), MIB)) {
        TarWriter tar = new TarWriter(out);
        layer.write(tar, new SplittableRandom(written.size()));
        tar.finish();
      }
      written.add(file);
      diffIds.add(HexFormat.of().formatHex(digest.digest()));
    }
    byte[] config =
        ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Env\":[\"PATH=/bin\"]},"
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:"
                + String.join("\",\"sha256:", diffIds)
                + "\"]}}")
            .getBytes(StandardCharsets.UTF_8);
    String configName = HexFormat.of().formatHex(sha256().digest(config)) + ".json";
    byte[] manifest =
        "[{\"Config\":\"%s\",\"RepoTags\":[\"%s\"],\"Layers\":[\"%s/layer.tar\"]}]"
            .formatted(configName, reference, String.join("/layer.tar\",\"", diffIds))
            .getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive), MIB)) {
      TarWriter tar = new TarWriter(out);
      for (int i = 0; i < written.size(); i++) {
        String name = diffIds.get(i) + "/layer.tar";
        try (InputStream in = Files.newInputStream(written.get(i))) {
          tar.add(TarEntry.file(name, Files.size(written.get(i))), in);
        }
        Files.delete(written.get(i));
      }
      tar.add(TarEntry.file(configName, config.length), new ByteArrayInputStream(config));
      tar.add(TarEntry.file("manifest.json", manifest.length), new ByteArrayInputStream(manifest));
      tar.finish();
    }
    return archive;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** So many bytes, in pieces of the pool from places of its own. */
  private final class Slices extends InputStream {
    private static final int PIECE = 1 << 16;
    private final SplittableRandom random;
    private long left;

    Slices(long size, SplittableRandom random) {
      this.left = size;
      this.random = random;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (left == 0) {
        return -1;
      }
      int count = (int) Math.min(Math.min(length, left), PIECE);
      System.arraycopy(pool, random.nextInt(POOL - PIECE), bytes, offset, count);
      left -= count;
      return count;
    }
  }
}
