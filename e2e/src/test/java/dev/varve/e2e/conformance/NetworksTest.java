package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code docker network}, and containers on networks that people made. */
final class NetworksTest extends Conformance {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final List<String> networks = new ArrayList<>();

  @AfterEach
  void removeNetworks() {
    removeWhatTheTestMade();
    networks.forEach(network -> wire.delete("/networks/" + network));
  }

  private String networkName() {
    String name = "cfn-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    networks.add(name);
    return name;
  }

  private String network(String... flags) {
    String name = networkName();
    List<String> arguments = new ArrayList<>(List.of("network", "create"));
    arguments.addAll(List.of(flags));
    arguments.add(name);
    docker.ok(arguments.toArray(String[]::new));
    return name;
  }

  private JsonNode inspectNetwork(String network) {
    Reply reply = wire.get("/networks/" + network);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply.json();
  }

  private JsonNode endpoint(String container, String network) {
    return inspect(container).at("/NetworkSettings/Networks/" + network);
  }

  private String lookUp(String container, String name) {
    return docker.run("exec", container, "nslookup", "-type=a", name).out();
  }

  @Test
  void aNameMayHoldASlash() {
    String net = networkName() + "/inner";
    docker.ok("network", "create", net);
    assertThat(docker.ok("network", "inspect", "-f", "{{.Name}}", net)).isEqualTo(net);
    assertThat(docker.ok("network", "rm", net)).isEqualTo(net);
  }

  @Test
  void createdListedInspectedRemoved() {
    String net = network("--label", "k=" + "v", "--opt", "com.docker.network.driver.mtu=1400");
    JsonNode it = inspectNetwork(net);
    assertThat(it.get("Driver").asText()).isEqualTo("bridge");
    assertThat(it.get("Scope").asText()).isEqualTo("local");
    assertThat(it.get("EnableIPv6").asBoolean()).isFalse();
    assertThat(it.at("/IPAM/Driver").asText()).isEqualTo("default");
    assertThat(it.at("/IPAM/Config/0/Subnet").asText()).contains("/");
    assertThat(it.at("/IPAM/Config/0/Gateway").asText()).isNotEmpty();
    assertThat(it.at("/Labels/k").asText()).isEqualTo("v");
    assertThat(it.get("Containers").isEmpty()).isTrue();
    String id = it.get("Id").asText();
    assertThat(inspectNetwork(id.substring(0, 12)).get("Name").asText()).isEqualTo(net);
    assertThat(docker.ok("network", "ls", "-q", "--no-trunc", "-f", "name=" + net)).isEqualTo(id);
    assertThat(docker.ok("network", "ls", "-q", "-f", "label=k=v", "-f", "name=" + net))
        .isNotEmpty();
    assertThat(docker.ok("network", "ls", "-q", "-f", "type=builtin", "-f", "name=" + net))
        .isEmpty();
    assertThat(
            docker.ok(
                "network",
                "ls",
                "-q",
                "-f",
                "type=custom",
                "-f",
                "driver=bridge",
                "-f",
                "name=" + net))
        .isNotEmpty();
    assertThat(docker.ok("network", "ls", "-q", "-f", "dangling=true", "-f", "name=" + net))
        .isNotEmpty();
    assertThat(docker.ok("run", "--rm", "--network", net, IMAGE, "cat", "/sys/class/net/eth0/mtu"))
        .isEqualTo("1400");
    assertThat(docker.ok("network", "rm", net)).isEqualTo(net);
    assertThat(wire.get("/networks/" + net).status()).isEqualTo(404);
  }

