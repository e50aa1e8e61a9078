package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The keys of {@code inspect} and the shapes of their values, which clients in strict languages
 * depend on.
 */
final class InspectShapeTest extends Conformance {
  @Test
  void aContainerThatWasCreated() {
    JsonNode container = inspect(created("sleep", "1000"));
    Shape.check("container-shape.table", container);
    Set<String> allowed = new TreeSet<>(List.of("ImageManifestDescriptor", "Storage"));
    allowed.addAll(Shape.topLevel("container-shape.table"));
    assertThat(container.fieldNames()).toIterable().isSubsetOf(allowed);
    assertThat(container.at("/Config/Hostname").asText())
        .isEqualTo(container.get("Id").asText().substring(0, 12));
    assertThat(container.at("/Config/Image").asText()).isEqualTo(IMAGE);
  }

  @Test
  void aContainerThatRuns() {
    Shape.check("running-shape.table", inspect(sleeper()));
  }

  @Test
  void theMinimalRequestGivesTheSameShapes() {
    String name = name();
    Reply reply =
        wire.post(
            "/containers/create?name=" + name, "{\"Image\":\"" + IMAGE + "\",\"Cmd\":[\"true\"]}");
    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.text()).matches("\\{\"Id\":\"[0-9a-f]{64}\",\"Warnings\":\\[]}\n");
    JsonNode container = inspect(name);
    assertThat(container.at("/HostConfig/Binds").isNull()).isTrue();
    assertThat(
            container.at("/HostConfig/PortBindings").isNull()
                || container.at("/HostConfig/PortBindings").isEmpty())
        .isTrue();
    assertThat(container.at("/HostConfig/ShmSize").asLong()).isEqualTo(67108864);
    assertThat(container.at("/HostConfig/IpcMode").asText()).isEqualTo("private");
    assertThat(container.at("/Config/Labels").toString()).isEqualTo("{}");
    assertThat(container.at("/Config/AttachStdout").asBoolean()).isFalse();
    assertThat(container.at("/HostConfig/RestartPolicy/Name").asText()).isIn("", "no");
  }

  @Test
  void aCommandMayBeAStringToo() {
    String name = name();
    wire.post(
        "/containers/create?name=" + name,
        "{\"Image\":\"" + IMAGE + "\",\"Cmd\":\"true\",\"Entrypoint\":\"echo\"}");
    assertThat(inspect(name).get("Path").asText()).isEqualTo("echo");
    assertThat(inspect(name).get("Args").toString()).isEqualTo("[\"true\"]");
    assertThat(inspect(name).at("/Config/Entrypoint").toString()).isEqualTo("[\"echo\"]");
  }

  @Test
  void theMaskedPathsAreAtLeastTheKnownOnes() {
    JsonNode masked = inspect(created("true")).at("/HostConfig/MaskedPaths");
    assertThat(masked.valueStream().map(JsonNode::asText))
        .contains(
            "/proc/asound",
            "/proc/acpi",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware");
  }

  @Test
  void sizesComeOnRequest() {
    JsonNode sized =
        wire.get("/containers/" + ended("echo 12345 > /root/f") + "/json?size=1").json();
    assertThat(sized.get("SizeRw").asLong()).isPositive();
    assertThat(sized.get("SizeRootFs").asLong()).isGreaterThan(1_000_000);
  }

  @Test
  void theCliFindsContainersAndImagesByType() {
    String name = created("true");
    assertThat(docker.ok("inspect", "-f", "{{.Name}}", name)).isEqualTo("/" + name);
    assertThat(docker.ok("inspect", "--type", "image", "-f", "{{.Os}}", IMAGE)).isEqualTo("linux");
    assertThat(docker.ok("inspect", "-s", "-f", "{{.SizeRootFs}}", name)).matches("\\d+");
    Docker.Result missing = docker.run("inspect", "cf-missing");
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.out()).isEqualTo("[]\n");
    assertThat(missing.err()).containsIgnoringCase("no such object: cf-missing");
  }

  @Test
  void anImage() {
    JsonNode image = wire.get("/images/" + IMAGE + "/json").json();
    Shape.check("image-shape.table", image);
    Set<String> allowed = new TreeSet<>(List.of("Variant", "Descriptor", "Manifests", "Identity"));
    allowed.addAll(Shape.topLevel("image-shape.table"));
    assertThat(image.fieldNames()).toIterable().isSubsetOf(allowed);
    assertThat(image.get("RepoTags").toString()).contains("\"" + IMAGE + "\"");
  }

  @Test
  void anImageOfTheList() {
    JsonNode images =
        wire.get(
                "/images/json?filters=%7B%22reference%22%3A%5B%22"
                    + IMAGE.replace("/", "%2F").replace(":", "%3A")
                    + "%22%5D%7D")
            .json();
    assertThat(images).hasSize(1);
    Shape.check("image-list-shape.table", images.get(0));
    assertThat(images.get(0).get("Size").asLong()).isGreaterThan(1_000_000);
  }
}
