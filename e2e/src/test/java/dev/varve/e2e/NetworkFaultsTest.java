package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Networks whose engine is killed amid a change, and what other programs do to them. */
@EndToEnd
final class NetworkFaultsTest {
  private static final String NET = "faults";
  private static final String SUBNET = "10.97.0.0/24";

  private Networks networks;
  private List<String> linksBefore;

  @BeforeEach
  void look(Engine engine, Docker docker) {
    networks = new Networks(engine, docker);
    linksBefore = networks.links();
  }

  /** Those of the pool come and go by themselves, up to its size. */
  @AfterEach
  void nothingIsLeft() {
    networks.removeAll();
    await()
        .untilAsserted(() -> {
          assertThat(networks.links()).hasSizeLessThanOrEqualTo(linksBefore.size() + 4);
          assertThat(networks.links()).noneMatch(link -> link.startsWith("br-"));
          assertThat(networks.rules()).doesNotContain("10.97.");
        });
  }

  private static void box(Docker docker, String name, String... flags) {
    docker.ok(
        Stream.of(
                List.of("run", "-d", "--name", name),
                List.of(flags),
                List.of("busybox", "sleep", "1000"))
            .flatMap(List::stream)
            .toArray(String[]::new));
  }

  private static boolean reaches(Docker docker, String from, String to) {
    return docker.run("exec", from, "ping", "-c", "1", "-W", "1", to).exit() == 0;
  }

  @Test
  void aNetworkWhoseCreationWasKilledIsThere(Engine engine, Docker docker) throws IOException {
    engine.restartUntil("container.network.recorded");
    docker.run("network", "create", "--subnet", SUBNET, networks.expect(NET));
    engine.awaitCrash();
    engine.up();
    box(docker, "one", "--network", NET, "--ip", "10.97.0.9");
    assertThat(reaches(docker, "one", "10.97.0.1")).isTrue();
  }

  @Test
  void aNetworkWhoseRemovalWasKilledIsGone(Engine engine, Docker docker) throws IOException {
    networks.create(NET, "--subnet", SUBNET);
    String bridge = networks.bridgeOf(NET);
    engine.restartUntil("container.network.removed");
    docker.run("network", "rm", NET);
    engine.awaitCrash();
    engine.up();
    assertThat(docker.run("network", "inspect", NET).exit()).isOne();
    assertThat(networks.links()).doesNotContain(bridge);
    assertThat(networks.rules()).doesNotContain("10.97.");
    networks.create(NET, "--subnet", SUBNET);
  }

  @Test
  void aConnectionThatWasKilledIsMade(Engine engine, Docker docker) throws IOException {
    networks.create(NET, "--subnet", SUBNET);
    box(docker, "one");
    engine.restartUntil("container.connect.recorded");
    docker.run("network", "connect", NET, "one");
    engine.awaitCrash();
    engine.up();
    String address = networks.addressOf("one", NET);
    assertThat(docker.ok("exec", "one", "ip", "-4", "-o", "address", "show", "eth1"))
        .contains(address);
    box(docker, "two", "--network", NET);
    assertThat(networks.addressOf("two", NET)).isNotEqualTo(address);
    assertThat(reaches(docker, "two", "one")).isTrue();
  }

  @Test
  void aDisconnectionThatWasKilledIsMade(Engine engine, Docker docker) throws IOException {
    networks.create(NET, "--subnet", SUBNET);
    box(docker, "one");
    docker.ok("network", "connect", NET, "one");
    engine.restartUntil("container.disconnect.recorded");
    docker.run("network", "disconnect", NET, "one");
    engine.awaitCrash();
    engine.up();
    assertThat(docker.ok("exec", "one", "ls", "/sys/class/net")).doesNotContain("eth1");
    docker.ok("network", "rm", NET);
  }

  @Test
  void aStartThatWasKilledHasNoAddress(Engine engine, Docker docker) throws IOException {
    networks.create(NET, "--subnet", SUBNET);
    for (String step : List.of("container.start.requested", "container.start.created")) {
      engine.restartUntil(step);
      docker.run("run", "-d", "--name", "killed", "--network", NET, "--ip", "10.97.0.9", "busybox");
      engine.awaitCrash();
      engine.up();
      assertThat(networks.addressOf("killed", NET)).isEmpty();
      box(docker, "other", "--network", NET, "--ip", "10.97.0.9");
      docker.ok("rm", "-f", "killed", "other");
    }
  }

  @Test
  void rulesThatAnotherProgramFlushedAreBack(Docker docker) {
    networks.create(NET, "--subnet", SUBNET);
    box(docker, "one", "--network", NET);
    networks.host("nft", "flush", "ruleset");
    await()
        .ignoreExceptionsInstanceOf(AssertionError.class)
        .untilAsserted(() -> assertThat(networks.rules()).contains(SUBNET));
    await().until(() -> networks.host("nft", "list", "ruleset").contains("-ports {"));
  }

  @Test
  void aBridgeThatAnotherProgramDeletedIsBack(Docker docker) {
    networks.create(NET, "--subnet", SUBNET);
    box(docker, "one", "--network", NET);
    box(docker, "two", "--network", NET, "-p", "127.0.0.1:18097:80");
    String bridge = networks.bridgeOf(NET);
    networks.host("ip", "link", "set", bridge, "down");
    await().until(() -> reaches(docker, "one", "two"));
    networks.host("ip", "link", "delete", bridge);
    await().until(() -> reaches(docker, "one", "two"));
    docker.ok("exec", "-d", "two", "nc", "-ll", "-p", "80", "-e", "echo", "hello");
    await()
        .until(() ->
            networks
                .attempt("busybox", "nc", "-w", "2", "127.0.0.1", "18097")
                .out()
                .contains("hello"));
  }

  @Test
  void theDefaultBridgeIsBackAsWell(Engine engine, Docker docker) {
    box(docker, "one");
    networks.host("ip", "link", "delete", engine.prefix() + "0");
    await().until(() -> reaches(docker, "one", engine.address()));
    box(docker, "two");
    assertThat(reaches(docker, "two", networks.addressOf("one", "bridge"))).isTrue();
  }

  @Test
  void aNameServerThatWasKilledIsBack(Engine engine, Docker docker) throws IOException {
    networks.create(NET, "--subnet", SUBNET);
    networks.create("faults-shut", "--internal");
    box(docker, "one", "--network", NET);
    box(docker, "two", "--network", "faults-shut");
    for (String directory : List.of("names", "names-internal")) {
      Path pid = engine.root().resolveSibling("run").resolve(directory).resolve("aardvark.pid");
      ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
          .orElseThrow()
          .destroyForcibly();
    }
    for (String name : List.of("one", "two")) {
      await()
          .until(
              () -> docker.run("exec", name, "nslookup", "-type=a", name).out().contains("Name:"));
    }
  }
}
