package dev.varve.container.adapter.ports;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.container.adapter.BusyboxRoot;
import dev.varve.container.adapter.network.KernelContainerNetwork;
import dev.varve.container.adapter.network.TestNetworks;
import dev.varve.container.application.ContainerNetwork.Lease;
import dev.varve.container.application.PublishedPorts.Claim;
import dev.varve.container.application.PublishedPorts.Publication;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.PortBindings.Wanted;
import dev.varve.container.domain.PublishedPort;
import dev.varve.container.domain.Subnet;
import dev.varve.linux.Native;
import dev.varve.linux.net.LinuxNetwork;
import dev.varve.linux.net.NftTables;
import dev.varve.linux.net.PacketTables;
import dev.varve.linux.process.Descriptor;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Proxy;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * With the real kernel, in a network namespace that stands for the host and dies with the test, and
 * a neighbour of it. Namespaces belong to threads: what relays here relays to nowhere, so that
 * whatever arrives has come by the rules.
 */
@Tag("kernel")
class KernelPortsTest {
  private static final int CLONE_NEWNET = 0x40000000;
  private static final int CLONE_NEWNS_NEWNET = 0x20000 | CLONE_NEWNET;
  private static final MethodHandle SETNS =
      Native.bind("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle UNSHARE =
      Native.bind("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final Network BRIDGE =
      TestNetworks.builtinBridge("rtp0", Subnet.parse("172.17.0.0/16"));
  private static final Pattern RECEIVED =
      Pattern.compile("\"rx\":\\{\"bytes\":(\\d+),\"packets\":(\\d+)");
  private static final long LARGEST_WITHOUT = 64 << 10;
  private static final String HOST = "192.0.2.1";
  private static final String NEIGHBOUR = "192.0.2.2";

  @FunctionalInterface
  private interface Body {
    void run(Host host) throws Exception;
  }

  private static final class Host implements AutoCloseable {
    private final LinuxNetwork kernel = new LinuxNetwork();
    private final NftTables ofNetworks = new NftTables(kernel);
    private final KernelContainerNetwork network;
    private final List<Process> servers = new ArrayList<>();
    private final Path run;
    private NftTables tables;
    private HostPorts ports;

    Host(Path run) throws Exception {
      this.run = run;
      this.network = TestNetworks.network(kernel, ofNetworks, "rtp", run);
      sh("ip link set lo up");
      network.restore(List.of(BRIDGE));
      sh("touch %s/neighbour && unshare --net=%s/neighbour true".formatted(run, run));
      sh("ip link add wire type veth peer name wire netns " + run + "/neighbour");
      sh("ip addr add " + HOST + "/24 dev wire && ip link set wire up");
      sh(inNeighbour("ip addr add " + NEIGHBOUR + "/24 dev wire"));
      sh(inNeighbour("ip link set wire up"));
      tables = new NftTables(kernel);
      ports = new HostPorts(kernel, tables, "rtp", new EphemeralPorts(32768, 32770));
      ports.reconcile(Map.of());
    }

    String inNeighbour(String command) {
      return "nsenter --net=" + run + "/neighbour " + command;
    }

    /** The engine is killed and another one starts. */
    void restart(Map<String, Publication> running) throws IOException {
      tables.close();
      tables = new NftTables(kernel);
      ports = new HostPorts(kernel, tables, "rtp", new EphemeralPorts(32768, 32770));
      ports.reconcile(running);
    }

    /** From now on, when elements have gone from the rules, something is done before it goes on. */
    void lookWhenRulesGo(Callable<?> look) throws IOException {
      PacketTables looked =
          (PacketTables)
              Proxy.newProxyInstance(
                  PacketTables.class.getClassLoader(),
                  new Class<?>[] {PacketTables.class},
                  (_, method, arguments) -> {
                    Object result = method.invoke(tables, arguments);
                    if (method.getName().equals("remove")) {
                      look.call();
                    }
                    return result;
                  });
      ports.close();
      ports = new HostPorts(kernel, looked, "rtp", new EphemeralPorts(32768, 32770));
      ports.reconcile(Map.of());
    }

    Lease container(String id) throws IOException {
      return network.lease(id, List.of(TestNetworks.plain(BRIDGE)));
    }

    /** A server in the container that answers each connection with who asks. */
    void serve(Lease lease, int port) throws Exception {
      String in = "nsenter --net=" + lease.namespace();
      servers.add(
          new ProcessBuilder(
                  "sh",
                  "-c",
                  "exec %s busybox nc -ll -p %d -e busybox netstat -tn".formatted(in, port))
              .redirectErrorStream(true)
              .start());
      await().until(() -> sh(in + " busybox netstat -ltn").contains(":" + port + " "));
    }

    Publication publish(String id, Lease lease, Wanted... wanted) throws IOException {
      NetworkAttachment attachment = lease.attachments().getFirst();
      Claim claim = ports.claim(id, attachment.address(), List.of(wanted));
      assertThat(claim).isInstanceOf(Claim.Held.class);
      Publication publication =
          new Publication("rtp0", attachment.publishing(((Claim.Held) claim).ports()));
      ports.publish(id, publication);
      return publication;
    }

    @Override
    public void close() {
      servers.forEach(Process::destroyForcibly);
      ports.close();
      tables.close();
      network.close();
      ofNetworks.close();
      kernel.close();
    }
  }

  private static void onAHostOfItsOwn(Body body) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(() -> {
          try (Arena arena = Arena.ofConfined()) {
            int result = (int) UNSHARE.invokeExact(Native.errnoBuffer(arena), CLONE_NEWNS_NEWNET);
            assertThat(result).isZero();
            sh("mount --make-rprivate /");
            Path run = Files.createTempDirectory("varve-ports-");
            try (Host host = new Host(run)) {
              body.run(host);
            } finally {
              sh("umount " + run + "/netns/* " + run + "/neighbour 2>/dev/null || true");
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

  @FunctionalInterface
  private interface Server {
    void run(Runnable ready) throws Exception;
  }

  /** Runs a server in a namespace, until the test's machine ends; returns when it is ready. */
  private static void serveIn(Path namespace, Server server) throws Exception {
    CompletableFuture<Void> ready = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try (Arena arena = Arena.ofConfined()) {
            try (Descriptor pin = Descriptor.open(namespace, Descriptor.O_RDONLY)) {
              int result =
                  (int) SETNS.invokeExact(Native.errnoBuffer(arena), pin.number(), CLONE_NEWNET);
              assertThat(result).isZero();
            }
            server.run(() -> ready.complete(null));
          } catch (Throwable e) {
            ready.completeExceptionally(e);
          }
        });
    ready.get();
  }

  /** Answers datagrams with this. */
  private static void answer(Path namespace, int port, String answer) throws Exception {
    serveIn(
        namespace,
        ready -> {
          try (DatagramSocket socket = new DatagramSocket(port)) {
            ready.run();
            DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
            while (true) {
              socket.receive(packet);
              packet.setData(answer.getBytes(StandardCharsets.UTF_8));
              socket.send(packet);
            }
          }
        });
  }

  /** Takes one stream in. */
  private static void takeIn(Path namespace, int port, CompletableFuture<Long> taken)
      throws Exception {
    serveIn(
        namespace,
        ready -> {
          try (ServerSocket listener = new ServerSocket(port)) {
            ready.run();
            try (Socket client = listener.accept()) {
              taken.complete(client.getInputStream().transferTo(OutputStream.nullOutputStream()));
            }
          }
        });
  }

  private static String ask(DatagramSocket client) throws IOException {
    client.send(new DatagramPacket(new byte[1], 1, InetAddress.ofLiteral("127.0.0.1"), 5353));
    DatagramPacket answer = new DatagramPacket(new byte[100], 100);
    client.receive(answer);
    return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
  }

  private static String connect(String address, int port) {
    return "busybox nc -w 3 " + address + " " + port + " </dev/null";
  }

  private static Wanted tcp(String hostIp, int port) {
    return new Wanted("tcp", 80, hostIp, port, port);
  }

  @Test
  void isReachedFromEverywhere() throws Exception {
    onAHostOfItsOwn(host -> {
      Lease web = host.container("web");
      Lease other = host.container("other");
      host.serve(web, 80);
      host.publish("web", web, tcp("", 8080));
      String toWeb = "172.17.0.2:80 ";
      assertThat(sh(connect("127.0.0.1", 8080))).contains(toWeb);
      assertThat(sh(connect("127.0.0.2", 8080))).contains(toWeb);
      assertThat(sh(connect(HOST, 8080))).contains(toWeb);
      assertThat(sh(connect("172.17.0.1", 8080))).contains(toWeb);
      // From outside with the client's own address.
      assertThat(sh(host.inNeighbour(connect(HOST, 8080)))).contains(NEIGHBOUR + ":");
      // From a neighbour on its own network.
      String inOther = "nsenter --net=" + other.namespace() + " ";
      assertThat(sh(inOther + connect("172.17.0.1", 8080))).contains("172.17.0.1:");
      assertThat(sh(inOther + connect(HOST, 8080))).contains("172.17.0.1:");
      host.ports.release("web");
      for (String address : List.of("127.0.0.1", HOST)) {
        assertThat(sh("! " + connect(address, 8080))).contains("refused");
      }
    });
  }

  @Test
  void whoComesWhileAPortIsGivenBackIsRefused() throws Exception {
    onAHostOfItsOwn(host -> {
      List<String> answers = new ArrayList<>();
      host.lookWhenRulesGo(() -> {
        answers.add(sh(connect("127.0.0.1", 8080) + " || true"));
        return null;
      });
      Lease web = host.container("web");
      host.serve(web, 80);
      host.publish("web", web, tcp("", 8080));
      host.ports.release("web");
      assertThat(answers).singleElement().asString().contains("refused");
    });
  }

  @Test
  void publishedOnLoopbackIsForTheHostAlone() throws Exception {
    onAHostOfItsOwn(host -> {
      Lease web = host.container("web");
      host.serve(web, 80);
      host.publish("web", web, tcp("127.0.0.1", 8080));
      assertThat(sh(connect("127.0.0.1", 8080))).contains("172.17.0.2:80 ");
      assertThat(sh("! " + connect(HOST, 8080))).contains("refused");
      // A neighbour that routes loopback here gets nothing, and neither does a container.
      sh(host.inNeighbour("ip link set lo down"));
      sh(host.inNeighbour("sysctl -q net.ipv4.conf.all.route_localnet=1"));
      sh(host.inNeighbour("ip route add 127.0.0.1/32 via " + HOST + " table 100"));
      sh(host.inNeighbour("ip rule add pref 0 to 127.0.0.1 lookup 100"));
      assertThat(sh("! " + host.inNeighbour(connect("127.0.0.1", 8080)))).contains("timed out");
      // Routed straight to the container.
      sh(host.inNeighbour("ip route add 172.17.0.0/16 via " + HOST));
      assertThat(sh("! " + host.inNeighbour(connect(web.attachments().getFirst().address(), 80))))
          .contains("timed out");
    });
  }

  @Test
  void whatIsTakenIsRefused() throws Exception {
    onAHostOfItsOwn(host -> {
      Lease web = host.container("web");
      host.publish("web", web, tcp("127.0.0.1", 8080));
      assertThat(host.ports.claim("b", "172.17.0.9", List.of(tcp("", 1), tcp("", 8080))))
          .isEqualTo(new Claim.Taken("0.0.0.0", 8080, "web"));
      assertThat(host.ports.claim("b", "172.17.0.9", List.of(tcp("", 1))))
          .isInstanceOf(Claim.Held.class);
      Process squatter = new ProcessBuilder("busybox", "nc", "-l", "-p", "7777").start();
      try {
        await().until(() -> sh("busybox netstat -ltn").contains(":7777 "));
        assertThat(host.ports.claim("c", "172.17.0.9", List.of(tcp("0.0.0.0", 7777))))
            .isEqualTo(
                new Claim.Refused("0.0.0.0:7777:172.17.0.9:80/tcp", "address already in use"));
        assertThat(
                host.ports.claim("c", "172.17.0.9", List.of(new Wanted("tcp", 80, "", 7777, 7778))))
            .isInstanceOfSatisfying(
                Claim.Held.class,
                held -> assertThat(held.ports().getFirst().hostPort()).isEqualTo(7778));
      } finally {
        squatter.destroyForcibly();
      }
      assertThat(host.ports.claim("d", "172.17.0.9", List.of(tcp("198.51.100.1", 2))))
          .isEqualTo(
              new Claim.Refused(
                  "198.51.100.1:2:172.17.0.9:80/tcp", "cannot assign requested address"));
      // And other programs are kept off.
      assertThat(sh("! busybox nc -l -p 7778")).contains("in use");
    });
  }

  @Test
  void anyPortIsTheNextFreeOne() throws Exception {
    onAHostOfItsOwn(host -> {
      Wanted any = new Wanted("tcp", 80, "127.0.0.1", 0, 0);
      for (int port : List.of(32768, 32769, 32770)) {
        assertThat(host.ports.claim("c" + port, "172.17.0.9", List.of(any)))
            .isEqualTo(new Claim.Held(List.of(new PublishedPort("tcp", 80, "127.0.0.1", port))));
      }
      assertThat(host.ports.claim("more", "172.17.0.9", List.of(any)))
          .isEqualTo(new Claim.Exhausted());
      host.ports.release("c32769");
      assertThat(host.ports.claim("more", "172.17.0.9", List.of(any)))
          .isEqualTo(new Claim.Held(List.of(new PublishedPort("tcp", 80, "127.0.0.1", 32769))));
    });
  }

  @Test
  void streamsFromTheHostComeInLargeSegments() throws Exception {
    onAHostOfItsOwn(host -> {
      Lease web = host.container("web");
      CompletableFuture<Long> taken = new CompletableFuture<>();
      takeIn(web.namespace(), 80, taken);
      host.publish("web", web, tcp("", 8080));
      byte[] piece = new byte[256 << 10];
      long sent = 0;
      try (Socket client = new Socket(InetAddress.ofLiteral("127.0.0.1"), 8080)) {
        for (; sent < 256 << 20; sent += piece.length) {
          client.getOutputStream().write(piece);
        }
      }
      assertThat(taken.get()).isEqualTo(sent);
      String counted = "nsenter --net=" + web.namespace() + " ip -s -j link show dev eth0";
      Matcher received = RECEIVED.matcher(sh(counted));
      assertThat(received.find()).isTrue();
      long bytes = Long.parseLong(received.group(1));
      long segments = Long.parseLong(received.group(2));
      assertThat(bytes / segments).isGreaterThan(LARGEST_WITHOUT);
    });
  }

  @Test
  void udpGoesThereAndBack() throws Exception {
    onAHostOfItsOwn(host -> {
      Lease dns = host.container("dns");
      answer(dns.namespace(), 53, "one");
      host.publish("dns", dns, new Wanted("udp", 53, "", 5353, 5353));
      // A client that goes on asking from the same port is led to who has it then.
      try (DatagramSocket client = new DatagramSocket()) {
        client.setSoTimeout(500);
        await()
            .ignoreException(SocketTimeoutException.class)
            .until(() -> ask(client).equals("one"));
        host.ports.release("dns");
        host.network.release("dns");
        Lease next = host.container("next");
        assertThat(next.attachments().getFirst().address())
            .isNotEqualTo(dns.attachments().getFirst().address());
        answer(next.namespace(), 53, "two");
        host.publish("next", next, new Wanted("udp", 53, "", 5353, 5353));
        await()
            .ignoreException(SocketTimeoutException.class)
            .until(() -> ask(client).equals("two"));
      }
    });
  }

  @Test
  void connectionsOutliveTheEngine() throws Exception {
    onAHostOfItsOwn(host -> {
      Lease web = host.container("web");
      host.servers.add(
          new ProcessBuilder(
                  "nsenter",
                  "--net=" + web.namespace(),
                  "busybox",
                  "nc",
                  "-l",
                  "-p",
                  "80",
                  "-e",
                  "cat")
              .start());
      Publication publication = host.publish("web", web, tcp("", 8080));
      await()
          .until(() ->
              sh("nsenter --net=" + web.namespace() + " busybox netstat -ltn").contains(":80 "));
      Process client = new ProcessBuilder("busybox", "nc", "127.0.0.1", "8080").start();
      var in = client.inputReader();
      var out = client.outputWriter();
      out.write("before\n");
      out.flush();
      assertThat(in.readLine()).isEqualTo("before");
      host.ports.close();
      host.restart(Map.of("web", publication));
      out.write("after\n");
      out.flush();
      assertThat(in.readLine()).isEqualTo("after");
      client.destroyForcibly();
      // The port is held again, and free when its container is gone.
      assertThat(sh("! busybox nc -l -p 8080")).contains("in use");
      host.restart(Map.of());
      assertThat(sh("nft list table inet rtp-ports")).doesNotContain("172.17.0.2");
    });
  }

  @Test
  void rulesThatSomebodyTookAwayAreMadeAgain() throws Exception {
    onAHostOfItsOwn(host -> {
      Lease web = host.container("web");
      host.publish("web", web, tcp("", 8080));
      for (String drift :
          List.of(
              "nft delete table inet rtp-ports",
              "nft flush table inet rtp-ports",
              "nft flush map inet rtp-ports on-any",
              "nft flush chain inet rtp-ports strangers")) {
        String before = sh("nft list table inet rtp-ports");
        sh(drift);
        await()
            .untilAsserted(() ->
                assertThat(sh("nft list table inet rtp-ports 2>&1 || true")).isEqualTo(before));
      }
      // Also when it is noticed only by the next publication or its end.
      Lease other = host.container("other");
      sh("nft delete table inet rtp-ports");
      host.publish("other", other, tcp("", 8081));
      await()
          .untilAsserted(() ->
              assertThat(sh("nft list table inet rtp-ports 2>&1 || true"))
                  .contains("8080")
                  .contains("8081"));
      sh("nft delete table inet rtp-ports");
      host.ports.release("web");
      await()
          .untilAsserted(() ->
              assertThat(sh("nft list table inet rtp-ports 2>&1 || true"))
                  .doesNotContain("8080")
                  .contains("8081"));
    });
  }

  @Test
  void nothingIsLeftWhenNothingIsPublished() throws Exception {
    onAHostOfItsOwn(host -> {
      Lease web = host.container("web");
      host.publish(
          "web", web, new Wanted("tcp", 80, "", 8080, 8080), new Wanted("sctp", 80, "", 9, 9));
      assertThat(sh("nft -nn list table inet rtp-ports"))
          .contains("172.17.0.2")
          .contains("\"rtp0\"");
      host.ports.release("web");
      assertThat(sh("nft list table inet rtp-ports")).doesNotContain("elements");
      host.ports.close();
      assertThat(sh("nft list tables")).doesNotContain("rtp-ports");
    });
  }
}
