package dev.varve.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A network namespace for an engine under test, so that its bridge, rules and ports never meet
 * those of the host. It reaches the outside through the host, which some containers need to install
 * a package; closing it leaves the host as it was.
 */
final class TestNetwork implements AutoCloseable {
  private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

  private final String name;
  private final String subnet;
  private final String forwardingBefore;

  TestNetwork(String name) throws IOException {
    this.name = name;
    this.subnet = "10.213." + ProcessHandle.current().pid() % 250 + ".";
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
    host("ip", "address", "add", subnet + "1/30", "dev", name);
    host("ip", "link", "set", name, "up");
    host("ip", "-n", name, "address", "add", subnet + "2/30", "dev", "eth0");
    host("ip", "-n", name, "link", "set", "eth0", "up");
    host("ip", "-n", name, "link", "set", "lo", "up");
    host("ip", "-n", name, "route", "add", "default", "via", subnet + "1");
    Shell.run(
            Map.of(),
            """
            table ip %s {
              chain postrouting {
                type nat hook postrouting priority srcnat
                ip saddr %s0/30 masquerade
              }
            }
            """
                .formatted(name, subnet),
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
    return subnet + "2";
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
