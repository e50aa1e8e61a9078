package dev.varve.container.adapter.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.container.application.ContainerNetwork.BridgeNetwork;
import dev.varve.container.application.ContainerNetwork.Lease;
import dev.varve.linux.net.NetworkCalls.Link;
import dev.varve.linux.net.RecordingNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelContainerNetworkTest {
  private static final BridgeNetwork BRIDGE =
      new BridgeNetwork("n1", "bridge", "varve0", "172.17.0.0/16", "172.17.0.1");

  @TempDir Path run;
  private final RecordingNetwork kernel = new RecordingNetwork();
  private KernelContainerNetwork network;

  @BeforeEach
  void open() throws IOException {
    network = new KernelContainerNetwork(kernel, "varve", run);
    network.ensureBridge(BRIDGE);
  }

  @AfterEach
  void close() {
    network.close();
  }

  @Test
  void makesTheBridgeOnceWithItsRules() throws IOException {
    network.ensureBridge(BRIDGE);
    assertThat(kernel.calls())
        .containsExactly(
            "host bridge varve0 02:42:ac:11:00:01 1500",
            "sysctl net/ipv4/ip_forward=1",
            "sysctl net/ipv6/conf/varve0/accept_ra=0",
            "sysctl net/ipv6/conf/varve0/disable_ipv6=1",
            "host address 1 172.17.0.1/16",
            "host up 1",
            "firewall varve");
  }

  @Test
  void leasesAddressesAsDockerDoesAndNeverTwice() throws IOException {
    Lease first = network.lease("c1");
    assertThat(first.attachment().address()).isEqualTo("172.17.0.2");
    assertThat(first.attachment().macAddress()).isEqualTo("02:42:ac:11:00:02");
    assertThat(first.attachment().prefixLength()).isEqualTo(16);
    assertThat(first.namespace()).isEqualTo(run.resolve("netns/172.17.0.2"));
    Set<String> addresses = new HashSet<>();
    for (int i = 2; i < 40; i++) {
      assertThat(addresses.add(network.lease("c" + i).attachment().address())).isTrue();
    }
    assertThat(addresses).doesNotContain("172.17.0.1", "172.17.0.2");
  }

  @Test
  void skipsAnAddressWhoseLinkIsStillThere() throws IOException {
    kernel.addLink(new Link(77, "varve-ac110002", 1500));
    assertThat(network.lease("c1").attachment().address()).isEqualTo("172.17.0.3");
  }

  @Test
  void releasesOnceAndForGood() throws IOException {
    Lease lease = network.lease("c1");
    network.release("c1");
    network.release("c1");
    assertThat(kernel.isNamespace(lease.namespace())).isFalse();
    assertThat(Files.list(run.resolve("netns/of"))).isEmpty();
  }

  @Test
  void keepsTheLeasesOfRunningContainersAtStart() throws IOException {
    Lease kept = network.lease("kept");
    Lease gone = network.lease("gone");
    Path isolated = network.isolated("lonely");
    kernel.addLink(new Link(78, "varve-ac11ffff", 1500));
    kernel.addLink(new Link(79, "other-ac11fffe", 1500));
    network.close();

    network = new KernelContainerNetwork(kernel, "varve", run);
    network.ensureBridge(BRIDGE);
    network.reconcile(Set.of("kept", "lonely"), Set.of("172.17.0.2", "172.17.0.9"));
    assertThat(kernel.isNamespace(kept.namespace())).isTrue();
    assertThat(kernel.isNamespace(isolated)).isTrue();
    assertThat(kernel.host().links().stream().map(Link::name))
        .contains("varve-ac110002", "other-ac11fffe")
        .doesNotContain("varve-ac11ffff");
    assertThat(gone.attachment().address()).isNotEqualTo(kept.attachment().address());
    Set<String> addresses = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      addresses.add(network.lease("n" + i).attachment().address());
    }
    assertThat(addresses).doesNotContain("172.17.0.2", "172.17.0.9").hasSize(20);
  }

  @Test
  void preparesNamespacesAhead() throws IOException {
    network.reconcile(Set.of(), Set.of());
    await().until(() -> kernel.namespaces().size() == 4);
    network.lease("c1");
    await().until(() -> kernel.namespaces().size() == 5);
  }

  @Test
  void findsASubnetThatNothingUses() throws IOException {
    assertThat(network.freeSubnet()).isEqualTo("172.18.0.0/16");
    kernel.use("172.18.5.0/24");
    kernel.use("172.19.0.0/17");
    assertThat(network.freeSubnet()).isEqualTo("172.20.0.0/16");
    kernel.use("172.16.0.0/12");
    kernel.use("192.168.1.0/24");
    assertThat(network.freeSubnet()).isEqualTo("192.168.16.0/20");
    kernel.use("192.168.0.0/16");
    assertThat(network.freeSubnet()).isEqualTo("10.0.0.0/16");
  }
}
