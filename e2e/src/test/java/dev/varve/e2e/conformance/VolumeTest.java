package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Volumes by themselves: made, listed, inspected, removed, pruned. */
final class VolumeTest extends Conformance {
  private Reply create(String body) {
    return wire.post("/volumes/create", body);
  }

  @Test
  void makingIsIdempotent() {
    String name = volume();
    Reply first = create("{\"Name\":\"%s\",\"Labels\":{\"a\":\"b\"}}".formatted(name));
    assertThat(first.status()).isEqualTo(201);
    Reply second = create("{\"Name\":\"%s\",\"Labels\":{\"a\":\"c\"}}".formatted(name));
    assertThat(second.status()).isEqualTo(201);
    assertThat(second.json()).isEqualTo(first.json());
    JsonNode volume = second.json();
    assertThat(volume.get("Driver").asText()).isEqualTo("local");
    assertThat(volume.get("Scope").asText()).isEqualTo("local");
    assertThat(volume.get("Labels").get("a").asText()).isEqualTo("b");
    assertThat(volume.get("Options").isNull()).isTrue();
    assertThat(volume.get("Mountpoint").asText()).endsWith("/volumes/" + name + "/_data");
    assertThat(volume.get("CreatedAt").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    assertThat(wire.get("/volumes/" + name).json()).isEqualTo(volume);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"Name\":\"a\"} | 400 | create a: volume name is too short, names should be at least two alphanumeric characters",
        "{\"Name\":\"../b\"} | 400 | create ../b: \"../b\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path",
        "{\"Name\":\"cfno\",\"Driver\":\"nope\"} | 404 | create cfno: error looking up volume plugin nope: plugin \"nope\" not found",
        "{\"Name\":\"cfno\",\"DriverOpts\":{\"x\":\"y\"}} | 400 | create cfno: invalid option: \"x\"",
        "{\"Name\":\"cfno\",\"DriverOpts\":{\"type\":\"tmpfs\"}} | 400 | create cfno: missing required option: \"device\"",
        "{\"Name\":\"cfno\",\"DriverOpts\":{\"device\":\"tmpfs\"}} | 400 | create cfno: missing required option: \"type\"",
      })
  void whatIsNoVolumeIsRefused(String body, int status, String message) {
    Reply reply = create(body);
    assertThat(reply.message()).isEqualTo(message);
    assertThat(reply.status()).isEqualTo(status);
  }

  @Test
  void oneThatIsNotThere() {
    assertThat(wire.get("/volumes/nope").status()).isEqualTo(404);
    assertThat(wire.get("/volumes/nope").message()).isEqualTo("get nope: no such volume");
    assertThat(wire.delete("/volumes/nope").message()).isEqualTo("get nope: no such volume");
    assertThat(wire.delete("/volumes/nope?force=1").status()).isEqualTo(204);
  }

