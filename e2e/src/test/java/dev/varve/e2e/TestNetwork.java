package dev.varve.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network namespace for an engine under test, so that its bridge, rules and ports never meet
 * those of the host. It reaches the outside through the host, which some containers need to install
 * a package; closing it leaves the host as it was.
 */
final class TestNetwork implements AutoCloseable {
  /** Each gets its own four addresses. */
  private static final AtomicInteger OPENED = new AtomicInteger();

  private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

  private final String name;
  private final String outside;
  private final String inside;
  private final String forwardingBefore;

  TestNetwork(String name) throws IOException {
    this.name = name;
    String subnet = "10.213." + ProcessHandle.current().pid() % 250 + ".";
    int first = 4 * OPENED.getAndIncrement() % 256;
    this.outside = subnet + (first + 1);
    this.inside = subnet + (first + 2);
    this.forwardingBefore = Files.readString(FORWARDING).strip();
    try {
      open();
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  private void open() throws IOException {
    host("ip", "netns", "add", name);
    host("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name);
    host("ip", "address", "add", outside + "/30", "dev", name);
    host("ip", "link", "set", name, "up");
    host("ip", "-n", name, "address", "add", inside + "/30", "dev", "eth0");
    host("ip", "-n", name, "link", "set", "eth0", "up");
    host("ip", "-n", name, "link", "set", "lo", "up");
    host("ip", "-n", name, "route", "add", "default", "via", outside);
    Shell.run(
            Map.of(),
            """
            table ip %s {
              chain postrouting {
                type nat hook postrouting priority srcnat
                ip saddr %s/30 masquerade
              }
            }
            """
                .formatted(name, inside),
            List.of("nft", "-f", "-"))
        .ok();
    if (forwardingBefore.equals("0")) {
      Files.writeString(FORWARDING, "1");
    }
  }

  /** The words in front of a command that shall run inside. */
  List<String> inside() {
    return List.of("nsenter", "--net=/run/netns/" + name);
  }

  /** The address inside. */
  String address() {
    return inside;
  }

  @Override
  public void close() throws IOException {
    // Each may be missing when opening failed half-way.
    attempt("nft", "delete", "table", "ip", name);
    attempt("ip", "link", "delete", name);
    attempt("ip", "netns", "delete", name);
    if (forwardingBefore.equals("0")) {
      Files.writeString(FORWARDING, "0");
    }
  }

  private static void host(String... command) {
    Shell.run(Map.of(), "", List.of(command)).ok();
  }

  private static void attempt(String... command) {
    Shell.run(Map.of(), "", List.of(command));
  }
}
