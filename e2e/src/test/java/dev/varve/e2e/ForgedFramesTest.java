package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a container puts on the wire in somebody else's name is heard in its own network, and there
 * alone: neither another network's containers nor the host take it for what it says it is.
 */
@EndToEnd
final class ForgedFramesTest {
  private static final String OWN = "forged-own";
  private static final String OTHER = "forged-other";
  private static final String HOST_PORT = "7001";
  private static final int STATIONS = 5000;
  private static final int MOST_LEARNED = 4096;
  private static final Pattern STATION = Pattern.compile("\\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\\b");

  private Networks networks;
  private String script;

  @BeforeEach
  void start(Engine engine, Docker docker) throws IOException {
    try (InputStream in = ForgedFramesTest.class.getResourceAsStream("frames.pl")) {
      script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    networks = new Networks(engine, docker);
    networks.create(OWN, "--subnet", "10.97.1.0/24", "--ipv6", "--subnet", "fd97:1::/64");
    networks.create(OTHER, "--subnet", "10.97.2.0/24", "--ipv6", "--subnet", "fd97:2::/64");
    List<String> sleep = List.of("sleep", "10000");
    List<String> hear = List.of("perl", "-e", script, "hear");
    box(docker, "attacker", OWN, List.of(), sleep);
    box(docker, "witness", OWN, List.of(), hear);
    box(docker, "neighbour", OTHER, List.of(), sleep);
    box(docker, "victim", OTHER, List.of("-p", "18097:7002/udp"), hear);
    for (String listener : List.of("witness", "victim")) {
      await().until(() -> docker.ok("logs", listener).contains("listening"));
    }
  }

  private static void box(
      Docker docker, String name, String network, List<String> flags, List<String> command) {
    docker.ok(
        Stream.of(
                List.of("run", "-d", "--name", name, "--network", network),
                flags,
                List.of("debian:bookworm"),
                command)
            .flatMap(List::stream)
            .toArray(String[]::new));
  }

  @AfterEach
  void nothingIsLeft() {
    networks.removeAll();
    await()
        .untilAsserted(() -> {
          assertThat(networks.links()).noneMatch(link -> link.startsWith("br-"));
          assertThat(networks.rules()).doesNotContain("10.97.", "fd97:");
        });
  }

  @Test
  void whatClaimsToBeAnotherIsHeardInItsOwnNetworkAlone(Docker docker) {
    String attacker = stationOf("attacker", OWN);
    String victim = networks.addressOf("victim", OTHER);
    String neighbour = networks.addressOf("neighbour", OTHER);
    tell(docker, "neighbour", victim, "met");
    tellFromHost(victim, "met by the host");
    await().until(() -> heard(docker, "victim").equals(List.of("met", "met by the host")));
    Map<String, String> known = neighboursOf(docker, "victim");
    assertThat(known).containsKeys(neighbour, gatewayOf(OTHER));
    String knownToHost = stationIn(networks.host("ip", "neighbour", "show", victim));

    List<Frame> forged =
        List.of(
            Frame.arp(
                Frame.Arp.ANSWERS,
                attacker,
                Frame.EVERYBODY,
                gatewayOf(OTHER),
                victim,
                "as the gateway"),
            Frame.arp(
                Frame.Arp.ANSWERS,
                attacker,
                Frame.EVERYBODY,
                neighbour,
                victim,
                "as the neighbour"),
            Frame.arp(
                Frame.Arp.ANSWERS,
                attacker,
                stationOf("victim", OTHER),
                neighbour,
                victim,
                "to the victim alone"),
            Frame.arp(
                Frame.Arp.ASKS, attacker, Frame.EVERYBODY, victim, gatewayOf(OWN), "to the host"),
            Frame.arp(Frame.Arp.ASKS, attacker, Frame.EVERYBODY, victim, victim, "for everybody"),
            // From an address of another network it would not pass even here, under br_netfilter.
            Frame.udp(
                stationOf("neighbour", OTHER),
                stationOf("victim", OTHER),
                networks.addressOf("attacker", OWN),
                victim,
                7002,
                "from the neighbour"),
            Frame.dhcpOffer(attacker, networks.addressOf("attacker", OWN), victim, "an offer"));
    say(docker, forged);
    List<String> marks =
        List.of(
            "as the gateway",
            "as the neighbour",
            "to the victim alone",
            "to the host",
            "for everybody",
            "from the neighbour",
            "an offer");
    await().until(() -> heard(docker, "witness").containsAll(marks));

    tell(docker, "neighbour", victim, "last");
    await().until(() -> heard(docker, "victim").contains("last"));
    assertThat(heard(docker, "victim")).containsExactly("met", "met by the host", "last");
    assertThat(neighboursOf(docker, "victim")).isEqualTo(known);
    tellFromHost(victim, "by the host");
    await().until(() -> heard(docker, "victim").contains("by the host"));
    assertThat(stationIn(networks.host("ip", "neighbour", "show", victim, "dev", bridge(OTHER))))
        .isEqualTo(knownToHost);
  }

  /** Which shows that such frames do what they are for, where nobody can tell. */
  @Test
  void withinANetworkTheyAreBelieved(Docker docker) {
    String attacker = stationOf("attacker", OWN);
    String witness = networks.addressOf("witness", OWN);
    tellFromHost(witness, "met");
    await().until(() -> neighboursOf(docker, "witness").containsKey(gatewayOf(OWN)));
    Frame forged =
        Frame.arp(
            Frame.Arp.ANSWERS,
            attacker,
            stationOf("witness", OWN),
            gatewayOf(OWN),
            witness,
            "as the gateway");
    await()
        .until(() -> {
          say(docker, List.of(forged));
          return neighboursOf(docker, "witness").get(gatewayOf(OWN)).equals(attacker);
        });
  }

  @Test
  void nobodyIsReachedFromAnAddressOfAnotherNetwork(Engine engine, Docker docker)
      throws IOException {
    Path said = Files.createTempFile("served", ".txt");
    Process server =
        new ProcessBuilder(
                Stream.concat(
                        engine.inside().stream(),
                        Stream.of("perl", "-e", script, "serve", HOST_PORT))
                    .toList())
            .redirectOutput(said.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      await().until(() -> Files.readString(said).contains("listening"));
      say(docker, forgedSources());
      say(docker, trueSources());
      await()
          .untilAsserted(() -> {
            assertThat(marks(Files.readString(said))).contains("last");
            assertThat(heard(docker, "victim")).contains("last published");
          });
      assertThat(marks(Files.readString(said)))
          .containsExactly("the gateway", "the other gateway", "everybody", "in ipv6", "last");
      assertThat(heard(docker, "victim")).containsExactly("last published");
    } finally {
      server.destroyForcibly();
      Files.delete(said);
    }
  }

  /** From the containers of another network, from outside, and from the host itself. */
  private List<Frame> forgedSources() {
    List<Frame> forged = new ArrayList<>();
    for (String source :
        List.of(networks.addressOf("neighbour", OTHER), gatewayOf(OTHER), "203.0.113.9")) {
      forged.add(routed(source, networks.addressOf("victim", OTHER), 7002, "routed"));
      forged.add(routed(source, gatewayOf(OWN), 7001, "to the gateway"));
      forged.add(routed(source, gatewayOf(OTHER), 7001, "to the other gateway"));
      forged.add(routed(source, gatewayOf(OWN), 18097, "to a published port"));
      forged.add(broadcast(source, "10.97.1.255", "to the network"));
      forged.add(broadcast(source, "255.255.255.255", "to everybody"));
    }
    String attacker = networks.addressOf("attacker", OWN);
    forged.add(routed(attacker, networks.addressOf("victim", OTHER), 7002, "in its own name"));
    forged.add(routed(attacker, "127.0.0.1", 7001, "to loopback"));
    forged.add(routed("127.0.0.1", gatewayOf(OWN), 7001, "from loopback"));
    String neighbour = ipv6Of("neighbour", OTHER);
    forged.add(routed(neighbour, ipv6Of("victim", OTHER), 7002, "routed in ipv6"));
    forged.add(routed(neighbour, "fd97:1::1", 7001, "to the gateway in ipv6"));
    forged.add(routed(neighbour, "fd97:2::1", 7001, "to the other gateway in ipv6"));
    forged.add(routed("::1", "fd97:1::1", 7001, "from loopback in ipv6"));
    return forged;
  }

  /** The same ways, in the container's own name. */
  private List<Frame> trueSources() {
    String attacker = networks.addressOf("attacker", OWN);
    return List.of(
        routed(attacker, gatewayOf(OWN), 7001, "the gateway"),
        routed(attacker, gatewayOf(OTHER), 7001, "the other gateway"),
        broadcast(attacker, "255.255.255.255", "everybody"),
        routed(ipv6Of("attacker", OWN), "fd97:1::1", 7001, "in ipv6"),
        routed(attacker, gatewayOf(OWN), 18097, "last published"),
        routed(attacker, gatewayOf(OWN), 7001, "last"));
  }

  private Frame routed(String source, String target, int port, String mark) {
    return Frame.udp(
        stationOf("attacker", OWN),
        stationIn(networks.host("ip", "link", "show", bridge(OWN))),
        source,
        target,
        port,
        mark);
  }

  private Frame broadcast(String source, String target, String mark) {
    return Frame.udp(stationOf("attacker", OWN), Frame.EVERYBODY, source, target, 7001, mark);
  }

  @Test
  void aFloodOfStationsStaysInItsNetworkAndGoesWithIt(Docker docker) {
    String victim = networks.addressOf("victim", OTHER);
    String bridge = bridge(OWN);
    docker.ok("exec", "attacker", "perl", "-e", script, "flood", Integer.toString(STATIONS));
    await().until(() -> heard(docker, "witness").contains("flood"));
    assertThat(forgedStations("br", bridge))
        .isPositive()
        .isLessThanOrEqualTo(kernelCountsStations() ? MOST_LEARNED : STATIONS);
    assertThat(forgedStations("br", bridge(OTHER))).isZero();
    tell(docker, "neighbour", victim, "last");
    await().until(() -> heard(docker, "victim").contains("last"));
    assertThat(heard(docker, "victim")).containsExactly("last");
    docker.ok("rm", "-f", "attacker", "witness");
    docker.ok("network", "rm", OWN);
    assertThat(networks.links()).doesNotContain(bridge);
    assertThat(forgedStations()).isZero();
    assertThat(networks.host("ip", "neighbour")).doesNotContain("10.97.1.");
  }

  private static boolean kernelCountsStations() {
    return Runtime.Version.parse(System.getProperty("os.version").replaceAll("[^0-9.].*", ""))
            .compareTo(Runtime.Version.parse("6.7"))
        >= 0;
  }

  private long forgedStations(String... where) {
    return networks
        .host(
            Stream.concat(Stream.of("bridge", "fdb", "show"), Stream.of(where))
                .toArray(String[]::new))
        .lines()
        .filter(line -> line.startsWith("02:fe:"))
        .count();
  }

  private String bridge(String network) {
    return networks.bridgeOf(network);
  }

  private String gatewayOf(String network) {
    return network.equals(OWN) ? "10.97.1.1" : "10.97.2.1";
  }

  private String ipv6Of(String container, String network) {
    return networks.endpoint(container, network, "GlobalIPv6Address");
  }

  private String stationOf(String container, String network) {
    return networks.endpoint(container, network, "MacAddress");
  }

  private static String stationIn(String text) {
    Matcher found = STATION.matcher(text);
    assertThat(found.find()).as(text).isTrue();
    return found.group();
  }

  /** By the kernel of who says it, and so with an address that was asked for. */
  private static void tell(Docker docker, String from, String address, String mark) {
    docker.ok("exec", from, "bash", "-c", datagram(address, mark));
  }

  private void tellFromHost(String address, String mark) {
    networks.host("bash", "-c", datagram(address, mark));
  }

  private static String datagram(String address, String mark) {
    return "echo '<%s>' >/dev/udp/%s/7002".formatted(mark, address);
  }

  private void say(Docker docker, List<Frame> frames) {
    String lines = frames.stream().map(Frame::line).collect(Collectors.joining("\n"));
    docker.with(lines, "exec", "-i", "attacker", "perl", "-e", script, "say").ok();
  }

  private static List<String> heard(Docker docker, String listener) {
    return marks(docker.ok("logs", listener));
  }

  private static List<String> marks(String said) {
    return said.lines().filter(line -> !line.equals("listening")).toList();
  }

  /** Stations that the container's kernel has found, by address. */
  private static Map<String, String> neighboursOf(Docker docker, String container) {
    Map<String, String> stations = new TreeMap<>();
    docker
        .ok("exec", container, "cat", "/proc/net/arp")
        .lines()
        .skip(1)
        .map(line -> line.split("\\s+"))
        .forEach(entry -> stations.put(entry[0], entry[3]));
    return stations;
  }
}
