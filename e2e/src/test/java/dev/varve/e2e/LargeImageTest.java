package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.e2e.conformance.ImageArchive;
import dev.varve.e2e.conformance.Tar;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of many layers and of many files: pulled, run, removed, and nothing left of them. */
@EndToEnd
final class LargeImageTest {
  private static final int LAYERS = Integer.getInteger("e2e.layers", 100);
  private static final int FILES = Integer.getInteger("e2e.files", 20_000);
  private static final int PER_DIRECTORY = 100;

  @TempDir Path directory;

  @Test
  void aHundredLayers(Engine engine, Docker docker) throws IOException {
    byte[][] layers = new byte[LAYERS][];
    layers[0] = busybox();
    for (int i = 1; i < LAYERS; i++) {
      layers[i] =
          new Tar()
              .file("each" + i, "layer " + i)
              .file("last", "layer " + i)
              .file(i % 2 == 0 ? ".wh.odd" : "odd", "")
              .bytes();
    }
    comesAndGoes(
        engine,
        docker,
        layers,
        "ls -d /each* | wc -l; cat /last; echo; test -e /odd && echo odd || echo even",
        "%d\nlayer %d\n%s"
            .formatted(LAYERS - 1, LAYERS - 1, (LAYERS - 1) % 2 == 0 ? "even" : "odd"));
  }

  @Test
  void manySmallFiles(Engine engine, Docker docker) throws IOException {
    Tar many = new Tar();
    for (int i = 0; i < FILES; i++) {
      if (i % PER_DIRECTORY == 0) {
        many.directory("many/" + i / PER_DIRECTORY, 0755);
      }
      many.file("many/" + i / PER_DIRECTORY + "/" + i, "file " + i);
    }
    comesAndGoes(
        engine,
        docker,
        new byte[][] {busybox(), many.bytes()},
        "find /many -type f | wc -l; cat /many/*/" + (FILES - 1),
        "%d\nfile %d".formatted(FILES, FILES - 1));
  }

  private void comesAndGoes(
      Engine engine, Docker docker, byte[][] layers, String command, String shows)
      throws IOException {
    for (String present : new String[] {"busybox", "debian:bookworm"}) {
      docker.ok("run", "--rm", "--network", "none", present, "true"); // has it unpacked
    }
    Set<String> before = engine.kept();
    try (RegistryServer registry = RegistryServer.plain(engine, directory, freePort())) {
      String name = registry.name("large/image:1");
      Path archive = directory.resolve("image.tar");
      Files.write(archive, new ImageArchive(name, layers).dockerArchive());
      docker.ok("load", "-i", archive.toString());
      Files.delete(archive);
      docker.ok("push", name);
      docker.ok("rmi", name);
      nothingIsLeft(engine, before);

      docker.ok("pull", name);
      assertThat(docker.ok("run", "--rm", "--network", "none", name, "sh", "-c", command))
          .isEqualTo(shows);
      docker.ok("rmi", name);
      nothingIsLeft(engine, before);
    }
  }

  private static void nothingIsLeft(Engine engine, Set<String> before) {
    Awaitility.await()
        .atMost(2, TimeUnit.MINUTES)
        .untilAsserted(() -> {
          Set<String> left = new TreeSet<>(engine.kept());
          left.removeAll(before);
          assertThat(left).isEmpty();
        });
  }

  private static byte[] busybox() throws IOException {
    Tar tar =
        new Tar()
            .directory("bin/", 0755)
            .file("bin/busybox", 0755, Files.readAllBytes(Path.of("/bin/busybox")));
    for (String applet : new String[] {"sh", "ls", "cat", "wc", "find", "test", "echo"}) {
      tar.symlink("bin/" + applet, "busybox");
    }
    return tar.bytes();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
