package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tags, ids and the rules of {@code rmi}, over an image that each test has for itself. */
final class ImageNamesTest extends Conformance {
  private String image = "";
  private String id = "";

  @BeforeEach
  void anImageOfOurOwn() {
    image = reference("one");
    byte[] mark = new Tar().file("mark", image).bytes();
    ImageArchive archive = new ImageArchive(image, BaseImage.rootFileSystem(), mark);
    id = removeImage(archive.id());
    assertThat(docker.run(archive.dockerArchive(), "load").code()).isZero();
  }

  @Test
  void severalNamesAreOneImage() {
    String second = reference("two");
    assertThat(
            wire.post("/images/" + image + "/tag?repo=" + second.split(":", -1)[0] + "&tag=two")
                .status())
        .isEqualTo(201);
    JsonNode inspected = wire.get("/images/" + second + "/json").json();
    assertThat(inspected.get("Id").asText()).isEqualTo(id);
    assertThat(inspected.get("RepoTags").valueStream().map(JsonNode::asText))
        .containsExactlyInAnyOrder(image, second);
    assertThat(docker.ok("images", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}").lines())
        .contains(image + " " + shortId(), second + " " + shortId());
  }

  @Test
  void tagLatestIsTheDefault() {
    String latest = reference("latest");
    docker.ok("tag", image, latest.replace(":latest", ""));
    assertThat(
            wire.get("/images/" + latest.replace(":latest", "") + "/json")
                .json()
                .get("Id")
                .asText())
        .isEqualTo(id);
  }

  @Test
  void aTagMovesToAnotherImage() {
    String moving = reference("moving");
    docker.ok("tag", IMAGE, moving);
    docker.ok("tag", image, moving);
    assertThat(wire.get("/images/" + moving + "/json").json().get("Id").asText()).isEqualTo(id);
    assertThat(wire.get("/images/" + IMAGE + "/json").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "docker.io/%s", "index.docker.io/%s", "@id", "@hex", "@short"})
  void oneImageHasManySpellings(String spelling) {
    String name =
        switch (spelling) {
          case "@id" -> id;
          case "@hex" -> id.substring("sha256:".length());
          case "@short" -> shortId();
          default -> spelling.formatted(image);
        };
    assertThat(wire.get("/images/" + name + "/json").json().get("Id").asText()).isEqualTo(id);
    String container = name();
    docker.ok("create", "--name", container, "--pull", "never", name);
    assertThat(inspect(container).get("Image").asText()).isEqualTo(id);
    assertThat(inspect(container).at("/Config/Image").asText()).isEqualTo(name);
  }

  @Test
  void removingOneOfTwoNamesOnlyUntags() {
    String second = reference("two");
    docker.ok("tag", image, second);
    assertThat(wire.delete("/images/" + second).text())
        .isEqualTo("[{\"Untagged\":\"" + second + "\"}]\n");
    assertThat(wire.get("/images/" + image + "/json").status()).isEqualTo(200);
  }

  @Test
  void removingTheLastNameDeletes() {
    JsonNode removed = wire.delete("/images/" + image).json();
    assertThat(removed.get(0).toString()).isEqualTo("{\"Untagged\":\"" + image + "\"}");
    assertThat(removed.get(1).toString()).isEqualTo("{\"Deleted\":\"" + id + "\"}");
    assertThat(wire.get("/images/" + id + "/json").status()).isEqualTo(404);
  }

  @Test
  void anIdWithOneNameGoesWithIt() {
    assertThat(docker.ok("rmi", shortId()).lines())
        .startsWith("Untagged: " + image, "Deleted: " + id);
  }

  @Test
  void anIdWithNamesInTwoRepositoriesNeedsForce() {
    String second = reference("two");
    docker.ok("tag", image, second);
    Reply refused = wire.delete("/images/" + shortId());
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.message())
        .isEqualTo(
            "conflict: unable to delete "
                + shortId()
                + " (must be forced) - image is referenced in multiple repositories");
    assertThat(wire.delete("/images/" + shortId() + "?force=1").status()).isEqualTo(200);
    assertThat(wire.get("/images/" + second + "/json").status()).isEqualTo(404);
  }

