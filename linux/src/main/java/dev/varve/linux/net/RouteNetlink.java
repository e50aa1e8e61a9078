package dev.varve.linux.net;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** {@link NetworkCalls} over rtnetlink. */
final class RouteNetlink implements NetworkCalls {
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int RTM_NEWLINK = 16;
  private static final int RTM_DELLINK = 17;
  private static final int RTM_GETLINK = 18;
  private static final int RTM_NEWADDR = 20;
  private static final int RTM_GETADDR = 22;
  private static final int RTM_NEWROUTE = 24;
  private static final int RTM_DELROUTE = 25;
  private static final int RTM_GETROUTE = 26;
  private static final int ACKNOWLEDGED = 1 | 4;
  private static final int CREATE = ACKNOWLEDGED | 0x200 | 0x400;
  private static final int REPLACE = ACKNOWLEDGED | 0x100 | 0x400;
  private static final int DUMP = 1 | 0x300;
  private static final int IFF_UP = 1;
  private static final int IFLA_ADDRESS = 1;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_MTU = 4;
  private static final int IFLA_MASTER = 10;
  private static final int IFLA_LINK = 5;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_IFALIAS = 20;
  private static final int IFLA_NET_NS_FD = 28;
  private static final int IFLA_INFO_KIND = 1;
  private static final int IFLA_INFO_DATA = 2;
  private static final int IFLA_INFO_SLAVE_KIND = 4;
  private static final int IFLA_INFO_SLAVE_DATA = 5;
  private static final int IFLA_BRPORT_ISOLATED = 33;
  private static final int IFLA_MACVLAN_MODE = 1;
  private static final int IFA_F_NODAD = 2;
  private static final int VETH_INFO_PEER = 1;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int IFA_BROADCAST = 4;
  private static final int RTA_DST = 1;
  private static final int RTA_OIF = 4;
  private static final int RTA_GATEWAY = 5;
  private static final int LINK_FIXED = 16;
  private static final int ADDRESS_FIXED = 8;
  private static final int ROUTE_FIXED = 12;
  private static final int RT_TABLE_LOCAL = 255;

  private final Netlink netlink;

  /** Speaks to the calling thread's namespace. */
  RouteNetlink() throws SystemCallException {
    this.netlink = new Netlink(Netlink.ROUTE);
  }

  @Override
  public List<Link> links() throws SystemCallException {
    List<Link> links = new ArrayList<>();
    netlink.dump(
        new NetlinkMessage(RTM_GETLINK, DUMP).link(0, 0, 0),
        item -> {
          Map<Integer, ByteBuffer> attributes = attributes(item, LINK_FIXED);
          ByteBuffer name = attributes.get(IFLA_IFNAME);
          ByteBuffer mtu = attributes.get(IFLA_MTU);
          if (name != null && mtu != null) {
            links.add(new Link(item.getInt(4), string(name), mtu.getInt(0)));
          }
        });
    return links;
  }

  @Override
  public OptionalInt index(String name) throws SystemCallException {
    return links().stream()
        .filter(link -> link.name().equals(name))
        .mapToInt(Link::index)
        .findFirst();
  }

  @Override
  public void addBridge(String name, String mac, int mtu) throws SystemCallException {
    NetlinkMessage message =
        new NetlinkMessage(RTM_NEWLINK, CREATE)
            .link(0, 0, 0)
            .text(IFLA_IFNAME, checked(name))
            .mac(IFLA_ADDRESS, mac)
            .number(IFLA_MTU, mtu);
    int info = message.begin(IFLA_LINKINFO);
    message.text(IFLA_INFO_KIND, "bridge").end(info);
    require("add bridge " + name, netlink.request(message));
  }

  @Override
  public void addVeth(Veth veth) throws SystemCallException {
    NetlinkMessage message =
        new NetlinkMessage(RTM_NEWLINK, CREATE)
            .link(0, IFF_UP, IFF_UP)
            .text(IFLA_IFNAME, checked(veth.name()))
            .number(IFLA_MTU, veth.mtu())
            .number(IFLA_MASTER, veth.bridge());
    int info = message.begin(IFLA_LINKINFO);
    message.text(IFLA_INFO_KIND, "veth");
    int data = message.begin(IFLA_INFO_DATA);
    int peer = message.begin(VETH_INFO_PEER);
    message
        .link(0, 0, 0)
        .text(IFLA_IFNAME, checked(veth.peerName()))
        .mac(IFLA_ADDRESS, veth.peerMac())
        .number(IFLA_MTU, veth.mtu())
        .number(IFLA_NET_NS_FD, veth.peerNamespace());
    message.end(peer).end(data).end(info);
    require("add veth " + veth.name(), netlink.request(message));
    if (veth.apart()) {
      setApart(veth.name());
    }
  }

