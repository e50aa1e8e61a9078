package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Volumes outlive containers and engines, and their moments can be kept. */
@EndToEnd
final class VolumesTest {
  @AfterEach
  void noVolumes(Docker docker) {
    for (String id : docker.ok("ps", "-aq").lines().toList()) {
      docker.ok("rm", "-fv", id);
    }
    docker.ok("volume", "prune", "-af");
    assertThat(docker.ok("volume", "ls", "-q")).isEmpty();
  }

  @Test
  void dataAndMountsOutliveTheEngine(Engine engine, Docker docker) throws IOException {
    docker.ok(
        "volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "-o", "o=size=64k", "mem");
    docker.ok(
        "run",
        "-d",
        "--name",
        "box",
        "-v",
        "data:/data",
        "-v",
        "mem:/mem",
        "-v",
        "/anon",
        "busybox",
        "sh",
        "-c",
        "echo kept >/data/x; echo kept >/mem/x; exec sleep 1000");
    engine.crash();
    engine.up();
    assertThat(docker.ok("exec", "box", "cat", "/data/x", "/mem/x")).isEqualTo("kept\nkept");
    docker.ok("restart", "-t", "0", "box");
    assertThat(docker.ok("exec", "box", "cat", "/data/x")).isEqualTo("kept");
    docker.ok("rm", "-f", "-v", "box");
    assertThat(docker.ok("volume", "ls", "-q").lines()).containsExactlyInAnyOrder("data", "mem");
    engine.restart();
    assertThat(docker.ok("run", "--rm", "-v", "data:/d", "busybox", "cat", "/d/x"))
        .isEqualTo("kept");
  }

  @Test
  void mountedImagesOutliveTheEngineAndGoWithTheirContainer(Engine engine, Docker docker)
      throws IOException {
    String mount = "type=image,source=debian:bookworm,target=/deb";
    engine.restartUntil("snapshot.image.mounted");
    docker.run("create", "--name", "box", "--mount", mount, "busybox", "sleep", "1000");
    engine.awaitCrash();
    engine.up();
    docker.ok("start", "box");
    engine.crash();
    engine.up();
    assertThat(docker.ok("exec", "box", "cat", "/deb/etc/debian_version")).startsWith("12");
    docker.ok("restart", "-t", "0", "box");
    assertThat(docker.ok("exec", "box", "cat", "/deb/etc/debian_version")).startsWith("12");
    engine.restartUntil("snapshot.image.unmounted");
    docker.run("rm", "-f", "box");
    engine.awaitCrash();
    engine.up();
    await()
        .untilAsserted(
            () -> assertThat(engine.root().resolve("snapshots/images")).isEmptyDirectory());
  }

  @Test
  void noCrashLeavesHalfAVolume(Engine engine, Docker docker) throws IOException {
    String there = docker.ok("run", "--rm", "busybox", "ls", "/bin");
    engine.restartUntil("snapshot.volume.emptied");
    docker.run("run", "--name", "box", "-v", "half:/bin", "busybox", "true");
    engine.awaitCrash();
    engine.restart();
    assertThat(docker.ok("start", "-a", "box")).isEmpty();
    assertThat(docker.ok("run", "--rm", "-v", "half:/v", "busybox", "ls", "/v")).isEqualTo(there);
  }

  @Test
  void anAnonymousVolumeGoesAlthoughTheEngineDiedInTheMidst(Engine engine, Docker docker)
      throws IOException {
    engine.restartUntil("snapshot.volume.remove-requested");
    docker.ok("create", "--name", "box", "-v", "/anon", "busybox", "true");
    docker.run("rm", "-v", "box");
    engine.awaitCrash();
    engine.restart();
    assertThat(docker.ok("volume", "ls", "-q")).isEmpty();
  }

  @Test
  void momentsAreKeptAndComeBack(Engine engine, Docker docker) {
    docker.ok("run", "-d", "--name", "box", "-v", "data:/d", "busybox", "sleep", "1000");
    docker.ok("exec", "box", "sh", "-c", "echo one >/d/x; chown 5:6 /d/x");
    String id = engine.varve("volume", "snapshot", "data", "the first").ok();
    assertThat(docker.inspect("{{.State.Status}}", "box")).isEqualTo("running");
    docker.ok("exec", "box", "sh", "-c", "echo two >/d/x; touch /d/y");
    assertThat(engine.varve("volume", "snapshots", "data").ok())
        .contains(id.substring(0, 12), "data", "the first");
    assertThat(engine.varve("volume", "restore", id).err())
        .contains("volume data is used by running containers - [");
    docker.ok("stop", "-t", "0", "box");
    engine.varve("volume", "restore", id.substring(0, 12)).ok();
    docker.ok("start", "box");
    assertThat(docker.ok("exec", "box", "sh", "-c", "ls /d; cat /d/x; stat -c %u:%g /d/x"))
        .isEqualTo("x\none\n5:6");

    assertThat(engine.varve("volume", "export", "--snapshot", id).ok()).contains("one");
    docker.ok("rm", "-f", "box");
    docker.ok("volume", "rm", "data");
    engine.varve("volume", "restore", id, "other").ok();
    assertThat(docker.ok("run", "--rm", "-v", "other:/d", "busybox", "cat", "/d/x"))
        .isEqualTo("one");
    engine.varve("volume", "forget", id).ok();
    assertThat(engine.varve("volume", "snapshots").ok()).doesNotContain(id.substring(0, 12));
    assertThat(engine.varve("volume", "restore", id).err())
        .contains("no such volume snapshot: " + id);
  }
}