  @Test
  void aNameThatAContainerUsesNeedsForce() {
    String container = name();
    docker.ok("create", "--name", container, image);
    Reply refused = wire.delete("/images/" + image);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.message())
        .isEqualTo(
            "conflict: unable to remove repository reference \""
                + image
                + "\" (must force) - container "
                + idOf(container).substring(0, 12)
                + " is using its referenced image "
                + shortId());
    Reply byId = wire.delete("/images/" + shortId());
    assertThat(byId.status()).isEqualTo(409);
    assertThat(byId.message())
        .isEqualTo(
            "conflict: unable to delete "
                + shortId()
                + " (must be forced) - image is being used by stopped container "
                + idOf(container).substring(0, 12));
    docker.ok("rm", container);
    assertThat(wire.delete("/images/" + image).status()).isEqualTo(200);
  }

  @Test
  void whatARunningContainerUsesCannotBeDeletedAtAll() {
    String container = name();
    docker.ok("run", "-d", "--name", container, image, "sleep", "1000");
    Reply refused = wire.delete("/images/" + shortId() + "?force=1");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.message())
        .isEqualTo(
            "conflict: unable to delete "
                + shortId()
                + " (cannot be forced) - image is being used by running container "
                + idOf(container).substring(0, 12));
    assertThat(docker.ok("exec", container, "cat", "/mark")).isEqualTo(image);
  }

  @Test
  void aForcedRemovalLeavesTheStoppedContainerItsFiles() {
    String container = name();
    docker.ok("create", "--name", container, image, "cat", "/mark");
    docker.ok("rmi", "-f", image);
    assertThat(wire.get("/images/" + image + "/json").status()).isEqualTo(404);
    assertThat(docker.run("start", "-a", container).out()).isEqualTo(image);
  }

  @Test
  void referencesAreFilteredByPattern() {
    String repository = image.split(":", -1)[0];
    assertThat(docker.ok("images", "-q", repository)).isEqualTo(shortId());
    assertThat(docker.ok("images", "-q", "--filter", "reference=" + repository + ":o*"))
        .isEqualTo(shortId());
    assertThat(docker.ok("images", "-q", "--filter", "reference=" + repository + ":x*")).isEmpty();
    assertThat(
            docker.ok(
                "images", "-q", "--filter", "label=a=b", "--filter", "reference=" + repository))
        .isEqualTo(shortId());
    assertThat(
            docker.ok(
                "images", "-q", "--filter", "label=a=c", "--filter", "reference=" + repository))
        .isEmpty();
    assertThat(docker.ok("images", "-q", "--no-trunc", repository)).isEqualTo(id);
    assertThat(docker.ok("images", "--digests", "--format", "{{.Digest}}", repository))
        .isEqualTo("<none>");
  }

  @Test
  void anUntaggedImageIsDangling() {
    String anonymous =
        removeImage(
            new ImageArchive("", BaseImage.rootFileSystem(), new Tar().file("x", image).bytes())
                .id());
    docker.run(
        new ImageArchive("", BaseImage.rootFileSystem(), new Tar().file("x", image).bytes())
            .dockerArchive(),
        "load");
    assertThat(docker.ok("images", "-q", "--no-trunc", "--filter", "dangling=true").lines())
        .contains(anonymous)
        .doesNotContain(id);
    assertThat(docker.ok("images", "-q", "--no-trunc", "--filter", "dangling=false").lines())
        .doesNotContain(anonymous)
        .contains(id);
    String row =
        docker
            .ok("images", "--no-trunc", "--format", "{{.ID}} {{.Repository}}:{{.Tag}}")
            .lines()
            .filter(line -> line.startsWith(anonymous))
            .findFirst()
            .orElseThrow();
    assertThat(row).endsWith(" <none>:<none>");
  }

  @Test
  void rmiOfSeveralGoesOnPastTheMissing() {
    Docker.Result result = docker.run("rmi", "cf-missing", image);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).contains("Untagged: " + image);
    assertThat(result.err()).contains("No such image: cf-missing:latest");
  }

  @Test
  void theCommandOfTheImageIsUsed() {
    assertThat(
            docker
                .run(
                    "echo $MADE".getBytes(StandardCharsets.UTF_8),
                    "run",
                    "--rm",
                    "-i",
                    "--name",
                    name(),
                    image)
                .out())
        .isEqualTo("here\n");
  }

  private String shortId() {
    return id.substring("sha256:".length()).substring(0, 12);
  }
}
