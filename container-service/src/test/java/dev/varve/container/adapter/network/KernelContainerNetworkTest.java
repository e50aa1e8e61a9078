package dev.varve.container.adapter.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.container.application.ContainerNetwork.Lease;
import dev.varve.container.application.ContainerNetwork.Running;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.Subnet;
import dev.varve.linux.net.NetworkCalls.Link;
import dev.varve.linux.net.RecordingNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelContainerNetworkTest {
  private static final Network BRIDGE =
      TestNetworks.builtinBridge("varve0", Subnet.parse("172.17.0.0/16"));

  @TempDir Path run;
  private final RecordingNetwork kernel = new RecordingNetwork();
  private final FakeTables tables = new FakeTables(kernel);
  private KernelContainerNetwork network;

  @BeforeEach
  void open() throws IOException {
    network = TestNetworks.network(kernel, tables, "varve", run);
    network.restore(List.of(BRIDGE));
  }

  @AfterEach
  void close() {
    network.close();
  }

  private Lease lease(String container) throws IOException {
    return network.lease(container, List.of(TestNetworks.plain(BRIDGE)));
  }

  private static Running running(Lease lease) {
    return new Running(lease.attachments(), TestNetworks.NAMES);
  }

  @Test
  void makesTheBridgeWithItsRules() {
    assertThat(kernel.calls())
        .containsExactly(
            "host bridge varve0 02:42:ac:11:00:01 1500",
            "host large segments 1",
            "sysctl net/ipv4/ip_forward=1",
            "sysctl net/ipv6/conf/varve0/accept_ra=0",
            "sysctl net/ipv6/conf/varve0/disable_ipv6=1",
            "host address 1 172.17.0.1/16",
            "host up 1",
            "firewall table inet varve_networks");
  }

  @Test
  void leasesAddressesAsDockerDoesAndNeverTwice() throws IOException {
    Lease first = lease("c1");
    assertThat(first.attachments().getFirst().address()).isEqualTo("172.17.0.2");
    assertThat(first.attachments().getFirst().macAddress()).isEqualTo("02:42:ac:11:00:02");
    assertThat(first.attachments().getFirst().prefixLength()).isEqualTo(16);
    assertThat(first.namespace()).isEqualTo(run.resolve("netns/172.17.0.2"));
    Set<String> addresses = new HashSet<>();
    for (int i = 2; i < 40; i++) {
      assertThat(addresses.add(lease("c" + i).attachments().getFirst().address())).isTrue();
    }
    assertThat(addresses).doesNotContain("172.17.0.1", "172.17.0.2");
  }

  @Test
  void skipsAnAddressWhoseLinkIsStillThere() throws IOException {
    kernel.addLink(new Link(77, "varve-ac110002", 1500, true));
    assertThat(lease("c1").attachments().getFirst().address()).isEqualTo("172.17.0.3");
  }

  @Test
  void releasesOnceAndForGood() throws IOException {
    Lease lease = lease("c1");
    network.release("c1");
    network.release("c1");
    assertThat(kernel.isNamespace(lease.namespace())).isFalse();
    assertThat(Files.list(run.resolve("netns/of"))).isEmpty();
  }

  @Test
  void keepsTheLeasesOfRunningContainersAtStart() throws IOException {
    Lease kept = lease("kept");
    Lease gone = lease("gone");
    Path isolated = network.isolated("lonely");
    kernel.addLink(new Link(78, "varve-ac11ffff", 1500, true));
    kernel.addLink(new Link(79, "other-ac11fffe", 1500, true));
    network.close();

    network = TestNetworks.network(kernel, tables, "varve", run);
    network.restore(List.of(BRIDGE));
    network.reconcile(
        Map.of("kept", running(kept), "lonely", new Running(List.of(), TestNetworks.NAMES)));
    assertThat(kernel.isNamespace(kept.namespace())).isTrue();
    assertThat(kernel.isNamespace(isolated)).isTrue();
    assertThat(kernel.host().links().stream().map(Link::name))
        .contains("varve-ac110002", "other-ac11fffe")
        .doesNotContain("varve-ac11ffff");
    assertThat(gone.attachments().getFirst().address())
        .isNotEqualTo(kept.attachments().getFirst().address());
    Set<String> addresses = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      addresses.add(lease("n" + i).attachments().getFirst().address());
    }
    assertThat(addresses).doesNotContain("172.17.0.2").hasSize(20);
  }

  @Test
  void preparesNamespacesAhead() throws IOException {
    network.reconcile(Map.of());
    await().until(() -> kernel.namespaces().size() == 4);
    lease("c1");
    await().until(() -> kernel.namespaces().size() == 5);
  }

  @Test
  void rulesThatAnotherProgramChangedAreMadeAgain() {
    int before = kernel.calls().size();
    tables.change("varve_networks");
    assertThat(kernel.calls().subList(before, kernel.calls().size()))
        .containsExactly("firewall table inet varve_networks");
    network.close();
    tables.change("varve_networks");
    assertThat(kernel.calls()).hasSize(before + 1);
  }

  @Test
  void aBridgeThatAnotherProgramDeletedIsMadeAgainForThoseWhoWereOnIt() throws IOException {
    Lease lease = lease("c1");
    int index = kernel.host().index("varve0").orElseThrow();
    int before = kernel.calls().size();
    kernel.disturb(index);
    kernel.disturb(index + 1000);
    kernel.loseLink("varve0");
    kernel.disturb(index);
    String link = "varve-ac110002";
    await()
        .untilAsserted(() ->
            assertThat(kernel.calls().subList(before, kernel.calls().size()))
                .contains("host bridge varve0 02:42:ac:11:00:01 1500")
                .anyMatch(call -> call.startsWith("host attach " + link)));
    assertThat(kernel.host().index("varve0").orElseThrow()).isNotEqualTo(index);
    assertThat(lease.attachments().getFirst().address()).isEqualTo("172.17.0.2");
  }
}