  private void setApart(String port) throws SystemCallException {
    NetlinkMessage message =
        new NetlinkMessage(RTM_NEWLINK, ACKNOWLEDGED).link(0, 0, 0).text(IFLA_IFNAME, port);
    int info = message.begin(IFLA_LINKINFO);
    message.text(IFLA_INFO_SLAVE_KIND, "bridge");
    int data = message.begin(IFLA_INFO_SLAVE_DATA);
    message.bytes(IFLA_BRPORT_ISOLATED, new byte[] {1});
    message.end(data).end(info);
    require("set port apart " + port, netlink.request(message));
  }

  @Override
  public void addMacvlan(Macvlan macvlan) throws SystemCallException {
    NetlinkMessage message =
        new NetlinkMessage(RTM_NEWLINK, CREATE)
            .link(0, 0, 0)
            .text(IFLA_IFNAME, checked(macvlan.name()))
            .mac(IFLA_ADDRESS, macvlan.mac())
            .number(IFLA_MTU, macvlan.mtu())
            .number(IFLA_LINK, macvlan.parent())
            .number(IFLA_NET_NS_FD, macvlan.namespace());
    int info = message.begin(IFLA_LINKINFO);
    message.text(IFLA_INFO_KIND, "macvlan");
    int data = message.begin(IFLA_INFO_DATA);
    message.number(IFLA_MACVLAN_MODE, macvlan.mode()).end(data).end(info);
    require("add macvlan " + macvlan.name(), netlink.request(message));
  }

  @Override
  public void mark(int index, String text) throws SystemCallException {
    require(
        "mark link",
        netlink.request(
            new NetlinkMessage(RTM_NEWLINK, ACKNOWLEDGED)
                .link(index, 0, 0)
                .text(IFLA_IFALIAS, text)));
  }

  @Override
  public Map<String, String> marked() throws SystemCallException {
    Map<String, String> marked = new HashMap<>();
    netlink.dump(
        new NetlinkMessage(RTM_GETLINK, DUMP).link(0, 0, 0),
        item -> {
          Map<Integer, ByteBuffer> attributes = attributes(item, LINK_FIXED);
          ByteBuffer name = attributes.get(IFLA_IFNAME);
          ByteBuffer mark = attributes.get(IFLA_IFALIAS);
          if (name != null && mark != null) {
            marked.put(string(name), string(mark));
          }
        });
    return marked;
  }

  @Override
  public void setUp(int index) throws SystemCallException {
    require(
        "set link up",
        netlink.request(new NetlinkMessage(RTM_NEWLINK, ACKNOWLEDGED).link(index, IFF_UP, IFF_UP)));
  }

  @Override
  public void addAddress(int index, Ipv4 address) throws SystemCallException {
    int broadcast = address.network().bits() | (int) (address.size() - 1);
    int error =
        netlink.request(
            new NetlinkMessage(RTM_NEWADDR, CREATE)
                .address(AF_INET, address.prefixLength(), index)
                .ipv4(IFA_LOCAL, address.bits())
                .ipv4(IFA_ADDRESS, address.bits())
                .ipv4(IFA_BROADCAST, broadcast));
    require("add address " + address, error == Errno.EEXIST ? 0 : error);
  }

  @Override
  public void addAddress(int index, InetAddress address, int prefixLength)
      throws SystemCallException {
    byte[] bytes = address.getAddress();
    if (bytes.length == 4) {
      addAddress(index, new Ipv4(ByteBuffer.wrap(bytes).getInt(), prefixLength));
      return;
    }
    NetlinkMessage message = new NetlinkMessage(RTM_NEWADDR, CREATE);
    message.address(AF_INET6, prefixLength, index, IFA_F_NODAD).bytes(IFA_ADDRESS, bytes);
    int error = netlink.request(message);
    require("add address " + address, error == Errno.EEXIST ? 0 : error);
  }

