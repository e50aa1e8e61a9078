package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code /events}: which events a life leaves, in which order, with which attributes. */
final class EventsTest extends Conformance {
  private final String since = now();

  @Test
  void aForegroundRunWithRm() {
    String name = name();
    docker.run("run", "--rm", "--name", name, "--label", "tier=web", IMAGE, "sh", "-c", "exit 3");
    List<JsonNode> events = until(name, "destroy");
    assertThat(actions(events)).containsExactly("create", "attach", "start", "die", "destroy");
    JsonNode die = events.get(3);
    assertThat(die.at("/Actor/Attributes/exitCode").asText()).isEqualTo("3");
    events.forEach(event -> {
      assertThat(event.at("/Actor/Attributes/name").asText()).isEqualTo(name);
      assertThat(event.at("/Actor/Attributes/image").asText()).isEqualTo(IMAGE);
      assertThat(event.at("/Actor/Attributes/tier").asText()).isEqualTo("web");
    });
  }

  @Test
  void everyFieldOfAnEvent() {
    String name = created("true");
    JsonNode event = until(name, "create").getFirst();
    String id = idOf(name);
    // status, id and from are the same facts for clients before 25; gone with API 1.52.
    assertThat(event.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "status", "id", "from", "Type", "Action", "Actor", "scope", "time", "timeNano");
    assertThat(event.get("status").asText()).isEqualTo("create");
    assertThat(event.get("id").asText()).isEqualTo(id);
    assertThat(event.get("from").asText()).isEqualTo(IMAGE);
    assertThat(event.get("Type").asText()).isEqualTo("container");
    assertThat(event.at("/Actor/ID").asText()).isEqualTo(id);
    assertThat(event.get("scope").asText()).isEqualTo("local");
    assertThat(event.get("timeNano").asLong() / 1_000_000_000L)
        .isEqualTo(event.get("time").asLong());
  }

  @Test
  void stopKillsThenDiesThenStops() {
    String name = sleeper();
    docker.ok("stop", "-t", "0", name);
    List<JsonNode> events = until(name, "stop");
    assertThat(actions(events)).startsWith("create", "start", "kill").endsWith("die", "stop");
    assertThat(
            events.stream()
                .filter(event -> event.get("Action").asText().equals("kill"))
                .map(event -> event.at("/Actor/Attributes/signal").asText()))
        .startsWith("15")
        .contains("9");
    assertThat(events.get(events.size() - 2).at("/Actor/Attributes/exitCode").asText())
        .isEqualTo("137");
  }

  @Test
  void killAndRemove() {
    String name = sleeper();
    docker.ok("kill", name);
    docker.ok("wait", name);
    docker.ok("rm", name);
    assertThat(actions(until(name, "destroy")))
        .containsExactly("create", "start", "kill", "die", "destroy");
  }

  @Test
  void aFailedStartHasNeitherStartNorDie() {
    String name = name();
    docker.run("run", "--rm", "--name", name, IMAGE, "/nope");
    assertThat(actions(until(name, "destroy"))).containsExactly("create", "attach", "destroy");
  }

  @Test
  void execNamesItsCommand() {
    String name = sleeper();
    docker.run("exec", name, "sh", "-c", "exit 4");
    List<JsonNode> events = until(name, "exec_die");
    assertThat(actions(events))
        .containsExactly(
            "create", "start", "exec_create: sh -c exit 4", "exec_start: sh -c exit 4", "exec_die");
    JsonNode die = events.getLast();
    assertThat(die.at("/Actor/Attributes/exitCode").asText()).isEqualTo("4");
    assertThat(die.at("/Actor/Attributes/execID").asText()).matches("[0-9a-f]{64}");
    assertThat(events.get(2).at("/Actor/Attributes/execID"))
        .isEqualTo(die.at("/Actor/Attributes/execID"));
    assertThat(actions(read("{\"container\":[\"" + name + "\"],\"event\":[\"exec_create\"]}")))
        .as("a prefix is enough")
        .containsExactly("exec_create: sh -c exit 4");
  }

  @Test
  void renameKeepsTheOldName() {
    String old = created("true");
    String fresh = name();
    docker.ok("rename", old, fresh);
    JsonNode rename = until(fresh, "rename").getLast();
    assertThat(rename.at("/Actor/Attributes/oldName").asText()).isEqualTo("/" + old);
    assertThat(rename.at("/Actor/Attributes/name").asText()).isEqualTo(fresh);
  }

