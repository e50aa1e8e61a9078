package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What every class of the suite has at hand: the CLI, the wire, names that are removed behind each
 * test. The time limit only ends a test that hangs.
 */
@Tag("kernel")
@Tag("conformance")
@Timeout(90)
@ExtendWith(BaseImage.class)
abstract class Conformance {
  /** The image that tests run. */
  static final String IMAGE = BaseImage.NAME;

  private static final AtomicInteger COUNT = new AtomicInteger();

  final Docker docker = new Docker(EngineUnderTest.socket());
  final Wire wire = new Wire(EngineUnderTest.socket());

  private final List<String> containers = new ArrayList<>();
  private final List<String> images = new ArrayList<>();
  private final List<String> volumes = new ArrayList<>();

  @AfterEach
  void removeWhatTheTestMade() {
    containers.forEach(container -> wire.delete("/containers/" + container + "?force=1&v=1"));
    volumes.forEach(volume -> wire.delete("/volumes/" + volume + "?force=1"));
    images.forEach(image -> wire.delete("/images/" + image + "?force=1"));
  }

  /** A container name that nothing else has; its container is removed behind the test. */
  String name() {
    String name = "cf-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    containers.add(name);
    return name;
  }

  /** A volume's name that nothing else has; its volume is removed behind the test. */
  String volume() {
    String volume = "cf-v" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    volumes.add(volume);
    return volume;
  }

  /** Has a container, known by id or by a name not made here, removed behind the test. */
  String remove(String container) {
    containers.add(container);
    return container;
  }

  /** A repository name that nothing else has; {@code tag} of it is removed behind the test. */
  String reference(String tag) {
    String reference =
        "conformance/i" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet() + ":" + tag;
    images.add(reference);
    return reference;
  }

  /** Has an image removed behind the test. */
  String removeImage(String image) {
    images.add(image);
    return image;
  }

  /** Runs a shell line in a fresh container and gives the CLI's result. */
  Docker.Result shell(String line) {
    return docker.run("run", "--rm", "--name", name(), IMAGE, "sh", "-c", line);
  }

  /** A container that sleeps until it is killed; gives its name. */
  String sleeper(String... flags) {
    String name = name();
    List<String> arguments = new ArrayList<>(List.of("run", "-d", "--name", name));
    arguments.addAll(List.of(flags));
    arguments.addAll(List.of(IMAGE, "sleep", "1000"));
    docker.ok(arguments.toArray(String[]::new));
    return name;
  }

  /** A container that was created and not started; gives its name. */
  String created(String... command) {
    String name = name();
    List<String> arguments = new ArrayList<>(List.of("create", "--name", name, IMAGE));
    arguments.addAll(List.of(command));
    docker.ok(arguments.toArray(String[]::new));
    return name;
  }

  /** A container that ran this line and ended; gives its name. */
  String ended(String line) {
    String name = created("sh", "-c", line);
    docker.run("start", "-a", name);
    docker.ok("wait", name);
    return name;
  }

  JsonNode inspect(String container) {
    Reply reply = wire.get("/containers/" + container + "/json");
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply.json();
  }

  String idOf(String container) {
    return inspect(container).get("Id").asText();
  }

  /** What happened to a container since then, as its events name it. */
  List<String> actions(String container, String since) {
    return docker
        .ok(
            "events",
            "--since",
            since,
            "--until",
            now(),
            "--filter",
            "container=" + container,
            "--format",
            "{{.Action}}")
        .lines()
        .toList();
  }

  /** The clock as the API's {@code since} and {@code until} want it. */
  static String now() {
    Instant now = Instant.now();
    return "%d.%09d".formatted(now.getEpochSecond(), now.getNano());
  }
}
