package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Families of images, pruning, and how much all of it takes; within labels of our own. */
final class HousekeepingTest extends Conformance {
  private final String label = "cf-" + name();

  @Test
  void anImageWithChildrenCannotBeDeletedByItsId() {
    String parent = committed(created("true"));
    String child = committed(from(parent));
    Reply refused = wire.delete("/images/" + parent + "?force=1");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.message())
        .isEqualTo(
            "conflict: unable to delete "
                + shortOf(parent)
                + " (cannot be forced) - image has dependent child images");
    assertThat(wire.get("/images/" + child + "/json").json().get("Parent").asText())
        .isEqualTo(parent);
  }

  @Test
  void aStepOnTheWayToAnotherImageIsOnlyInTheListOfAll() {
    String parent = committed(created("true"));
    String child = committed(from(parent));
    assertThat(ids("images", "-q", "--no-trunc")).contains(child).doesNotContain(parent);
    assertThat(ids("images", "-aq", "--no-trunc")).contains(child, parent);
    assertThat(ids("images", "-q", "--no-trunc", "-f", "dangling=true"))
        .contains(child)
        .doesNotContain(parent);
  }

  @Test
  void withAnImageGoesWhatItWasMadeFromUnlessToldOtherwise() {
    String parent = committed(created("true"));
    String child = committed(from(parent));
    containersGone();
    wire.delete("/images/" + child + "?noprune=1");
    assertThat(wire.get("/images/" + parent + "/json").status()).isEqualTo(200);
    String other = committed(from(parent));
    containersGone();
    assertThat(docker.ok("rmi", other).lines())
        .contains("Deleted: " + other, "Deleted: " + parent)
        .doesNotContain("Deleted: " + child);
    assertThat(wire.get("/images/" + parent + "/json").status()).isEqualTo(404);
  }

  @Test
  void pruneTakesDanglingImagesWithTheLabel() {
    String container = ended("echo 12345 > /f");
    String anonymous = committed(container);
    String named = reference("named");
    docker.ok("commit", "-c", "LABEL " + label + "=yes", container, named);
    String since = now();
    JsonNode pruned = prune("images", "{\"label\":[\"" + label + "=yes\"]}");
    assertThat(pruned.get("ImagesDeleted").findValuesAsText("Deleted")).contains(anonymous);
    assertThat(pruned.get("SpaceReclaimed").asLong()).isZero(); // the other image has the layer
    assertThat(wire.get("/images/" + named + "/json").status()).isEqualTo(200);
    assertThat(prune("images", "{\"label\":[\"" + label + "=yes\"]}").toString())
        .isEqualTo("{\"ImagesDeleted\":null,\"SpaceReclaimed\":0}");
    JsonNode all = prune("images", "{\"label\":[\"" + label + "\"],\"dangling\":[\"false\"]}");
    assertThat(all.get("ImagesDeleted").get(0).toString())
        .isEqualTo("{\"Untagged\":\"" + named + "\"}");
    assertThat(all.get("SpaceReclaimed").asLong()).isPositive();
    assertThat(events(since, "image", "prune")).hasSize(3);
    assertThat(events(since, "image", "prune").getLast().at("/Actor/Attributes/reclaimed").asText())
        .isEqualTo(all.get("SpaceReclaimed").asText());
  }

  @Test
  void whatIsTooYoungOrLabelledOtherwiseOrInUseStays() {
    String container = created("true");
    String image = committed(container);
    assertThat(prune("images", "{\"label\":[\"" + label + "\"],\"until\":[\"24h\"]}"))
        .isEqualTo(prune("images", "{\"label\":[\"" + label + "=no\"]}"));
    String user = from(image);
    assertThat(prune("images", "{\"label\":[\"" + label + "\"]}").get("ImagesDeleted").isNull())
        .isTrue();
    assertThat(wire.get("/images/" + image + "/json").status()).isEqualTo(200);
    docker.ok("rm", user);
    assertThat(prune("images", "{\"label\":[\"" + label + "\"],\"until\":[\"-1m\"]}").toString())
        .contains(image);
  }

  @Test
  void pruneOfContainersTakesThoseThatDoNotRun() {
    String running = labelled("sleep", "1000");
    docker.ok("start", running);
    String never = idOf(labelled("true"));
    String over = idOf(labelled("sh", "-c", "echo 12345 > /f"));
    docker.ok("start", "-a", over);
    docker.ok("wait", over);
    String since = now();
    assertThat(
            prune("containers", "{\"label\":[\"" + label + "\"],\"until\":[\"24h\"]}").toString())
        .isEqualTo("{\"ContainersDeleted\":null,\"SpaceReclaimed\":0}");
    JsonNode pruned = prune("containers", "{\"label\":[\"" + label + "\"]}");
    assertThat(pruned.get("ContainersDeleted").valueStream().map(JsonNode::asText))
        .containsExactlyInAnyOrder(never, over);
    assertThat(pruned.get("SpaceReclaimed").asLong()).isEqualTo(6);
    assertThat(inspect(running).at("/State/Running").asBoolean()).isTrue();
    assertThat(events(since, "container", "prune")).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "images|{\"bogus\":[\"x\"]}|nvalid filter 'bogus'",
        "images|{\"dangling\":[\"k\"]}|nvalid filter 'dangling=[k]'",
        "images|{\"until\":[\"1h\",\"2h\"]}|more than one until filter specified",
        "containers|{\"name\":[\"x\"]}|nvalid filter 'name'",
        "volumes|{\"name\":[\"x\"]}|nvalid filter 'name'",
        "networks|{\"name\":[\"x\"]}|nvalid filter 'name'",
      })
  void aFilterThatIsNoneIsRefused(String what, String filters, String message) {
    Reply reply = wire.post("/" + what + "/prune?filters=" + encoded(filters));
    // The second is a fault to dockerd 20.10 where it is the client's.
    assertThat(reply.status()).isIn(400, 500);
    assertThat(reply.message()).endsWith(message);
  }

  @Test
  void systemPruneEndsWell() {
    assertThat(docker.ok("system", "prune", "-f", "--filter", "label=" + label))
        .contains("Total reclaimed space: 0B");
  }

  @Test
  void sizesAreThoseOfTheChanges() {
    String running = sleeper();
    docker.ok("exec", running, "sh", "-c", "head -c 100000 /dev/zero > /f");
    await()
        .untilAsserted(
            () -> assertThat(sizeInList(running).get("SizeRw").asLong()).isEqualTo(100_000));
    long below = sizeInList(running).get("SizeRootFs").asLong() - 100_000;
    assertThat(below).isPositive();
    docker.ok("exec", running, "sh", "-c", "head -c 50000 /dev/zero >> /f");
    docker.ok("kill", running);
    docker.ok("wait", running);
    JsonNode inspected = wire.get("/containers/" + running + "/json?size=1").json();
    assertThat(inspected.get("SizeRw").asLong()).isEqualTo(150_000);
    assertThat(inspected.get("SizeRootFs").asLong()).isEqualTo(below + 150_000);
    String untouched = created("true");
    await().until(() -> sizeInList(untouched).has("SizeRootFs"));
    assertThat(sizeInList(untouched).has("SizeRw")).isFalse();
    assertThat(sizeInList(untouched).get("SizeRootFs").asLong()).isEqualTo(below);
  }

  @Test
  void diskUsageCountsSharedLayersOnce() {
    String container = ended("head -c 70000 /dev/zero > /f");
    String image = committed(container);
    JsonNode usage = wire.get("/system/df").json();
    JsonNode found = byId(usage.get("Images"), image);
    assertThat(found.get("Size").asLong() - found.get("SharedSize").asLong())
        .isBetween(70_000L, 80_000L);
    assertThat(found.get("Containers").asLong()).isZero();
    assertThat(
            byId(usage.get("Images"), inspect(container).get("Image").asText())
                .get("Containers")
                .asLong())
        .isPositive();
    assertThat(byId(usage.get("Containers"), idOf(container)).get("SizeRw").asLong())
        .isEqualTo(70_000);
    long layers = usage.get("LayersSize").asLong();
    wire.delete("/images/" + image);
    assertThat(layers - wire.get("/system/df").json().get("LayersSize").asLong())
        .isBetween(70_000L, 80_000L);
    assertThat(usage.get("Volumes").isArray()).isTrue();
  }

  @Test
  void anExportIsAnEvent() {
    String container = created("true");
    String since = now();
    assertThat(wire.get("/containers/" + container + "/export").status()).isEqualTo(200);
    await().untilAsserted(() -> assertThat(actions(container, since)).containsExactly("export"));
  }

  private JsonNode sizeInList(String container) {
    return wire.get(
            "/containers/json?all=1&size=1&filters="
                + encoded("{\"id\":[\"" + idOf(container) + "\"]}"))
        .json()
        .get(0);
  }

  private static JsonNode byId(JsonNode list, String id) {
    return list.valueStream()
        .filter(item -> item.get("Id").asText().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private JsonNode prune(String what, String filters) {
    Reply reply = wire.post("/" + what + "/prune?filters=" + encoded(filters));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply.json();
  }

  private List<JsonNode> events(String since, String type, String event) {
    String filters = "{\"type\":[\"" + type + "\"],\"event\":[\"" + event + "\"]}";
    return wire.get("/events?since=" + since + "&until=" + now() + "&filters=" + encoded(filters))
        .jsonLines();
  }

  private String committed(String container) {
    return removeImage(docker.ok("commit", "-c", "LABEL " + label + "=yes", container));
  }

  private String from(String image) {
    String name = name();
    docker.ok("create", "--name", name, image, "true");
    return name;
  }

  private String labelled(String... command) {
    String name = name();
    List<String> arguments =
        new ArrayList<>(List.of("create", "--name", name, "--label", label, IMAGE));
    arguments.addAll(List.of(command));
    docker.ok(arguments.toArray(String[]::new));
    return name;
  }

  private void containersGone() {
    docker
        .ok("ps", "-aq", "--filter", "label=" + label)
        .lines()
        .forEach(id -> docker.ok("rm", "-f", id));
  }

  private List<String> ids(String... arguments) {
    return docker.ok(arguments).lines().toList();
  }

  private static String shortOf(String id) {
    return id.substring("sha256:".length()).substring(0, 12);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
