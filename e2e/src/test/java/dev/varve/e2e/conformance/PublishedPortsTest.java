package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code docker run -p}: what is published, where that is shown, and who reaches it. */
final class PublishedPortsTest extends Conformance {
  /** Containers of other tests that may run beside these have their own. */
  private static final int PORT = 18_080;

  /** A container that answers whoever connects to its port 80 with "hello"; gives its name. */
  private String server(String... flags) {
    String name = name();
    List<String> arguments = new ArrayList<>(List.of("run", "-d", "--name", name));
    arguments.addAll(List.of(flags));
    arguments.addAll(List.of(IMAGE, "nc", "-ll", "-p", "80", "-e", "echo", "hello"));
    docker.ok(arguments.toArray(String[]::new));
    return name;
  }

  /** What a program on the engine's host hears there. */
  private String fromHost(String address, int port) {
    return from("host", address, port);
  }

  private String from(String network, String address, int port) {
    return docker
        .run(
            "run",
            "--rm",
            "--name",
            name(),
            "--network",
            network,
            IMAGE,
            "sh",
            "-c",
            "nc -w 3 " + address + " " + port + " </dev/null 2>&1")
        .out()
        .strip();
  }

  private JsonNode ports(String container) {
    return inspect(container).at("/NetworkSettings/Ports");
  }

  @Test
  void leadToWhereverTheContainerHasItsWayOut() {
    String own = "cfp-own-" + ProcessHandle.current().pid();
    String before = "cfp-before-" + ProcessHandle.current().pid();
    try {
      docker.ok("network", "create", own);
      docker.ok("network", "create", before);
      String web = server("--network", own, "-p", PORT + ":80");
      assertThat(fromHost("127.0.0.1", PORT)).isEqualTo("hello");
      assertThat(from(own, web, 80)).isEqualTo("hello");
      docker.ok("network", "connect", before, web);
      assertThat(fromHost("127.0.0.1", PORT)).isEqualTo("hello");
      docker.ok("network", "disconnect", own, web);
      assertThat(fromHost("127.0.0.1", PORT)).isEqualTo("hello");
      assertThat(docker.ok("port", web, "80")).contains("0.0.0.0:" + PORT);
      docker.ok("network", "connect", own, web);
      docker.ok("network", "disconnect", before, web);
      assertThat(fromHost("127.0.0.1", PORT)).isEqualTo("hello");
    } finally {
      removeWhatTheTestMade();
      docker.run("network", "rm", own, before);
    }
  }

  @Test
  void thePortOfNamesCanBePublishedAsWell() {
    String own = "cfp-names-" + ProcessHandle.current().pid();
    try {
      docker.ok("network", "create", own);
      String friend = sleeper("--network", own);
      String dns = name();
      docker.ok(
          "run",
          "-d",
          "--name",
          dns,
          "--network",
          own,
          "-p",
          "53:53/tcp",
          "-p",
          "53:53/udp",
          IMAGE,
          "nc",
          "-ll",
          "-p",
          "53",
          "-e",
          "echo",
          "hello");
      assertThat(fromHost("127.0.0.1", 53)).isEqualTo("hello");
      docker.ok("exec", friend, "ping", "-c", "1", "-W", "5", dns);
      docker.ok("exec", dns, "ping", "-c", "1", "-W", "5", friend);
    } finally {
      removeWhatTheTestMade();
      docker.run("network", "rm", own);
    }
  }

  @Test
  void isShownWhereverDockerShowsIt() {
    String web =
        server(
            "-p", PORT + ":80", "-p", "127.0.0.1:18081-18085:81", "-p", "53/udp", "--expose", "99");
    JsonNode ports = ports(web);
    assertThat(ports.get("80/tcp").toString())
        .isEqualTo(
            "[{\"HostIp\":\"0.0.0.0\",\"HostPort\":\"18080\"},{\"HostIp\":\"::\",\"HostPort\":\"18080\"}]");
    assertThat(ports.get("81/tcp").toString())
        .isEqualTo("[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"18081\"}]");
    assertThat(ports.get("99/tcp").isNull()).isTrue();
    int ephemeral = ports.at("/53~1udp/0/HostPort").asInt();
    assertThat(ephemeral).isBetween(32_768, 60_999);
    assertThat(docker.ok("port", web, "80").lines()).containsExactly("0.0.0.0:18080", "[::]:18080");
    assertThat(docker.ok("port", web).lines())
        .contains("81/tcp -> 127.0.0.1:18081", "53/udp -> 0.0.0.0:" + ephemeral);
    assertThat(docker.ok("ps", "--filter", "name=" + web, "--format", "{{.Ports}}").split(", "))
        .contains(
            "0.0.0.0:18080->80/tcp", "[::]:18080->80/tcp", "127.0.0.1:18081->81/tcp", "99/tcp");
    assertThat(inspect(web).at("/HostConfig/PortBindings/81~1tcp").toString())
        .isEqualTo("[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"18081-18085\"}]");
    for (String filter : List.of("publish=18080", "publish=18000-18090", "expose=80")) {
      assertThat(docker.ok("ps", "-q", "--no-trunc", "--filter", filter)).contains(idOf(web));
    }
    assertThat(docker.ok("ps", "-q", "--filter", "publish=80")).isEmpty();
    docker.ok("stop", "-t", "0", web);
    assertThat(ports(web)).isEmpty();
    assertThat(docker.ok("ps", "-aq", "--filter", "publish=18080")).isEmpty();
  }

