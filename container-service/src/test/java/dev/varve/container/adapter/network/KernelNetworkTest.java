package dev.varve.container.adapter.network;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.container.adapter.BusyboxRoot;
import dev.varve.container.application.ContainerNetwork.EndpointRequest;
import dev.varve.container.application.ContainerNetwork.Lease;
import dev.varve.container.application.ContainerNetwork.Running;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.NetworkOptions;
import dev.varve.container.domain.Subnet;
import dev.varve.linux.Native;
import dev.varve.linux.net.LinuxNetwork;
import dev.varve.linux.net.NetworkCalls.Link;
import dev.varve.linux.net.NetworkKernel;
import dev.varve.linux.net.NftTables;
import dev.varve.linux.net.PacketTables;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With the real kernel, in a network namespace that stands for the host and dies with the test. */
@Tag("kernel")
class KernelNetworkTest {
  private static final int CLONE_NEWNS_NEWNET = 0x20000 | 0x40000000;
  private static final MethodHandle UNSHARE =
      Native.bind("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final Network BRIDGE =
      TestNetworks.builtinBridge("rtt0", Subnet.parse("172.17.0.0/16"));

  @FunctionalInterface
  private interface Body {
    void run(Path run, NetworkKernel kernel, PacketTables tables, KernelContainerNetwork network)
        throws Exception;
  }

  private static void onAHostOfItsOwn(Body body) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(() -> {
          try (Arena arena = Arena.ofConfined()) {
            int result = (int) UNSHARE.invokeExact(Native.errnoBuffer(arena), CLONE_NEWNS_NEWNET);
            assertThat(result).isZero();
            sh("mount --make-rprivate /");
            Path run = Files.createTempDirectory("varve-net-");
            try (LinuxNetwork kernel = new LinuxNetwork();
                NftTables tables = new NftTables(kernel);
                KernelContainerNetwork network = TestNetworks.network(kernel, tables, "rtt", run)) {
              body.run(run, kernel, tables, network);
            } finally {
              sh("umount " + run + "/netns/* 2>/dev/null || true");
              BusyboxRoot.delete(run);
            }
            done.complete(null);
          } catch (Throwable e) {
            done.completeExceptionally(e);
          }
        });
    done.get();
  }

  /** How a script ended. */
  private record Ended(int status, String output) {}