  @Test
  void imagesTagAndUntag() {
    String reference = reference("events");
    docker.ok("tag", IMAGE, reference);
    docker.ok("rmi", reference);
    List<JsonNode> events = read("{\"type\":[\"image\"],\"event\":[\"tag\",\"untag\"]}");
    assertThat(actions(events)).containsSequence("tag", "untag");
    JsonNode tag =
        events.stream()
            .filter(event -> event.at("/Actor/Attributes/name").asText().equals(reference))
            .findFirst()
            .orElseThrow();
    assertThat(tag.at("/Actor/ID").asText()).matches("sha256:[0-9a-f]{64}");
  }

  @Test
  void filtersJoinAsAndOverKeysAndOrOverValues() {
    String one = name();
    String two = name();
    docker.run("run", "--name", one, "--label", "g=" + one, IMAGE, "true");
    docker.run("run", "--name", two, "--label", "g=" + one, IMAGE, "true");
    until(two, "die");
    assertThat(actions(read("{\"label\":[\"g=" + one + "\"],\"event\":[\"start\"]}")))
        .containsExactly("start", "start");
    assertThat(
            actions(read("{\"container\":[\"" + one + "\",\"" + two + "\"],\"event\":[\"die\"]}")))
        .containsExactly("die", "die");
    assertThat(read("{\"container\":[\"" + one + "\"],\"type\":[\"image\"]}")).isEmpty();
    assertThat(read("{\"container\":[\"" + idOf(one) + "\"],\"event\":[\"create\"]}")).hasSize(1);
  }

  @Test
  void theHeadLeavesAtOnceAndEventsAsTheyHappen() throws IOException {
    String name = name();
    String filters =
        URLEncoder.encode("{\"container\":[\"" + name + "\"]}", StandardCharsets.UTF_8);
    try (Exchange events = wire.open("GET", "/events?filters=" + filters, Map.of(), new byte[0])) {
      assertThat(events.status()).isEqualTo(200);
      assertThat(events.header("content-type")).isEqualTo("application/json");
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(events.chunks(), StandardCharsets.UTF_8));
      docker.ok("create", "--name", name, IMAGE, "true");
      assertThat(Reply.parse(lines.readLine()).get("Action").asText()).isEqualTo("create");
      docker.ok("rm", name);
      assertThat(Reply.parse(lines.readLine()).get("Action").asText()).isEqualTo("destroy");
    }
  }

  @Test
  void withUntilInThePastTheStreamEnds() {
    assertThat(wire.get("/events?since=1&until=2").text()).isEmpty();
    assertThat(wire.get("/events?until=1").text()).isEmpty();
  }

  @Test
  void theCliPrintsThem() {
    String name = created("true");
    until(name, "create");
    String line =
        docker.ok("events", "--since", since, "--until", now(), "--filter", "container=" + name);
    assertThat(line)
        .matches(
            "\\S+ container create "
                + idOf(name)
                + " \\(image="
                + IMAGE
                + ", name="
                + name
                + "\\)");
    assertThat(
            docker.ok(
                "events",
                "--since",
                since,
                "--until",
                now(),
                "--filter",
                "container=" + name,
                "--format",
                "{{.Action}}"))
        .isEqualTo("create");
  }

  @Test
  void timesNeverGoBack() {
    String name = name();
    docker.run("run", "--rm", "--name", name, IMAGE, "true");
    List<JsonNode> events = until(name, "destroy");
    assertThat(events).extracting(event -> event.get("timeNano").asLong()).isSorted();
  }

  /** The events of a container since the test began, once this action is among them. */
  private List<JsonNode> until(String name, String action) {
    return await()
        .until(
            () -> read("{\"type\":[\"container\"],\"container\":[\"" + name + "\"]}"),
            events -> actions(events).contains(action));
  }

  private List<JsonNode> read(String filters) {
    Reply reply =
        wire.get(
            "/events?since="
                + since
                + "&until="
                + now()
                + "&filters="
                + URLEncoder.encode(filters, StandardCharsets.UTF_8));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply.jsonLines();
  }

  private static List<String> actions(List<JsonNode> events) {
    return events.stream().map(event -> event.get("Action").asText().strip()).toList();
  }
}