  @Test
  void allThatIsExposedIsPublishedWhenAskedFor() {
    String web = server("-P", "--expose", "80", "--expose", "81/udp", "-p", "18082:82");
    assertThat(ports(web).at("/80~1tcp/0/HostPort").asInt()).isGreaterThanOrEqualTo(32_768);
    assertThat(ports(web).at("/81~1udp/0/HostPort").asInt()).isGreaterThanOrEqualTo(32_768);
    assertThat(ports(web).at("/82~1tcp/0/HostPort").asInt()).isEqualTo(18_082);
  }

  @Test
  void isReachedFromTheHostAndFromContainers() {
    String web = server("-p", PORT + ":80");
    String address = inspect(web).at("/NetworkSettings/Networks/bridge/IPAddress").asText();
    String gateway = inspect(web).at("/NetworkSettings/Networks/bridge/Gateway").asText();
    for (String there : List.of("127.0.0.1", "::1", gateway)) {
      assertThat(fromHost(there, PORT)).as(there).isEqualTo("hello");
    }
    assertThat(fromHost(address, 80)).isEqualTo("hello");
    assertThat(from("bridge", gateway, PORT)).isEqualTo("hello");
    assertThat(
            docker.ok("exec", web, "sh", "-c", "nc -w 3 " + gateway + " " + PORT + " </dev/null"))
        .isEqualTo("hello");
    docker.ok("rm", "-f", web);
    assertThat(fromHost("127.0.0.1", PORT)).contains("refused");
  }

  @Test
  void onLoopbackIsForTheHostAlone() {
    String web = server("-p", "127.0.0.1:" + PORT + ":80");
    String gateway = inspect(web).at("/NetworkSettings/Networks/bridge/Gateway").asText();
    assertThat(fromHost("127.0.0.1", PORT)).isEqualTo("hello");
    assertThat(fromHost(gateway, PORT)).contains("refused");
    assertThat(from("bridge", gateway, PORT)).contains("refused");
  }

  @Test
  void oneThatIsTakenIsRefusedWhereItMatters() {
    String web = server("-p", PORT + ":80");
    String late = name();
    Docker.Result refused =
        docker.run("run", "-d", "--name", late, "-p", PORT + ":80", IMAGE, "sleep", "1000");
    assertThat(refused.code()).isEqualTo(125);
    assertThat(refused.err())
        .contains("driver failed programming external connectivity on endpoint " + late + " (")
        .contains("Bind for 0.0.0.0:18080 failed: port is already allocated");
    JsonNode state = inspect(late).get("State");
    assertThat(state.get("Status").asText()).isEqualTo("created");
    assertThat(state.get("ExitCode").asInt()).isEqualTo(128);
    assertThat(state.get("Error").asText()).contains("port is already allocated");
    assertThat(wire.post("/containers/" + late + "/start").status()).isEqualTo(500);
    docker.ok("rm", "-f", web);
    docker.ok("start", late);
  }

  @Test
  void oneOfAnotherProgramIsRefusedAndKept() {
    String squatter = sleeper("--network", "host");
    docker.ok("exec", "-d", squatter, "nc", "-ll", "-p", "18086", "-e", "echo", "other");
    await().until(() -> fromHost("127.0.0.1", 18_086).equals("other"));
    Docker.Result refused =
        docker.run("run", "-d", "--name", name(), "-p", "18086:80", IMAGE, "sleep", "1000");
    assertThat(refused.code()).isEqualTo(125);
    assertThat(refused.err())
        .contains("driver failed programming external connectivity on endpoint")
        .contains("address already in use");
    assertThat(fromHost("127.0.0.1", 18_086)).isEqualTo("other");
    // And the other way round.
    server("-p", "18087:80");
    assertThat(docker.run("exec", squatter, "nc", "-l", "-p", "18087").err())
        .containsIgnoringCase("address already in use");
  }

  @ParameterizedTest
  @CsvSource({
    "x/tcp,1,x",
    "80-81/tcp,1,80-81",
    "80/tcp,x,x",
    "80/tcp,90-80,90-80",
    "80/tcp,99999,99999",
  })
  void whatIsNoPortIsRefused(String port, String hostPort, String named) {
    Reply reply =
        wire.post(
            "/containers/create?name=" + name(),
            "{\"Image\":\"%s\",\"Cmd\":[\"true\"],\"HostConfig\":{\"PortBindings\":{\"%s\":[{\"HostPort\":\"%s\"}]}}}"
                .formatted(IMAGE, port, hostPort));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().get("message").asText())
        .isEqualTo("invalid port specification: \"" + named + "\"");
  }

  @Test
  void onTheHostsOwnNetworkNothingIsPublished() {
    String name = sleeper("--network", "host", "-p", "18088:80");
    assertThat(ports(name)).isEmpty();
  }
}
