package dev.varve.linux.net;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** {@link NetworkCalls} over rtnetlink. */
final class RouteNetlink implements NetworkCalls {
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int RTM_NEWADDR = 20;
  private static final int RTM_GETADDR = 22;
  private static final int RTM_NEWROUTE = 24;
  private static final int RTM_DELROUTE = 25;
  private static final int RTM_GETROUTE = 26;
  private static final int ACKNOWLEDGED = 1 | 4;
  private static final int CREATE = ACKNOWLEDGED | 0x200 | 0x400;
  private static final int REPLACE = ACKNOWLEDGED | 0x100 | 0x400;
  private static final int DUMP = 1 | 0x300;
  private static final int IFA_F_NODAD = 2;
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
        LinkRequests.all(),
        item -> {
          Map<Integer, ByteBuffer> attributes = attributes(item, LINK_FIXED);
          ByteBuffer name = attributes.get(LinkRequests.NAME);
          ByteBuffer mtu = attributes.get(LinkRequests.MTU);
          if (name != null && mtu != null) {
            boolean up = (item.getInt(8) & LinkRequests.UP) != 0;
            links.add(new Link(item.getInt(4), string(name), mtu.getInt(0), up));
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
  public Set<InetAddress> addresses(int index) throws SystemCallException {
    Set<InetAddress> addresses = new HashSet<>();
    netlink.dump(
        new NetlinkMessage(RTM_GETADDR, DUMP).address(0, 0, 0),
        item -> {
          ByteBuffer address = attributes(item, ADDRESS_FIXED).get(IFA_ADDRESS);
          if (item.getInt(4) == index && address != null) {
            addresses.add(address(address));
          }
        });
    return addresses;
  }

  private static InetAddress address(ByteBuffer value) {
    byte[] bytes = new byte[value.limit()];
    value.get(0, bytes);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean knows(String kind) throws SystemCallException {
    // It lacks all else that such a link needs, so nothing is made.
    return netlink.request(LinkRequests.ofKind(kind)) != Errno.EOPNOTSUPP;
  }

  @Override
  public void addBridge(String name, String mac, int mtu) throws SystemCallException {
    require("add bridge " + name, netlink.request(LinkRequests.bridge(name, mac, mtu)));
  }

  @Override
  public void addVeth(Veth veth) throws SystemCallException {
    require("add veth " + veth.name(), netlink.request(LinkRequests.veth(veth)));
    setLarge(veth.bridge()); // which takes no more than its ports do, and had perhaps none before
    if (veth.apart()) {
      setApart(veth.name());
    }
  }

  private void setApart(String port) throws SystemCallException {
    require("set port apart " + port, netlink.request(LinkRequests.apart(port)));
  }

  @Override
  public void attach(String name, int bridge, boolean apart) throws SystemCallException {
    require("attach " + name, netlink.request(LinkRequests.attached(name, bridge)));
    setLarge(bridge);
    if (apart) {
      setApart(name);
    }
  }

  @Override
  public void addSublink(Sublink sublink) throws SystemCallException {
    require("add link " + sublink.name(), netlink.request(LinkRequests.sublink(sublink)));
  }

  @Override
  public void takeLargeSegments(int index) throws SystemCallException {
    List<Integer> links = new ArrayList<>();
    netlink.dump(
        LinkRequests.all(),
        item -> {
          ByteBuffer master = attributes(item, LINK_FIXED).get(LinkRequests.MASTER);
          if (master != null && master.getInt(0) == index) {
            links.add(item.getInt(4));
          }
        });
    links.add(index);
    for (int link : links) {
      setLarge(link);
    }
  }

  private void setLarge(int index) throws SystemCallException {
    int error = netlink.request(LinkRequests.large(index));
    boolean smaller = error == Errno.EINVAL;
    require("let link take large segments", smaller || error == Errno.ENODEV ? 0 : error);
  }

  @Override
  public void mark(int index, String text) throws SystemCallException {
    require("mark link", netlink.request(LinkRequests.marked(index, text)));
  }

  @Override
  public Map<String, String> marked() throws SystemCallException {
    Map<String, String> marked = new HashMap<>();
    netlink.dump(
        LinkRequests.all(),
        item -> {
          Map<Integer, ByteBuffer> attributes = attributes(item, LINK_FIXED);
          ByteBuffer name = attributes.get(LinkRequests.NAME);
          ByteBuffer mark = attributes.get(LinkRequests.ALIAS);
          if (name != null && mark != null) {
            marked.put(string(name), string(mark));
          }
        });
    return marked;
  }

  @Override
  public void setUp(int index) throws SystemCallException {
    require("set link up", netlink.request(LinkRequests.up(index)));
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
  public void replaceDefaultRoute(boolean v6, int index) throws SystemCallException {
    require(
        "route by link " + index,
        netlink.request(
            new NetlinkMessage(RTM_NEWROUTE, REPLACE)
                .route(v6 ? AF_INET6 : AF_INET)
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
    int error = netlink.request(LinkRequests.deleted(name));
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
