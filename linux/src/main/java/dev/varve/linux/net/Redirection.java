package dev.varve.linux.net;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of packet rules that leads what goes to one loopback address and port to a server outside
 * the namespace: the destination is translated, and the source, which is a loopback address as
 * well. From outside nobody reaches the namespace's loopback addresses, which its links would let
 * through for the answers' sake. The same in the words of nft:
 *
 * <pre>
 * table ip NAME {
 *   chain output { type nat hook output priority -100; ip daddr FROM th dport PORT dnat to TO }
 *   chain postrouting { type nat hook postrouting priority 100; ip saddr 127/8 ip daddr TO masquerade }
 *   chain guard { type filter hook prerouting priority -300; iifname != "lo" ip daddr 127/8 drop }
 * }
 * </pre>
 *
 * Spoken to the kernel directly, because each container's start waits for it.
 *
 * @param table its name; a table of that name is replaced
 */
public record Redirection(String table, Ipv4 from, int port, Ipv4 to) {
  private static final int SUBSYSTEM = 10 << 8;
  private static final int NEWTABLE = SUBSYSTEM;
  private static final int DELTABLE = SUBSYSTEM | 2;
  private static final int NEWCHAIN = SUBSYSTEM | 3;
  private static final int NEWRULE = SUBSYSTEM | 6;
  private static final int REQUEST = 1;
  private static final int ACKNOWLEDGED = 4;
  private static final int CREATE = 0x400;
  private static final int APPEND = 0x800;
  private static final int AF_INET = 2;
  private static final int PREROUTING = 0;
  private static final int OUTPUT = 3;
  private static final int POSTROUTING = 4;
  private static final int NETWORK_HEADER = 1;
  private static final int TRANSPORT_HEADER = 2;
  private static final int SOURCE = 12;
  private static final int DESTINATION = 16;
  private static final int PORT_OFFSET = 2;
  private static final int REGISTER = 1;
  private static final int EQUAL = 0;
  private static final int UNEQUAL = 1;
  private static final int META_L4PROTO = 16;
  private static final int META_IIFNAME = 6;
  private static final byte[] LOOPBACK = {127};
  private static final int IFNAMSIZ = 16;

  /** The messages of one transaction. */
  List<NetlinkMessage> messages() {
    List<NetlinkMessage> messages = new ArrayList<>();
    messages.add(begin(NEWTABLE, CREATE).text(1, table));
    messages.add(begin(DELTABLE, 0).text(1, table));
    messages.add(begin(NEWTABLE, CREATE).text(1, table));
    messages.add(chain("output", "nat", OUTPUT, -100));
    messages.add(chain("postrouting", "nat", POSTROUTING, 100));
    messages.add(chain("guard", "filter", PREROUTING, -300));
    for (byte protocol : new byte[] {17, 6}) {
      messages.add(
          rule(
              "output",
              REQUEST | CREATE | APPEND,
              rule -> {
                payload(rule, NETWORK_HEADER, DESTINATION, 4);
                compare(rule, EQUAL, address(from));
                meta(rule, META_L4PROTO);
                compare(rule, EQUAL, new byte[] {protocol});
                payload(rule, TRANSPORT_HEADER, PORT_OFFSET, 2);
                compare(rule, EQUAL, new byte[] {(byte) (port >> 8), (byte) port});
                translate(rule);
              }));
    }
    messages.add(
        rule(
            "postrouting",
            REQUEST | CREATE | APPEND,
            rule -> {
              payload(rule, NETWORK_HEADER, SOURCE, 1);
              compare(rule, EQUAL, LOOPBACK);
              payload(rule, NETWORK_HEADER, DESTINATION, 4);
              compare(rule, EQUAL, address(to));
              expression(rule, "masq", () -> {});
            }));
    messages.add(
        rule(
            "guard",
            REQUEST | CREATE | APPEND | ACKNOWLEDGED,
            rule -> {
              meta(rule, META_IIFNAME);
              compare(rule, UNEQUAL, name("lo"));
              payload(rule, NETWORK_HEADER, DESTINATION, 1);
              compare(rule, EQUAL, LOOPBACK);
              drop(rule);
            }));
    return messages;
  }

  private static NetlinkMessage begin(int type, int flags) {
    return new NetlinkMessage(type, REQUEST | flags).netfilter(AF_INET);
  }

  private NetlinkMessage chain(String name, String type, int hook, int priority) {
    NetlinkMessage message = begin(NEWCHAIN, CREATE).text(1, table).text(3, name);
    int at = message.begin(4);
    message.ipv4(1, hook).ipv4(2, priority).end(at);
    return message.text(7, type);
  }

  @FunctionalInterface
  private interface Body {
    void into(NetlinkMessage rule);
  }

  private NetlinkMessage rule(String chain, int flags, Body body) {
    NetlinkMessage message =
        new NetlinkMessage(NEWRULE, flags).netfilter(AF_INET).text(1, table).text(2, chain);
    int at = message.begin(4);
    body.into(message);
    return message.end(at);
  }

  private static void expression(NetlinkMessage rule, String name, Runnable data) {
    int element = rule.begin(1);
    rule.text(1, name);
    int at = rule.begin(2);
    data.run();
    rule.end(at).end(element);
  }

  private static void payload(NetlinkMessage rule, int header, int offset, int length) {
    expression(
        rule,
        "payload",
        () -> {
          NetlinkMessage ignored =
              rule.ipv4(1, REGISTER).ipv4(2, header).ipv4(3, offset).ipv4(4, length);
        });
  }

  private static void meta(NetlinkMessage rule, int key) {
    expression(
        rule,
        "meta",
        () -> {
          NetlinkMessage ignored = rule.ipv4(1, REGISTER).ipv4(2, key);
        });
  }

  private static void compare(NetlinkMessage rule, int operation, byte[] value) {
    expression(
        rule,
        "cmp",
        () -> {
          rule.ipv4(1, REGISTER).ipv4(2, operation);
          int at = rule.begin(3);
          rule.bytes(1, value).end(at);
        });
  }

  private void translate(NetlinkMessage rule) {
    expression(
        rule,
        "immediate",
        () -> {
          rule.ipv4(1, REGISTER);
          int at = rule.begin(2);
          rule.bytes(1, address(to)).end(at);
        });
    int destination = 1;
    expression(
        rule,
        "nat",
        () -> {
          NetlinkMessage ignored = rule.ipv4(1, destination).ipv4(2, AF_INET).ipv4(3, REGISTER);
        });
  }

  private static void drop(NetlinkMessage rule) {
    int verdictRegister = 0;
    int dropped = 0;
    expression(
        rule,
        "immediate",
        () -> {
          rule.ipv4(1, verdictRegister);
          int data = rule.begin(2);
          int verdict = rule.begin(2);
          rule.ipv4(1, dropped).end(verdict).end(data);
        });
  }

  private static byte[] address(Ipv4 address) {
    return ByteBuffer.allocate(4).putInt(address.bits()).array();
  }

  private static byte[] name(String link) {
    byte[] padded = new byte[IFNAMSIZ];
    byte[] bytes = link.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, padded, 0, bytes.length);
    return padded;
  }
}