  /** A shell started from this thread is in its namespaces. */
  private static Ended run(String script) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new Ended(process.waitFor(), output);
  }

  private static String sh(String script) throws IOException, InterruptedException {
    Ended ended = run(script);
    assertThat(ended.status).as(script + ": " + ended.output).isZero();
    return ended.output;
  }

  @Test
  void containersReachTheHostAndEachOtherAndTheOutside() throws Exception {
    onAHostOfItsOwn((run, kernel, tables, network) -> {
      sh("ip link set lo up");
      network.restore(List.of(BRIDGE));
      network.restore(List.of(BRIDGE));
      Lease a = network.lease("a", List.of(TestNetworks.plain(BRIDGE)));
      Lease b = network.lease("b", List.of(TestNetworks.plain(BRIDGE)));
      String inA = "nsenter --net=" + a.namespace() + " ";
      assertThat(sh(inA + "ip -br addr show eth0")).contains("172.17.0.2/16");
      assertThat(sh(inA + "ip link show eth0")).contains("02:42:ac:11:00:02");
      assertThat(sh(inA + "ip route")).contains("default via 172.17.0.1 dev eth0");
      assertThat(sh(inA + "ip -6 addr")).isEmpty();
      sh(inA + "busybox ping -c 1 -W 5 172.17.0.1");
      sh(inA + "busybox ping -c 1 -W 5 " + b.attachments().getFirst().address());
      // The world outside: another namespace behind a link, which knows no way back to 172.17.
      sh("ip netns add rttout 2>/dev/null || true");
      try {
        sh(
            "ip link add out0 type veth peer name out1 netns rttout"
                + " && ip addr add 192.0.2.1/24 dev out0 && ip link set out0 up"
                + " && ip -n rttout addr add 192.0.2.2/24 dev out1"
                + " && ip -n rttout link set out1 up");
        sh(inA + "busybox ping -c 1 -W 5 192.0.2.2");
        sh("ip -n rttout route add 172.17.0.0/16 via 192.0.2.1");
        assertThat(sh("ip netns exec rttout busybox ping -c 1 -W 1 172.17.0.2 || echo refused"))
            .endsWith("refused");
        sh(inA + "ip addr add 10.9.9.9/32 dev eth0");
        assertThat(sh(inA + "busybox ping -c 1 -W 1 -I 10.9.9.9 192.0.2.2 || echo dropped"))
            .endsWith("dropped");
      } finally {
        sh("ip netns del rttout");
      }
      network.release("a");
      network.release("b");
    });
  }

  @Test
  void releaseTakesTheLinkAwayAndFreesTheAddress() throws Exception {
    onAHostOfItsOwn((run, kernel, tables, network) -> {
      network.restore(List.of(BRIDGE));
      Lease lease = network.lease("a", List.of(TestNetworks.plain(BRIDGE)));
      Path isolated = network.isolated("none");
      assertThat(sh("nsenter --net=" + isolated + " ip -br link"))
          .startsWith("lo")
          .doesNotContain("eth0");
      network.release("a");
      network.release("none");
      assertThat(lease.namespace()).doesNotExist();
      await()
          .until(() ->
              kernel.host().links().stream().map(Link::name).noneMatch("rtt-ac110002"::equals));
    });
  }

  @Test
  void reconcilesWithWhatAnEarlierEngineLeft() throws Exception {
    onAHostOfItsOwn((run, kernel, tables, network) -> {
      network.restore(List.of(BRIDGE));
      Lease kept = network.lease("kept", List.of(TestNetworks.plain(BRIDGE)));
      Lease gone = network.lease("gone", List.of(TestNetworks.plain(BRIDGE)));
      KernelContainerNetwork next = TestNetworks.network(kernel, tables, "rtt", run);
      next.restore(List.of(BRIDGE));
      next.reconcile(Map.of("kept", new Running(kept.attachments(), TestNetworks.NAMES)));
      assertThat(kernel.isNamespace(kept.namespace())).isTrue();
      assertThat(
              next.lease("new", List.of(TestNetworks.plain(BRIDGE)))
                  .attachments()
                  .getFirst()
                  .address())
          .isNotEqualTo(kept.attachments().getFirst().address());
      assertThat(run.resolve("netns/of/gone")).doesNotExist();
      assertThat(gone.namespace())
          .satisfiesAnyOf(
              pin -> assertThat(pin).doesNotExist(),
              pin -> assertThat(Files.readSymbolicLink(run.resolve("netns/of/new"))).isEqualTo(pin),
              pin -> assertThat(kernel.isNamespace(pin)).isTrue());
      next.release("new");
      next.release("kept");
      next.close();
    });
  }

  @Test
  void networksOfTheirOwnAreApartAndInternalOnesShut() throws Exception {
    onAHostOfItsOwn((run, kernel, tables, network) -> {
      sh("ip link set lo up");
      Network one = TestNetworks.own("one", false, Map.of(), "10.91.0.0/24", "fd91::/64");
      Network two = TestNetworks.own("two", false, Map.of(), "10.92.0.0/24");
      Network shut = TestNetworks.own("shut", true, Map.of(), "10.93.0.0/24");
      Network quiet =
          TestNetworks.own("quiet", false, Map.of(NetworkOptions.ICC, "false"), "10.94.0.0/24");
      network.restore(List.of(BRIDGE, one));
      for (Network more : List.of(two, shut, quiet)) {
        network.add(more);
      }
      String a = in(lease(network, "a", TestNetworks.plain(one)));
      String b = in(lease(network, "b", TestNetworks.plain(one), TestNetworks.plain(two)));
      String c =
          in(lease(network, "c", TestNetworks.with(two, TestNetworks.fixed("two", "10.92.0.77"))));
      String d = in(lease(network, "d", TestNetworks.plain(shut)));
      String e = in(lease(network, "e", TestNetworks.plain(quiet)));
      String f = in(lease(network, "f", TestNetworks.plain(quiet)));
      String old = in(lease(network, "g", TestNetworks.plain(BRIDGE)));
      String ping = "busybox ping -c 1 -W 1 ";

      assertThat(sh(b + "ip -br addr show eth0")).contains("10.91.0.3/24", "fd91::3/64");
      assertThat(sh(b + "ip -br addr show eth1")).contains("10.92.0.2/24");
      assertThat(sh(b + "ip route show default")).isEqualTo("default via 10.91.0.1 dev eth0");
      assertThat(sh(b + "cat /proc/sys/net/ipv6/conf/eth0/accept_ra")).isEqualTo("0");
      sh(a + ping + "10.91.0.3");
      sh(a + ping + "fd91::3");
      sh(b + ping + "10.92.0.77");
      sh(c + ping + "10.92.0.2");
      assertThat(sh(a + ping + "10.92.0.77 || echo refused")).endsWith("refused");
      assertThat(sh(c + ping + "10.91.0.2 || echo refused")).endsWith("refused");
      assertThat(sh(a + ping + "172.17.0.2 || echo refused")).endsWith("refused");
      assertThat(sh(old + ping + "10.91.0.2 || echo refused")).endsWith("refused");
      assertThat(sh(d + "ip route show default")).isEmpty();
      sh(d + ping + "10.93.0.1");
      assertThat(sh(e + ping + "10.94.0.3 || echo refused")).endsWith("refused");
      sh(e + ping + "10.94.0.1");
      assertThat(f).isNotEqualTo(e);

      assertThat(sh(a + "nft list table ip varve_names"))
          .contains("ip daddr 127.0.0.11 udp dport 53 dnat to 10.91.0.1")
          .contains("ip daddr 127.0.0.11 tcp dport 53 dnat to 10.91.0.1")
          .contains("ip saddr 127.0.0.0/8 ip daddr 10.91.0.1 masquerade")
          .contains("iifname != \"lo\" ip daddr 127.0.0.0/8 drop");
      assertThat(network.retire(two.id())).as("somebody is on it").isFalse();
      network.disconnect("b", one.id());
      assertThat(sh(b + "ip -br link")).doesNotContain("eth0");
      assertThat(sh(b + "ip route show default")).isEqualTo("default via 10.92.0.1 dev eth1");
      network.claim("b", TestNetworks.plain(one));
      network.wire("b");
      assertThat(sh(b + "ip -br addr show eth0")).contains("10.91.0.");

      for (String container : List.of("a", "b", "c", "d", "e", "f", "g")) {
        network.release(container);
      }
      for (Network gone : List.of(one, two, shut, quiet)) {
        assertThat(network.retire(gone.id())).isTrue();
        network.remove(gone);
      }
      assertThat(kernel.host().links().stream().map(Link::name))
          .noneMatch(it -> it.startsWith("br-"));
      assertThat(sh("nft list table inet rtt_networks")).doesNotContain("10.9");
    });
  }

  @Test
  void whatOthersTakeAwayIsMadeAgain() throws Exception {
    onAHostOfItsOwn((run, kernel, tables, network) -> {
      sh("ip link set lo up");
      Network one = TestNetworks.own("one", false, Map.of(), "10.91.0.0/24", "fd91::/64");
      network.restore(List.of(BRIDGE, one));
      String a = in(lease(network, "a", TestNetworks.plain(one)));
      String b = in(lease(network, "b", TestNetworks.plain(one)));
      String old = in(lease(network, "old", TestNetworks.plain(BRIDGE)));
      String ping = "busybox ping -c 1 -W 1 ";
      String neighbour = a + ping + "10.91.0.3";

      sh("nft flush ruleset");
      awaitOk("nft list table inet rtt_networks | grep 10.91.0.0/24");
      sh("nft delete element inet rtt_networks within '{ \"br-one\" . \"br-one\" }'");
      awaitOk("nft list set inet rtt_networks within | grep br-one");
      sh("ip link set br-one down");
      awaitOk(a + ping + "10.91.0.1");
      awaitOk(a + ping + "fd91::1");
      sh("ip address flush dev br-one");
      awaitOk(a + ping + "10.91.0.1");
      sh("ip link del br-one");
      awaitOk(neighbour);
      awaitOk(a + ping + "fd91::3");
      awaitOk(b + ping + "10.91.0.1");
      sh("ip link del rtt0");
      awaitOk(old + ping + "172.17.0.1");
      String next = in(lease(network, "next", TestNetworks.plain(BRIDGE)));
      sh(next + ping + "172.17.0.2");

      network.release("a");
      network.release("b");
      assertThat(network.retire(one.id())).isTrue();
      network.remove(one);
      assertThat(sh("ip -br link")).doesNotContain("br-one");
    });
  }

  /** On this thread, which is in the namespace that stands for the host. */
  private static void awaitOk(String script) {
    await().pollInSameThread().until(() -> run(script).status == 0);
  }

  @Test
  void namesAreAskedForAtPort53AndAnsweredElsewhere() throws Exception {
    onAHostOfItsOwn((run, kernel, tables, network) -> {
      sh("ip link set lo up");
      Network one = TestNetworks.own("one", false, Map.of(), "10.91.0.0/24", "fd91::/64");
      Network shut = TestNetworks.own("shut", true, Map.of(), "10.93.0.0/24");
      network.restore(List.of(BRIDGE, one, shut));
      String a = in(lease(network, "a", TestNetworks.plain(one)));
      String c = in(lease(network, "c", TestNetworks.plain(shut)));
      List<Process> servers = new ArrayList<>();
      servers.add(serve(61053));
      servers.add(serve(61054));
      try {
        awaitOk(a + "busybox nc -w 2 127.0.0.11 53 </dev/null | grep 61053");
        awaitOk(c + "busybox nc -w 2 127.0.0.11 53 </dev/null | grep 61054");
        assertThat(sh(c + "busybox nc -w 1 10.93.0.1 61053 </dev/null || echo shut"))
            .endsWith("shut");
        assertThat(sh(a + "busybox nc -w 1 10.93.0.1 61054 </dev/null || echo shut"))
            .endsWith("shut");
        servers.add(serve(53));
        awaitOk("busybox nc -w 2 127.0.0.1 53 </dev/null | grep -x 53");
        sh(a + "busybox nc -w 2 127.0.0.11 53 </dev/null | grep 61053");
      } finally {
        servers.forEach(Process::destroyForcibly);
      }
    });
  }

  /** Says its port to whoever connects. */
  private static Process serve(int port) throws IOException {
    String number = String.valueOf(port);
    return new ProcessBuilder("busybox", "nc", "-ll", "-p", number, "-e", "echo", number)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  @Test
  void whatAnEarlierEngineDidNotFinishIsFinished() throws Exception {
    onAHostOfItsOwn((run, kernel, tables, network) -> {
      Network one = TestNetworks.own("one", false, Map.of(), "10.91.0.0/24");
      Network two = TestNetworks.own("two", false, Map.of(), "10.92.0.0/24");
      network.restore(List.of(BRIDGE, one, two));
      Lease lease = lease(network, "a", TestNetworks.plain(one));
      NetworkAttachment claimed = network.claim("a", TestNetworks.plain(two));
      Lease gone = lease(network, "gone", TestNetworks.plain(one));
      sh("nft delete table inet rtt_networks");

      KernelContainerNetwork next = TestNetworks.network(kernel, tables, "rtt", run);
      next.restore(List.of(BRIDGE, one));
      next.add(two);
      next.reconcile(
          Map.of(
              "a",
              new Running(List.of(lease.attachments().getFirst(), claimed), TestNetworks.NAMES)));
      String a = in(lease);
      assertThat(sh(a + "ip -br addr show eth0")).contains("10.91.0.2/24");
      assertThat(sh(a + "ip -br addr show eth1")).contains("10.92.0.2/24");
      assertThat(gone.namespace()).doesNotExist();
      assertThat(sh("nft list table inet rtt_networks")).contains("10.91.0.0/24", "10.92.0.0/24");
      assertThat(lease(next, "b", TestNetworks.plain(one)).attachments().getFirst().address())
          .isNotEqualTo("10.91.0.2");
      next.release("a");
      next.release("b");
      next.close();
    });
  }

  @Test
  void aSharedNamespaceStaysForTheOneWhoJoined() throws Exception {
    onAHostOfItsOwn((run, kernel, tables, network) -> {
      Network one = TestNetworks.own("one", false, Map.of(), "10.91.0.0/24");
      network.restore(List.of(BRIDGE, one));
      Lease lease = lease(network, "a", TestNetworks.plain(one));
      assertThat(network.joined("b", "a")).isEqualTo(lease.namespace());
      network.release("a");
      assertThat(kernel.isNamespace(lease.namespace())).isTrue();
      assertThat(sh(in(lease) + "ip -br link")).doesNotContain("eth0");
      network.release("b");
      assertThat(lease.namespace()).doesNotExist();
    });
  }

  private static Lease lease(
      KernelContainerNetwork network, String container, EndpointRequest... requests)
      throws IOException {
    Lease lease = network.lease(container, List.of(requests));
    network.wire(container);
    return lease;
  }

  private static String in(Lease lease) {
    return "nsenter --net=" + lease.namespace() + " ";
  }
}
