package dev.varve.container.adapter.ports;

import dev.varve.container.application.PublishedPorts.Publication;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.PublishedPort;
import dev.varve.linux.net.Ipv4;
import dev.varve.linux.net.PacketTables.Element;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The packet rules of published ports: a table of the engine's own whose chains never change, and
 * maps with an element per port. Pure.
 *
 * <p>A connection to a published port is led to the container where it begins, at the host's edge
 * or in one of its programs; the rest of it follows by connection tracking, which needs none of
 * these rules any more. It keeps the client's address but in two cases, where answers would not
 * find back: from the host's loopback, and from the container's own network.
 *
 * <p>A container that asks for its own port is served by the relay: a bridge does not send a packet
 * out where it came in.
 *
 * <p>What claims to come from or go to loopback and arrives over a wire is dropped before anything
 * else: neither a container nor a neighbour reaches what is published, or listens, there.
 */
record PortRules(String table) {
  private static final String ON_ANY = "on-any";
  private static final String ON_ONE = "on-one";
  private static final String RETURNING = "returning";
  private static final String THEMSELVES = "themselves";
  private static final byte[] NOTHING = {};
  private static final int INTERFACE_BYTES = 16;
  static final byte UDP = 17;
  private static final Map<String, Byte> PROTOCOLS =
      Map.of("tcp", (byte) 6, "udp", UDP, "sctp", (byte) 132);

  /** Replaces the table by one that leads to these. */
  String script(Collection<Publication> publications) {
    return """
    table inet %1$s
    delete table inet %1$s
    table inet %1$s {
      map %2$s {
        type inet_proto . inet_service : ipv4_addr . inet_service
    %3$s
      }
      map %4$s {
        type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service
    %5$s
      }
      set %6$s {
        type ifname . ipv4_addr
        flags interval
    %7$s
      }
      set %8$s {
        type ipv4_addr . inet_proto . inet_service
    %9$s
      }
      chain strangers {
        type filter hook prerouting priority raw; policy accept;
        iifname != "lo" ip daddr 127.0.0.0/8 drop
        iifname != "lo" ip saddr 127.0.0.0/8 drop
      }
      chain arriving {
        type nat hook prerouting priority dstnat; policy accept;
        ip saddr . meta l4proto . th dport @%8$s return
        fib daddr type local jump published
      }
      chain own {
        type nat hook output priority -100; policy accept;
        fib daddr type local jump published
      }
      chain published {
        dnat ip to ip daddr . meta l4proto . th dport map @%4$s
        dnat ip to meta l4proto . th dport map @%2$s
      }
      chain leaving {
        type nat hook postrouting priority srcnat; policy accept;
        ct status dnat ip saddr 127.0.0.0/8 masquerade
        ct status dnat oifname . ip saddr @%6$s masquerade
      }
    }
    """
        .formatted(
            table,
            ON_ANY,
            elements(texts(publications, true)),
            ON_ONE,
            elements(texts(publications, false)),
            RETURNING,
            elements(returning(publications)),
            THEMSELVES,
            elements(themselves(publications)));
  }

  /** Takes the table away. */
  String removal() {
    return "table inet %1$s\ndelete table inet %1$s\n".formatted(table);
  }

  private static String elements(Set<String> elements) {
    return elements.isEmpty() ? "" : "    elements = { " + String.join(", ", elements) + " }";
  }

  private static Set<String> texts(Collection<Publication> publications, boolean onAny) {
    Set<String> texts = new TreeSet<>();
    for (Publication publication : publications) {
      NetworkAttachment attachment = publication.attachment();
      for (PublishedPort port : ofIpv4(attachment)) {
        if (PortBook.isAny(port.hostIp()) == onAny) {
          String address = onAny ? "" : port.hostIp() + " . ";
          texts.add(
              "%s%s . %d : %s . %d"
                  .formatted(
                      address,
                      port.protocol(),
                      port.hostPort(),
                      attachment.address(),
                      port.containerPort()));
        }
      }
    }
    return texts;
  }

  private static Set<String> returning(Collection<Publication> publications) {
    return publications.stream()
        .map(it -> "\"%s\" . %s".formatted(it.bridge(), subnet(it)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> themselves(Collection<Publication> publications) {
    return publications.stream()
        .map(Publication::attachment)
        .flatMap(attachment ->
            ofIpv4(attachment).stream()
                .map(port ->
                    "%s . %s . %d"
                        .formatted(attachment.address(), port.protocol(), port.hostPort())))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<PublishedPort> ofIpv4(NetworkAttachment attachment) {
    return attachment.ports().stream().filter(port -> !PortBook.isIpv6(port.hostIp())).toList();
  }

  /** A container without IPv4 is reached by the relay alone. */
  static boolean leadTo(Publication it) {
    return !it.attachment().address().isEmpty();
  }

  private static Ipv4 subnet(Publication it) {
    return new Ipv4(Ipv4.parse(it.attachment().address()).bits(), it.attachment().prefixLength())
        .network();
  }

  /** Of one bridge and one of its subnets. */
  static boolean sameNetwork(Publication one, Publication other) {
    return one.bridge().equals(other.bridge()) && subnet(one).equals(subnet(other));
  }

  /**
   * What one publication adds to the maps, as the kernel has it.
   *
   * @param onlyOfNetwork no other publication is of its network
   */
  static List<Element> elementsOf(Publication it, boolean onlyOfNetwork) {
    List<Element> elements = new ArrayList<>();
    int address = Ipv4.parse(it.attachment().address()).bits();
    Set<String> seen = new HashSet<>();
    for (PublishedPort port : ofIpv4(it.attachment())) {
      byte[] asked = service(port.protocol(), port.hostPort());
      byte[] target =
          ByteBuffer.allocate(8).putInt(address).putShort((short) port.containerPort()).array();
      elements.add(
          PortBook.isAny(port.hostIp())
              ? new Element(ON_ANY, asked, NOTHING, target)
              : new Element(ON_ONE, on(Ipv4.parse(port.hostIp()).bits(), asked), NOTHING, target));
      if (seen.add(port.protocol() + port.hostPort())) {
        elements.add(new Element(THEMSELVES, on(address, asked), NOTHING, NOTHING));
      }
    }
    if (onlyOfNetwork) {
      Ipv4 subnet = subnet(it);
      int last = subnet.bits() + (int) (subnet.size() - 1);
      elements.add(
          new Element(
              RETURNING,
              onBridge(it.bridge(), subnet.bits()),
              onBridge(it.bridge(), last),
              NOTHING));
    }
    return elements;
  }

  private static byte[] service(String protocol, int port) {
    return ByteBuffer.allocate(8)
        .put(PROTOCOLS.getOrDefault(protocol, (byte) 0))
        .position(4)
        .putShort((short) port)
        .array();
  }

  private static byte[] on(int address, byte[] service) {
    return ByteBuffer.allocate(4 + service.length).putInt(address).put(service).array();
  }

  private static byte[] onBridge(String bridge, int address) {
    byte[] name = bridge.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(INTERFACE_BYTES + 4)
        .put(name)
        .position(INTERFACE_BYTES)
        .putInt(address)
        .array();
  }
}