  @Test
  void oneThatAContainerHasIsInUseEvenIfStopped() {
    String name = volume();
    String box = name();
    docker.ok("create", "--name", box, "-v", name + ":/v", IMAGE, "true");
    Reply refused = wire.delete("/volumes/" + name + "?force=1");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.message())
        .isEqualTo("remove " + name + ": volume is in use - [" + idOf(box) + "]");
    assertThat(dangling(true)).doesNotContain(name);
    assertThat(dangling(false)).contains(name);
    docker.ok("rm", box);
    assertThat(dangling(true)).contains(name);
    assertThat(docker.ok("volume", "rm", name)).isEqualTo(name);
    assertThat(wire.get("/volumes/" + name).status()).isEqualTo(404);
  }

  private List<String> dangling(boolean unused) {
    return docker.ok("volume", "ls", "-q", "-f", "dangling=" + unused).lines().toList();
  }

  @Test
  void listsByLabelNameAndDriver() {
    String one = volume();
    String two = volume();
    docker.ok("volume", "create", "--label", "cf=" + one, one);
    docker.ok("volume", "create", two);
    assertThat(docker.ok("volume", "ls", "-q", "-f", "label=cf=" + one)).isEqualTo(one);
    assertThat(docker.ok("volume", "ls", "-q", "-f", "name=" + two)).isEqualTo(two);
    assertThat(docker.ok("volume", "ls", "-q", "-f", "driver=other")).isEmpty();
    assertThat(wire.get("/volumes").json().get("Warnings").isNull()).isTrue();
    assertThat(wire.get("/volumes?filters=%7B%22bogus%22:%5B%22x%22%5D%7D").message())
        .isEqualToIgnoringCase("invalid filter 'bogus'");
  }

  @Test
  void anonymousOnesGoWithTheirContainerWhenAsked() {
    String box = name();
    docker.ok(
        "create", "--name", box, "-v", "/one", "--mount", "type=volume,dst=/two", IMAGE, "true");
    List<String> names = volumesOf(box);
    assertThat(names).hasSize(2).allMatch(name -> name.matches("[0-9a-f]{64}"));
    docker.ok("rm", box);
    names.forEach(name -> assertThat(wire.get("/volumes/" + name).status()).isEqualTo(200));
    names.forEach(name -> wire.delete("/volumes/" + name));

    String other = name();
    docker.ok("create", "--name", other, "-v", "/one", IMAGE, "true");
    String gone = volumesOf(other).getFirst();
    docker.ok("rm", "-v", other);
    assertThat(wire.get("/volumes/" + gone).status()).isEqualTo(404);
  }

  @Test
  void autoRemoveTakesThemAlongAndLeavesNamedOnes() {
    String kept = volume();
    String box = name();
    docker.ok(
        "run",
        "-d",
        "--rm",
        "--name",
        box,
        "-v",
        "/one",
        "-v",
        kept + ":/two",
        IMAGE,
        "sleep",
        "1000");
    List<String> anonymous = volumesOf(box).stream().filter(name -> !name.equals(kept)).toList();
    docker.ok("kill", box);
    await()
        .untilAsserted(
            () -> assertThat(wire.get("/volumes/" + anonymous.getFirst()).status()).isEqualTo(404));
    assertThat(wire.get("/volumes/" + kept).status()).isEqualTo(200);
  }

  private List<String> volumesOf(String box) {
    return StreamSupport.stream(inspect(box).get("Mounts").spliterator(), false)
        .map(mount -> mount.get("Name").asText())
        .toList();
  }

  @Test
  void pruneTakesTheAnonymousUnlessToldOtherwise() {
    EngineUnderTest.supposedNew("it takes those with a name as well");
    String named = volume();
    docker.ok("volume", "create", "--label", "cf=" + named, named);
    Reply first =
        wire.post(
            "/v1.42/volumes/prune?filters=%7B%22label%22:%5B%22cf=" + named + "%22%5D%7D", "");
    assertThat(first.json().get("VolumesDeleted")).isEmpty();
    Reply second =
        wire.post(
            "/v1.42/volumes/prune?filters=%7B%22all%22:%5B%22true%22%5D,%22label%22:%5B%22cf="
                + named
                + "%22%5D%7D",
            "");
    assertThat(second.json().get("VolumesDeleted"))
        .singleElement()
        .extracting(JsonNode::asText)
        .isEqualTo(named);
    assertThat(wire.get("/volumes/" + named).status()).isEqualTo(404);
  }

  @Test
  void itsEventsAndItsSize() {
    String since = now();
    String name = volume();
    docker.ok("volume", "create", name);
    String box = name();
    docker.ok("run", "--name", box, "-v", name + ":/v", IMAGE, "sh", "-c", "echo 1234567 >/v/x");
    JsonNode usage = usage(name);
    assertThat(usage.get("RefCount").asInt()).isEqualTo(1);
    assertThat(usage.get("Size").asLong()).isEqualTo(8);
    docker.ok("rm", box);
    docker.ok("volume", "rm", name);
    List<String> actions =
        docker
            .ok(
                "events",
                "--since",
                since,
                "--until",
                now(),
                "--filter",
                "volume=" + name,
                "--format",
                "{{.Action}}")
            .lines()
            .toList();
    assertThat(actions).containsExactly("create", "mount", "unmount", "destroy");
  }

  private JsonNode usage(String name) {
    for (JsonNode volume : wire.get("/system/df?type=volume").json().get("Volumes")) {
      if (volume.get("Name").asText().equals(name)) {
        return volume.get("UsageData");
      }
    }
    throw new AssertionError("no such volume: " + name);
  }

  @Test
  void tmpfsAndBindByTheLocalDriver() {
    String memory = volume();
    docker.ok(
        "volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "-o", "o=size=64k", memory);
    String out =
        docker.ok(
            "run",
            "--rm",
            "--name",
            name(),
            "-v",
            memory + ":/v",
            IMAGE,
            "grep",
            " /v ",
            "/proc/mounts");
    assertThat(out).startsWith("tmpfs /v tmpfs").contains("size=64k");

    String bound = volume();
    docker.ok("volume", "create", "-o", "type=none", "-o", "device=/etc", "-o", "o=bind", bound);
    assertThat(docker.ok("run", "--rm", "--name", name(), "-v", bound + ":/v", IMAGE, "ls", "/v"))
        .contains("passwd");
  }

  @Test
  void aVolumeThatCannotBeMountedFailsTheStart() {
    String bad = volume();
    docker.ok(
        "volume", "create", "-o", "type=none", "-o", "device=/nonexist-cf", "-o", "o=bind", bad);
    Docker.Result result =
        docker.run("run", "--rm", "--name", name(), "-v", bad + ":/v", IMAGE, "true");
    assertThat(result.code()).isNotZero();
    assertThat(result.err())
        .contains("failed to mount local volume: mount /nonexist-cf:")
        .contains("flags: 0x1000: no such file or directory");
  }
}
