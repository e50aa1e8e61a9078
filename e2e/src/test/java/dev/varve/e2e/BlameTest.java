package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.e2e.conformance.ImageArchive;
import dev.varve.e2e.conformance.Tar;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of layers that came by pull and by commit, by one process and by four. */
@EndToEnd
final class BlameTest {
  @TempDir Path directory;

  @Test
  void aPulledLayerSaysFromWhere(Engine engine, Docker docker) throws IOException {
    try (RegistryServer registry = RegistryServer.plain(engine, directory, freePort())) {
      String name = registry.name("blame/bb:1");
      // Brought there by another program: a layer that was here before stays what brought it first.
      byte[] layer = new Tar().file("pulled", "of " + registry.name("")).bytes();
      Path archive = directory.resolve("image.tar");
      Files.write(archive, new ImageArchive("made:1", layer).dockerArchive());
      registry
          .inside(
              "skopeo",
              "--insecure-policy",
              "copy",
              "-q",
              "--dest-tls-verify=false",
              "docker-archive:" + archive,
              "docker://" + name)
          .ok();
      String digest =
          docker.ok("pull", name).replaceAll("(?s).*Digest: (sha256:[0-9a-f]{64}).*", "$1");
      assertThat(engine.varve("image", "blame", name, "/pulled").ok())
          .contains("layer     0, ")
          .contains("came by   pull\n")
          .contains("blame/bb")
          .contains(digest)
          .contains("by whom   unix:uid=0,");
      docker.ok("rmi", name);
    }
  }

  @Test
  void aCommittedLayerSaysOfWhichContainer(Engine engine, Docker docker) {
    commitsAndLooks(engine, docker);
  }

  @Test
  void fourProcessesCommitAndLookLikeOne(Engine engine, Docker docker) {
    engine.down();
    try {
      engine.up("--processes");
      commitsAndLooks(engine, docker);
    } finally {
      engine.down();
      engine.up();
    }
  }

  private static void commitsAndLooks(Engine engine, Docker docker) {
    docker.ok("run", "--name", "author", "busybox", "sh", "-c", "echo new >/made; rm /etc/group");
    assertThat(docker.ok("diff", "author")).contains("A /made", "D /etc/group");
    String id = docker.inspect("{{.Id}}", "author");
    docker.ok("commit", "-m", "why", "author", "committed:1");
    docker.ok("rm", "author");
    assertThat(engine.varve("image", "blame", "committed:1", "/made").ok())
        .contains("layer     1, ")
        .containsPattern("came by   commit.*")
        .contains(id)
        .doesNotContain("null")
        .contains("by whom   unix:uid=0,");
    assertThat(engine.varve("image", "cat", "committed:1", "/made").ok()).isEqualTo("new");
    assertThat(engine.varve("image", "diff", "busybox", "committed:1").ok().lines())
        .contains("A /made", "D /etc/group");
    assertThat(docker.ok("run", "--rm", "committed:1", "cat", "/made")).isEqualTo("new");
    docker.ok("rmi", "committed:1");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
