package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.e2e.conformance.ImageArchive;
import dev.varve.e2e.conformance.Tar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images that do not fit, on an engine that has a small file system to itself: images, log and
 * database fill the same one.
 */
@Tag("kernel")
final class FullDiskTest {
  private static final int DISK_MIB = 512;
  private static final int LEFT_MIB = 16;
  private static final int LARGE_MIB = 32;

  private static Engine engine;
  private static Docker docker;

  @TempDir Path directory;

  @BeforeAll
  static void up() throws IOException {
    engine = new Engine("vf" + Long.toString(ProcessHandle.current().pid(), 36), DISK_MIB);
    docker = engine.docker();
    engine.up();
    engine.seed("--only", "busybox");
  }

  @AfterAll
  static void reset() throws IOException {
    engine.close();
  }

  @Test
  void aLoadThatFillsTheDiskLeavesNothingBehind() throws IOException {
    byte[] noise = new byte[LARGE_MIB << 20];
    new Random(1).nextBytes(noise);
    byte[] layer = new Tar().file("noise", 0644, noise).bytes();
    Path archive = directory.resolve("large.tar");
    Files.write(archive, new ImageArchive("varve-e2e/large:1", layer).dockerArchive());
    Path filler = engine.root().resolve("filler");
    try {
      leaveRoom(filler, LEFT_MIB);
      refused(archive, "no space left on device");
    } finally {
      Files.deleteIfExists(filler);
    }
    docker.ok("load", "-i", archive.toString());
    assertThat(docker.ok("images", "-q", "varve-e2e/large")).isNotEmpty();
  }

  /**
   * Nothing can be recorded, and so nothing begins; what runs goes on and is shown. With room
   * again, and the log's broker started again if it gave up, everything goes on.
   */
  @Test
  void aDiskThatIsFullWhileContainersRun() throws IOException {
    docker.ok(
        "run", "-d", "--name", "box", "busybox", "sh", "-c", "while :; do echo x; sleep 1; done");
    String before = docker.inspect("{{.State.Status}} {{.State.Pid}}", "box");
    Path filler = engine.root().resolve("filler");
    try {
      leaveRoom(filler, 0);
      Shell.Result refused = docker.run("run", "--name", "other", "busybox", "true");
      assertThat(refused.exit()).isEqualTo(125);
      assertThat(refused.err()).isNotBlank();
      assertThat(docker.ok("ps", "--format", "{{.Names}}")).isEqualTo("box");
      assertThat(docker.inspect("{{.State.Status}} {{.State.Pid}}", "box")).isEqualTo(before);
    } finally {
      Files.deleteIfExists(filler);
    }
    engine.up();
    await().until(() -> docker.run("run", "--rm", "busybox", "true").exit() == 0);
    assertThat(docker.inspect("{{.State.Status}} {{.State.Pid}}", "box")).isEqualTo(before);
    docker.ok("rm", "-f", "box");
    docker.run("rm", "-f", "other");
    assertThat(docker.ok("ps", "-aq")).isEmpty();
  }

  /** 400 MiB of zeros in a layer of some 400 KiB. */
  @Test
  void aBombIsRefusedBeforeItFillsTheDisk() throws IOException {
    Path layer = directory.resolve("layer");
    Shell.run(
            Map.of(),
            "",
            List.of(
                "sh",
                "-c",
                "cd $0 && truncate -s 400M zeros && tar -cf - zeros | gzip > layer && rm zeros",
                directory.toString()))
        .ok();
    Path archive = directory.resolve("bomb.tar");
    Files.write(
        archive, new ImageArchive("varve-e2e/bomb:1", Files.readAllBytes(layer)).dockerArchive());
    refused(archive, "more than 200 times its size");
  }

  private static void refused(Path archive, String reason) throws IOException {
    List<String> stored = stored();
    String images = docker.ok("images", "-aq");
    Shell.Result load = docker.run("load", "-i", archive.toString());
    assertThat(load.exit()).isEqualTo(1);
    assertThat(load.err()).contains(reason);
    assertThat(stored()).isEqualTo(stored);
    assertThat(docker.ok("images", "-aq")).isEqualTo(images);
    assertThat(docker.ok("run", "--rm", "busybox", "echo", "alive")).isEqualTo("alive");
  }

  /**
   * Makes a file grow until only so much room is left beside it. The engine writes and deletes
   * meanwhile, so that what fitted just now may not fit any more, or leave some room again.
   */
  private static void leaveRoom(Path filler, int mib) {
    await()
        .until(() -> {
          long room = Files.getFileStore(engine.root()).getUsableSpace() - ((long) mib << 20);
          if (room > 0) {
            String offset = String.valueOf(Files.exists(filler) ? Files.size(filler) : 0);
            String length = String.valueOf(room);
            var _ =
                Shell.run(
                    Map.of(),
                    "",
                    List.of("fallocate", "-o", offset, "-l", length, filler.toString()));
          }
          return room <= 0;
        });
  }

  private static List<String> stored() throws IOException {
    try (Stream<Path> files = Files.walk(engine.root().resolve("content"))) {
      return files.map(Path::toString).sorted().toList();
    }
  }
}