  @Test
  void aNameIsTakenOnce() {
    String net = network();
    Reply again = wire.post("/networks/create", "{\"Name\":\"%s\"}".formatted(net));
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.text()).contains("network with name " + net + " already exists");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"Name\":\"bridge\"} | 403 | operation is not permitted on predefined bridge network",
        "{\"Name\":\"cfx\",\"Driver\":\"odd\"} | 404 | odd",
        "{\"Name\":\"cfx\",\"Driver\":\"host\"} | 403 | only one instance of",
        "{\"Name\":\"cfx\",\"IPAM\":{\"Config\":[{\"Subnet\":\"10/8\"}]}} | 400 | invalid CIDR",
        "{\"Name\":\"cfx\",\"IPAM\":{\"Config\":[{\"Subnet\":\"10.77.1.0/24\",\"Gateway\":\"10.78.0.1\"}]}} | 400 | doesn't contain this address",
      })
  void refusals(String body, int status, String words) {
    EngineUnderTest.supposedNew("other words");
    Reply reply = wire.post("/networks/create", body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.text()).contains(words);
  }

  @Test
  void predefinedStayAndOverlapsAreRefused() {
    for (String name : List.of("bridge", "host", "none")) {
      Reply reply = wire.delete("/networks/" + name);
      assertThat(reply.status()).isEqualTo(403);
      assertThat(reply.text()).contains(name + " is a pre-defined network and cannot be removed");
    }
    assertThat(wire.delete("/networks/cf-nosuch").status()).isEqualTo(404);
    String first = network("--subnet", "10.77.0.0/24");
    Reply second =
        wire.post(
            "/networks/create",
            "{\"Name\":\"%s\",\"IPAM\":{\"Config\":[{\"Subnet\":\"10.77.0.128/25\"}]}}"
                .formatted(networkName()));
    assertThat(second.status()).as(first).isEqualTo(403);
    assertThat(second.text()).contains("Pool overlaps with other one on this address space");
  }

  @Test
  void fixedAddressesAliasesAndNames() {
    String net =
        network(
            "--subnet", "10.78.0.0/24", "--ip-range", "10.78.0.128/25", "--gateway", "10.78.0.1");
    String db =
        sleeper(
            "--network",
            net,
            "--ip",
            "10.78.0.9",
            "--network-alias",
            "data",
            "--hostname",
            "dbhost");
    String web = sleeper("--network", net);
    JsonNode ends = endpoint(db, net);
    assertThat(ends.get("IPAddress").asText()).isEqualTo("10.78.0.9");
    assertThat(ends.get("IPPrefixLen").asInt()).isEqualTo(24);
    assertThat(ends.get("Gateway").asText()).isEqualTo("10.78.0.1");
    assertThat(ends.at("/IPAMConfig/IPv4Address").asText()).isEqualTo("10.78.0.9");
    assertThat(endpoint(web, net).get("IPAddress").asText()).startsWith("10.78.0.1");
    assertThat(inspectNetwork(net).at("/Containers/" + idOf(db) + "/IPv4Address").asText())
        .isEqualTo("10.78.0.9/24");
    assertThat(docker.ok("ps", "-q", "--no-trunc", "--filter", "network=" + net).lines())
        .containsExactlyInAnyOrder(idOf(db), idOf(web));

    assertThat(docker.ok("exec", web, "cat", "/etc/resolv.conf"))
        .contains("nameserver 127.0.0.11", "ndots:0");
    for (String name : List.of(db, "data", idOf(db).substring(0, 12))) {
      assertThat(lookUp(web, name)).as(name).contains("10.78.0.9");
    }
    docker.ok("exec", web, "ping", "-c", "1", "-W", "5", "data");
    docker.ok("rename", db, remove(db + "-new"));
    assertThat(lookUp(web, db + "-new")).contains("10.78.0.9");
    docker.ok("stop", "-t", "0", db + "-new");
    assertThat(lookUp(web, "data")).doesNotContain("10.78.0.9");
  }

  @Test
  void addressesThatCannotBeHad() {
    String chosen = network("--subnet", "10.79.0.0/24");
    String any = network();
    sleeper("--network", chosen, "--ip", "10.79.0.9");
    assertThat(docker.run("run", "--rm", "--network", chosen, "--ip", "10.79.0.9", IMAGE).err())
        .contains("ddress already in use");
    assertThat(docker.run("run", "--rm", "--network", any, "--ip", "10.79.0.9", IMAGE).err())
        .contains(
            "user specified IP address is supported only when connecting to networks with user configured subnets");
    assertThat(docker.run("run", "--rm", "--ip", "10.79.0.9", IMAGE).err())
        .contains("user specified IP address is supported on user defined networks only");
  }

  @Test
  void connectedAndDisconnectedWhileItRuns() {
    String one = network();
    String two = network();
    String other = sleeper("--network", two);
    String it = sleeper("--network", one);
    assertThat(lookUp(it, other)).doesNotContain("Address: 1");
    String since = now();
    docker.ok("network", "connect", "--alias", "second", two, it);
    assertThat(docker.ok("exec", it, "ls", "/sys/class/net").lines()).contains("eth0", "eth1");
    docker.ok("exec", it, "ping", "-c", "1", "-W", "5", other);
    docker.ok("exec", other, "ping", "-c", "1", "-W", "5", "second");
    assertThat(
            docker
                .ok("exec", it, "cat", "/etc/hosts")
                .lines()
                .filter(line -> line.contains(idOf(it).substring(0, 12))))
        .hasSize(2);
    assertThat(docker.run("network", "connect", two, it).err())
        .contains("already exists in network " + two);
    assertThat(docker.run("network", "rm", two).err()).contains("has active endpoints");
    docker.ok("network", "disconnect", two, it);
    assertThat(docker.ok("exec", it, "ls", "/sys/class/net").lines()).doesNotContain("eth1");
    assertThat(docker.run("network", "disconnect", two, it).err()).contains("is not connected to");
    assertThat(
            docker
                .ok(
                    "events",
                    "--since",
                    since,
                    "--until",
                    now(),
                    "--filter",
                    "network=" + two,
                    "--format",
                    "{{.Action}}")
                .lines())
        .containsExactly("connect", "disconnect");
  }

  @Test
  void connectionsOfAStoppedContainerAreOfItsNextRun() {
    String net = network();
    String it = created("sh", "-c", "ls /sys/class/net");
    docker.ok("network", "connect", net, it);
    assertThat(inspect(it).at("/NetworkSettings/Networks").size()).isEqualTo(2);
    docker.ok("network", "disconnect", "bridge", it);
    docker.ok("start", "-a", it);
    assertThat(inspect(it).at("/NetworkSettings/Networks").size()).isEqualTo(1);
    assertThat(docker.ok("start", "-a", it).lines()).contains("eth0").doesNotContain("eth1");
  }

  @Test
  void severalNetworksFromTheStart() {
    String one = network();
    String two = network();
    String it = name();
    docker.ok(
        "run", "-d", "--name", it, "--network", one, "--network", two, IMAGE, "sleep", "1000");
    assertThat(docker.ok("exec", it, "ls", "/sys/class/net").lines()).contains("eth0", "eth1");
    assertThat(endpoint(it, one).get("IPAddress").asText()).isNotEmpty();
    assertThat(endpoint(it, two).get("IPAddress").asText()).isNotEmpty();
  }

  @Test
  void internalNetworksLeadNowhere() {
    String shut = network("--internal");
    String it = sleeper("--network", shut);
    String friend = sleeper("--network", shut);
    assertThat(docker.ok("exec", it, "ip", "route")).doesNotContain("default");
    docker.ok("exec", it, "ping", "-c", "1", "-W", "5", friend);
  }

  @Test
  void namesOfTheOutsideAreRefusedAtOnceOnInternalNetworks() {
    EngineUnderTest.supposedNew("asks the host's servers");
    String shut = network("--internal");
    String it = sleeper("--network", shut);
    String friend = sleeper("--network", shut);
    assertThat(lookUp(it, friend)).contains("Address: ");
    assertThat(lookUp(it, "example.org"))
        .doesNotContain("timed out", "no servers could be reached");
  }

  @Test
  void ipv6Alone() {
    EngineUnderTest.supposedNew("has IPv4 always");
    String net = network("--ipv4=false", "--ipv6", "--subnet", "fd77:2::/64");
    String it = sleeper("--network", net);
    String friend = sleeper("--network", net, "--network-alias", "friend");
    JsonNode ends = endpoint(friend, net);
    assertThat(ends.get("IPAddress").asText()).isEmpty();
    assertThat(ends.get("GlobalIPv6Address").asText()).startsWith("fd77:2::");
    assertThat(docker.ok("exec", it, "ip", "-4", "route")).isEmpty();
    docker.ok("exec", it, "ping", "-6", "-c", "1", "-W", "5", "friend");
    assertThat(docker.ok("exec", it, "nslookup", "-type=aaaa", friend))
        .contains(ends.get("GlobalIPv6Address").asText());
  }

  @Test
  void bothFamilies() {
    String net = network("--ipv6", "--subnet", "fd77:1::/64");
    String it = sleeper("--network", net);
    String friend = sleeper("--network", net);
    String address = endpoint(friend, net).get("GlobalIPv6Address").asText();
    assertThat(address).startsWith("fd77:1::");
    docker.ok("exec", it, "ping", "-c", "1", "-W", "5", address);
    assertThat(docker.ok("exec", it, "cat", "/proc/sys/net/ipv6/conf/eth0/accept_ra"))
        .isEqualTo("0");
  }

  @Test
  void anothersNetwork() {
    String net = network();
    String owner = sleeper("--network", net);
    String guest = sleeper("--network", "container:" + owner);
    assertThat(docker.ok("exec", guest, "ip", "-4", "-o", "addr", "show", "eth0"))
        .contains(endpoint(owner, net).get("IPAddress").asText());
    assertThat(inspect(guest).at("/HostConfig/NetworkMode").asText())
        .isEqualTo("container:" + idOf(owner));
    assertThat(
            docker
                .run("run", "--rm", "--network", "container:" + owner, "--hostname", "x", IMAGE)
                .err())
        .contains("conflicting options: hostname and the network mode");
    assertThat(docker.run("network", "connect", net, guest).err())
        .contains("sharing network namespace with another container");
    String idle = created("true");
    assertThat(docker.run("run", "--rm", "--network", "container:" + idle, IMAGE).err())
        .contains("cannot join network of a non running container");
  }

  @Test
  void pruneTakesWhatNobodyUses() {
    String label = "cfprune" + COUNT.incrementAndGet();
    String unused = network("--label", label);
    String used = network("--label", label);
    sleeper("--network", used);
    assertThat(docker.ok("network", "prune", "-f", "--filter", "label=" + label))
        .contains(unused)
        .doesNotContain(used);
    assertThat(wire.get("/networks/" + unused).status()).isEqualTo(404);
    assertThat(wire.get("/networks/" + used).status()).isEqualTo(200);
  }
}
