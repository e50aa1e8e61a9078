package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

@EndToEnd
final class NetworkTest {
  @Test
  void bridgeReachesTheOutside(Docker docker) {
    String said =
        docker.ok(
            "run",
            "--rm",
            "debian:bookworm",
            "sh",
            "-c",
            "apt-get -q update && apt-get install -qy --no-install-recommends jq && jq --version");
    assertThat(said.lines().reduce((before, last) -> last))
        .hasValueSatisfying(last -> assertThat(last).startsWith("jq-"));
  }

  @Test
  void eachOnTheBridgeHasAnAddressOfItsOwn(Docker docker) {
    docker.ok("run", "-d", "--name", "one", "busybox", "sleep", "1000");
    docker.ok("run", "-d", "--name", "two", "busybox", "sleep", "1000");
    String one = docker.inspect("{{.NetworkSettings.Networks.bridge.IPAddress}}", "one");
    String two = docker.inspect("{{.NetworkSettings.Networks.bridge.IPAddress}}", "two");
    assertThat(one).isNotEqualTo(two);
    docker.ok("exec", "one", "ping", "-c", "1", "-W", "5", two);
    assertThat(docker.ok("exec", "one", "ip", "-4", "-o", "addr", "show", "eth0")).contains(one);
  }

  @Test
  void hostSharesTheEnginesNetwork(Docker docker) {
    String own = docker.ok("run", "--rm", "--network", "host", "busybox", "ls", "/sys/class/net");
    assertThat(own.lines()).contains("lo", "eth0").hasSizeGreaterThan(2);
  }
}
