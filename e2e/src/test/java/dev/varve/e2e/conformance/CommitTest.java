package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docker diff}, {@code commit} and {@code export}: what a container did to its files. */
final class CommitTest extends Conformance {
  private static final String CHANGE =
      "mkdir -p /notes/sub; echo hello > /notes/sub/f; ln /notes/sub/f /notes/g; rm /etc/passwd;"
          + " chmod 711 /root; ln -s /etc /lnk";

  private List<String> diff(String container) {
    return docker.ok("diff", container).lines().sorted().toList();
  }

  @Test
  void whatTheEngineMakesIsNoDifference() {
    String created = created("true");
    assertThat(wire.get("/containers/" + created + "/changes").text()).isEqualTo("null\n");
    String running = sleeper();
    assertThat(wire.get("/containers/" + running + "/changes").text()).isEqualTo("null\n");
    assertThat(diff(ended("true"))).isEmpty();
  }

  @Test
  void differencesAreTheSameWhileItRunsAndAfter() {
    String name = sleeper();
    docker.ok("exec", name, "sh", "-c", CHANGE);
    List<String> changes = diff(name);
    assertThat(changes)
        .containsExactly(
            "A /lnk",
            "A /notes",
            "A /notes/g",
            "A /notes/sub",
            "A /notes/sub/f",
            "C /etc",
            "C /root",
            "D /etc/passwd");
    docker.ok("stop", "-t", "0", name);
    assertThat(diff(name)).isEqualTo(changes);
  }

  @Test
  void aCommittedImageHasTheFilesAndTheConfig() {
    String name = sleeper("-e", "A=1");
    docker.ok("exec", name, "sh", "-c", CHANGE);
    String image = reference("committed");
    String id =
        docker.ok(
            "commit",
            "-m",
            "why",
            "-a",
            "me",
            "-c",
            "ENV B=2",
            "-c",
            "CMD [\"cat\", \"/notes/g\"]",
            name,
            image);
    assertThat(id).matches("sha256:[0-9a-f]{64}");
    assertThat(docker.ok("run", "--rm", "--name", name(), image)).isEqualTo("hello");
    assertThat(
            docker.ok(
                "run",
                "--rm",
                "--name",
                name(),
                image,
                "sh",
                "-c",
                "echo $A$B; test -e /etc/passwd || echo gone; readlink /lnk"))
        .isEqualTo("12\ngone\n/etc");
    JsonNode inspected = wire.get("/images/" + image + "/json").json();
    assertThat(inspected.get("Id").asText()).isEqualTo(id);
    assertThat(inspected.get("Author").asText()).isEqualTo("me");
    assertThat(inspected.get("Comment").asText()).isEqualTo("why");
    assertThat(docker.ok("history", "--no-trunc", "--format", "{{.CreatedBy}}|{{.Comment}}", image))
        .startsWith("sleep 1000|why");
    assertThat(inspect(name).at("/State/Status").asText()).isEqualTo("running");
  }

  @Test
  void aCommitOfNothingAddsNoLayer() {
    String name = created("true");
    String image = reference("same");
    docker.ok("commit", name, image);
    JsonNode layers = wire.get("/images/" + image + "/json").json().at("/RootFS/Layers");
    assertThat(layers)
        .isEqualTo(wire.get("/images/" + IMAGE + "/json").json().at("/RootFS/Layers"));
  }

  @Test
  void refusals() {
    String name = created("true");
    for (String path : List.of("/containers/nope/changes", "/containers/nope/export")) {
      Reply reply = wire.get(path);
      assertThat(reply.status()).isEqualTo(404);
      assertThat(reply.text()).contains("No such container: nope");
    }
    Reply missing = wire.post("/commit?container=nope");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.text()).contains("No such container: nope");
    Reply change = wire.post("/commit?container=" + name + "&changes=bogus");
    assertThat(change.status()).isEqualTo(400);
    assertThat(change.text()).contains("bogus is not a valid change command");
    assertThat(wire.post("/commit?container=" + name + "&repo=UPPER").status()).isIn(400, 500);
  }

  @Test
  void anExportIsTheWholeFileSystem() {
    String name = ended(CHANGE);
    String image = reference("flat");
    Docker.Result tar = docker.run("export", name);
    assertThat(tar.code()).isZero();
    assertThat(docker.run(tar.bytes(), "import", "-", image).code()).isZero();
    assertThat(
            docker.ok(
                "run",
                "--rm",
                "--name",
                name(),
                image,
                "sh",
                "-c",
                "cat /notes/sub/f; readlink /lnk; test -e /etc/passwd || echo gone"))
        .isEqualTo("hello\n/etc\ngone");
  }
}
