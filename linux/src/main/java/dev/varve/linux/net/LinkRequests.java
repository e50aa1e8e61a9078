package dev.varve.linux.net;

import dev.varve.linux.net.NetworkCalls.Kind;
import dev.varve.linux.net.NetworkCalls.Sublink;
import dev.varve.linux.net.NetworkCalls.Veth;

/** What is asked of the kernel about links, as rtnetlink wants it. */
final class LinkRequests {
  static final int NEW_LINK = 16;
  static final int DELETE_LINK = 17;
  static final int GET_LINK = 18;
  static final int UP = 1;
  static final int NAME = 3;
  static final int MTU = 4;
  static final int ALIAS = 20;
  static final int MASTER = 10;
  private static final int ADDRESS = 1;
  private static final int PARENT = 5;
  private static final int INFO = 18;
  private static final int NAMESPACE = 28;
  private static final int GSO_IPV4_MAX_SIZE = 63;
  private static final int INFO_KIND = 1;
  private static final int INFO_DATA = 2;
  private static final int INFO_PORT_KIND = 4;
  private static final int INFO_PORT_DATA = 5;
  private static final int PORT_ISOLATED = 33;
  private static final int VETH_PEER = 1;
  private static final int BRIDGE_MAX_LEARNED = 49;
  private static final int MACVLAN_MODE = 1;
  private static final int IPVLAN_MODE = 1;
  private static final int IPVLAN_FLAGS = 2;

  /** Four times as many as a bridge has ports. */
  private static final int MOST_STATIONS = 4096;

  private static final int CHANGED = 1 | 4;
  private static final int CREATED = CHANGED | 0x200 | 0x400;
  private static final int DUMPED = 1 | 0x300;

  private LinkRequests() {}

  static NetlinkMessage all() {
    return new NetlinkMessage(GET_LINK, DUMPED).link(0, 0, 0);
  }

  /**
   * It learns no more stations than there can be. Each costs the host's memory for five minutes,
   * and a container can send from millions. (Kernels before 6.7 do not count, and ignore the
   * number.)
   */
  static NetlinkMessage bridge(String name, String mac, int mtu) {
    NetlinkMessage message =
        new NetlinkMessage(NEW_LINK, CREATED)
            .link(0, 0, 0)
            .text(NAME, checked(name))
            .mac(ADDRESS, mac)
            .number(MTU, mtu);
    int info = message.begin(INFO);
    message.text(INFO_KIND, "bridge");
    int data = message.begin(INFO_DATA);
    return message.number(BRIDGE_MAX_LEARNED, MOST_STATIONS).end(data).end(info);
  }

  static NetlinkMessage veth(Veth veth) {
    NetlinkMessage message =
        new NetlinkMessage(NEW_LINK, CREATED)
            .link(0, UP, UP)
            .text(NAME, checked(veth.name()))
            .number(MTU, veth.mtu())
            .number(GSO_IPV4_MAX_SIZE, NetworkCalls.LARGE_SEGMENT)
            .number(MASTER, veth.bridge());
    int info = message.begin(INFO);
    message.text(INFO_KIND, "veth");
    int data = message.begin(INFO_DATA);
    int peer = message.begin(VETH_PEER);
    message
        .link(0, 0, 0)
        .text(NAME, checked(veth.peerName()))
        .mac(ADDRESS, veth.peerMac())
        .number(MTU, veth.mtu())
        .number(NAMESPACE, veth.peerNamespace());
    return message.end(peer).end(data).end(info);
  }

  static NetlinkMessage attached(String name, int bridge) {
    return new NetlinkMessage(NEW_LINK, CHANGED)
        .link(0, UP, UP)
        .text(NAME, checked(name))
        .number(MASTER, bridge);
  }

  static NetlinkMessage apart(String port) {
    NetlinkMessage message =
        new NetlinkMessage(NEW_LINK, CHANGED).link(0, 0, 0).text(NAME, checked(port));
    int info = message.begin(INFO);
    message.text(INFO_PORT_KIND, "bridge");
    int data = message.begin(INFO_PORT_DATA);
    return message.bytes(PORT_ISOLATED, new byte[] {1}).end(data).end(info);
  }

  static NetlinkMessage sublink(Sublink sublink) {
    NetlinkMessage message =
        new NetlinkMessage(NEW_LINK, CREATED)
            .link(0, 0, 0)
            .text(NAME, checked(sublink.name()))
            .number(MTU, sublink.mtu())
            .number(PARENT, sublink.parent())
            .number(NAMESPACE, sublink.namespace());
    if (sublink.kind() instanceof Kind.Macvlan macvlan) {
      message.mac(ADDRESS, macvlan.mac());
    }
    int info = message.begin(INFO);
    switch (sublink.kind()) {
      case Kind.Macvlan it -> {
        message.text(INFO_KIND, "macvlan");
        int data = message.begin(INFO_DATA);
        message.number(MACVLAN_MODE, it.mode()).end(data);
      }
      case Kind.Ipvlan it -> {
        message.text(INFO_KIND, "ipvlan");
        int data = message.begin(INFO_DATA);
        message.half(IPVLAN_MODE, it.mode()).half(IPVLAN_FLAGS, it.flags()).end(data);
      }
    }
    return message.end(info);
  }

  /** On no parent, and so never made. */
  static NetlinkMessage ofKind(String kind) {
    NetlinkMessage message = new NetlinkMessage(NEW_LINK, CREATED).link(0, 0, 0);
    int info = message.begin(INFO);
    return message.text(INFO_KIND, kind).end(info);
  }

  static NetlinkMessage marked(int index, String text) {
    return new NetlinkMessage(NEW_LINK, CHANGED).link(index, 0, 0).text(ALIAS, text);
  }

  static NetlinkMessage large(int index) {
    return new NetlinkMessage(NEW_LINK, CHANGED)
        .link(index, 0, 0)
        .number(GSO_IPV4_MAX_SIZE, NetworkCalls.LARGE_SEGMENT);
  }

  static NetlinkMessage up(int index) {
    return new NetlinkMessage(NEW_LINK, CHANGED).link(index, UP, UP);
  }

  static NetlinkMessage deleted(String name) {
    return new NetlinkMessage(DELETE_LINK, CHANGED).link(0, 0, 0).text(NAME, checked(name));
  }

  private static String checked(String name) {
    if (name.isEmpty() || name.length() > NetworkCalls.NAME_MAX) {
      throw new IllegalArgumentException("interface name: " + name);
    }
    return name;
  }
}
