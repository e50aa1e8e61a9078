package dev.varve.container.adapter.network;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.container.adapter.BusyboxRoot;
import dev.varve.container.application.ContainerNetwork.BridgeNetwork;
import dev.varve.container.application.ContainerNetwork.Lease;
import dev.varve.linux.Native;
import dev.varve.linux.net.LinuxNetwork;
import dev.varve.linux.net.NetworkCalls.Link;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With the real kernel, in a network namespace that stands for the host and dies with the test. */
@Tag("kernel")
class KernelNetworkTest {
  private static final int CLONE_NEWNS_NEWNET = 0x20000 | 0x40000000;
  private static final MethodHandle UNSHARE =
      Native.bind("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final BridgeNetwork BRIDGE =
      new BridgeNetwork("n1", "bridge", "rtt0", "172.17.0.0/16", "172.17.0.1");

  @FunctionalInterface
  private interface Body {
    void run(Path run, LinuxNetwork kernel, KernelContainerNetwork network) throws Exception;
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
                KernelContainerNetwork network = new KernelContainerNetwork(kernel, "rtt", run)) {
              body.run(run, kernel, network);
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

  /** A shell started from this thread is in its namespaces. */
  private static String sh(String script) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(script + ": " + output).isZero();
    return output;
  }

  @Test
  void containersReachTheHostAndEachOtherAndTheOutside() throws Exception {
    onAHostOfItsOwn((run, kernel, network) -> {
      sh("ip link set lo up");
      network.ensureBridge(BRIDGE);
      network.ensureBridge(BRIDGE);
      Lease a = network.lease("a");
      Lease b = network.lease("b");
      String inA = "nsenter --net=" + a.namespace() + " ";
      assertThat(sh(inA + "ip -br addr show eth0")).contains("172.17.0.2/16");
      assertThat(sh(inA + "ip link show eth0")).contains("02:42:ac:11:00:02");
      assertThat(sh(inA + "ip route")).contains("default via 172.17.0.1 dev eth0");
      assertThat(sh(inA + "ip -6 addr")).isEmpty();
      sh(inA + "busybox ping -c 1 -W 5 172.17.0.1");
      sh(inA + "busybox ping -c 1 -W 5 " + b.attachment().address());
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
    onAHostOfItsOwn((run, kernel, network) -> {
      network.ensureBridge(BRIDGE);
      Lease lease = network.lease("a");
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
    onAHostOfItsOwn((run, kernel, network) -> {
      network.ensureBridge(BRIDGE);
      Lease kept = network.lease("kept");
      Lease gone = network.lease("gone");
      KernelContainerNetwork next = new KernelContainerNetwork(kernel, "rtt", run);
      next.ensureBridge(BRIDGE);
      next.reconcile(Set.of("kept"), Set.of(kept.attachment().address()));
      assertThat(kernel.isNamespace(kept.namespace())).isTrue();
      assertThat(next.lease("new").attachment().address())
          .isNotEqualTo(kept.attachment().address());
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
}
