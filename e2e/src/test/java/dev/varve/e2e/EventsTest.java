package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

@EndToEnd
final class EventsTest {
  @Test
  void historyReachesBackToTheBeginning(Docker docker) {
    String name = "history" + ProcessHandle.current().pid();
    docker.ok("run", "--rm", "--name", name, "--network", "none", "busybox", "true");
    List<String> actions =
        docker
            .ok(
                "events",
                "--since",
                "1",
                "--until",
                soon(),
                "--filter",
                "container=" + name,
                "--format",
                "{{.Type}} {{.Action}}")
            .lines()
            .filter(line -> line.startsWith("container"))
            .toList();
    assertThat(actions)
        .containsExactly(
            "container create",
            "container attach",
            "container start",
            "container die",
            "container destroy");
  }

  @Test
  void imagesAreInItToo(Docker docker) {
    docker.ok("tag", "busybox", "renamed:1");
    docker.ok("rmi", "renamed:1");
    assertThat(
            docker.ok(
                "events", "--since", "1", "--until", soon(), "--format", "{{.Type}} {{.Action}}"))
        .contains("image tag")
        .contains("image untag");
  }

  @Test
  void liveOnesArrive(Docker docker) {
    try (Terminal events =
        docker.terminal("events", "--format", "{{.Action}} {{.Actor.Attributes.name}}")) {
      // The client says nothing once it listens; a container that ends is repeated until it is
      // heard.
      org.awaitility.Awaitility.await()
          .until(() -> {
            docker.ok("run", "--rm", "--name", "live", "busybox", "true");
            return events.shows("die live");
          });
    }
  }

  @Test
  void theLogHoldsTypedEventsInOrder(Engine engine, Docker docker) {
    String id = docker.ok("run", "-d", "--name", "typed", "busybox", "true");
    docker.ok("wait", "typed");
    Shell.Result read =
        engine.varve(
            "kafka",
            "consume",
            "--topic",
            engine.prefix() + ".container",
            "--from-beginning",
            "--timeout-ms",
            "5000");
    List<String> types =
        read.out()
            .lines()
            .filter(line -> line.contains(id))
            .map(line -> line.replaceFirst(".*ce_type:([^,\t]*).*", "$1"))
            .toList();
    assertThat(types)
        .containsSubsequence(
            "dev.varve.container.v1.Created",
            "dev.varve.container.v1.StartRequested",
            "dev.varve.container.v1.Started",
            "dev.varve.container.v1.Exited");
  }

  /** The client cuts a time off to whole seconds, and waits for one that is yet to come. */
  private static String soon() {
    return String.valueOf(java.time.Instant.now().getEpochSecond() + 1);
  }
}