  @Override
  public void replaceDefaultRoute(InetAddress gateway, int index) throws SystemCallException {
    byte[] bytes = gateway.getAddress();
    require(
        "route via " + gateway,
        netlink.request(
            new NetlinkMessage(RTM_NEWROUTE, REPLACE)
                .route(bytes.length == 4 ? AF_INET : AF_INET6)
                .bytes(RTA_GATEWAY, bytes)
                .number(RTA_OIF, index)));
  }

  @Override
  public void deleteDefaultRoute(boolean v6) throws SystemCallException {
    int error =
        netlink.request(
            new NetlinkMessage(RTM_DELROUTE, ACKNOWLEDGED).route(v6 ? AF_INET6 : AF_INET));
    require("delete the default route", error == Errno.ESRCH ? 0 : error);
  }

  @Override
  public void addDefaultRoute(String gateway) throws SystemCallException {
    int error =
        netlink.request(
            new NetlinkMessage(RTM_NEWROUTE, CREATE)
                .route(AF_INET)
                .ipv4(RTA_GATEWAY, Ipv4.parse(gateway).bits()));
    require("add route via " + gateway, error == Errno.EEXIST ? 0 : error);
  }

  @Override
  public boolean deleteLink(String name) throws SystemCallException {
    int error =
        netlink.request(
            new NetlinkMessage(RTM_DELLINK, ACKNOWLEDGED)
                .link(0, 0, 0)
                .text(IFLA_IFNAME, checked(name)));
    if (error == Errno.ENODEV) {
      return false;
    }
    require("delete link " + name, error);
    return true;
  }

  @Override
  public List<Ipv4> networksInUse() throws SystemCallException {
    List<Ipv4> networks = new ArrayList<>();
    netlink.dump(
        new NetlinkMessage(RTM_GETROUTE, DUMP).route(AF_INET),
        item -> {
          ByteBuffer destination = attributes(item, ROUTE_FIXED).get(RTA_DST);
          int table = item.get(4) & 0xff;
          if (destination != null && table != RT_TABLE_LOCAL) {
            networks.add(new Ipv4(bigEndian(destination), item.get(1) & 0xff));
          }
        });
    netlink.dump(
        new NetlinkMessage(RTM_GETADDR, DUMP).address(AF_INET, 0, 0),
        item -> {
          ByteBuffer address = attributes(item, ADDRESS_FIXED).get(IFA_ADDRESS);
          if (address != null) {
            networks.add(new Ipv4(bigEndian(address), item.get(1) & 0xff).network());
          }
        });
    return networks;
  }

  @Override
  public OptionalInt defaultLink() throws SystemCallException {
    List<Integer> links = new ArrayList<>();
    netlink.dump(
        new NetlinkMessage(RTM_GETROUTE, DUMP).route(AF_INET),
        item -> {
          Map<Integer, ByteBuffer> attributes = attributes(item, ROUTE_FIXED);
          ByteBuffer link = attributes.get(RTA_OIF);
          boolean main = item.get(4) == (byte) 254;
          if (main && !attributes.containsKey(RTA_DST) && link != null) {
            links.add(link.getInt(0));
          }
        });
    return links.isEmpty() ? OptionalInt.empty() : OptionalInt.of(links.getFirst());
  }

  private static Map<Integer, ByteBuffer> attributes(ByteBuffer item, int fixed) {
    Map<Integer, ByteBuffer> attributes = new HashMap<>();
    int at = fixed;
    while (at + 4 <= item.limit()) {
      int length = item.getShort(at) & 0xffff;
      int type = item.getShort(at + 2) & 0x3fff;
      if (length < 4 || at + length > item.limit()) {
        break;
      }
      attributes.put(type, item.slice(at + 4, length - 4).order(ByteOrder.nativeOrder()));
      at += (length + 3) & ~3;
    }
    return attributes;
  }

  private static String string(ByteBuffer value) {
    byte[] bytes = new byte[value.limit()];
    value.get(0, bytes);
    return new String(bytes, 0, Math.max(0, bytes.length - 1), StandardCharsets.US_ASCII);
  }

  private static int bigEndian(ByteBuffer value) {
    return value.duplicate().order(ByteOrder.BIG_ENDIAN).getInt(0);
  }

  private static String checked(String name) {
    if (name.isEmpty() || name.length() > NAME_MAX) {
      throw new IllegalArgumentException("interface name: " + name);
    }
    return name;
  }

  private static void require(String what, int error) throws SystemCallException {
    if (error != 0) {
      throw new SystemCallException(what, error);
    }
  }

  @Override
  public void close() {
    netlink.close();
  }
}
