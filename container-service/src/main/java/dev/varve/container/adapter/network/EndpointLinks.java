package dev.varve.container.adapter.network;

import dev.varve.container.domain.IpAddress;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.NetworkOptions;
import dev.varve.linux.net.Ipv4;
import dev.varve.linux.net.NetworkCalls;
import dev.varve.linux.net.NetworkKernel;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The links of containers' namespaces, their addresses, and what follows from all of them. */
final class EndpointLinks {
  private final NetworkKernel kernel;
  private final String prefix;
  private final Segments segments;
  private final WaysOut ways;

  EndpointLinks(NetworkKernel kernel, String prefix, Segments segments) {
    this.kernel = kernel;
    this.prefix = prefix;
    this.segments = segments;
    this.ways = new WaysOut(kernel, segments);
  }

  /** Makes the links of all places that have none yet. */
  void wire(Places places) throws IOException {
    synchronized (places) {
      List<NetworkAttachment> missing = places.missing();
      if (missing.isEmpty()) {
        return;
      }
      // Looked at here: what happens in the namespace happens on a thread that has not the lock.
      List<NetworkAttachment> all = places.all();
      kernel.inNamespace(
          places.pin(),
          (inside, number) -> {
            for (NetworkAttachment place : missing) {
              make(place, inside, number);
            }
            ways.follow(inside, all, false);
          });
      missing.forEach(places::wired);
    }
  }

  /** Takes a link away, and with it its addresses and routes. Idempotent. */
  void delete(Path namespace, NetworkAttachment attachment, List<NetworkAttachment> rest)
      throws IOException {
    kernel.inNamespace(
        namespace,
        (inside, _) -> {
          boolean ignored = inside.deleteLink(attachment.link());
          ways.follow(inside, rest, true);
        });
  }

  private void make(NetworkAttachment attachment, NetworkCalls inside, int namespace)
      throws IOException {
    Segment segment =
        segments
            .find(attachment.networkId())
            .orElseThrow(() -> new IOException("network " + attachment.network() + " is gone"));
    if (segment.network().isOnParent()) {
      kernel.host().addSublink(Sublinks.of(segment, attachment, namespace));
    } else {
      kernel
          .host()
          .addVeth(
              new NetworkCalls.Veth(
                  hostLink(attachment),
                  segment.index(),
                  apart(segment.network()),
                  segment.mtu(),
                  attachment.link(),
                  attachment.macAddress(),
                  namespace));
    }
    int link = BridgedNamespace.indexOf(inside, attachment.link());
    if (!attachment.address().isEmpty()) {
      inside.addAddress(
          link, InetAddress.ofLiteral(attachment.address()), attachment.prefixLength());
    }
    if (attachment.ipv6().isPresent()) {
      NetworkAttachment.Ipv6 v6 = attachment.ipv6().get();
      kernel.sysctl("net/ipv6/conf/lo/disable_ipv6", "0");
      kernel.sysctl("net/ipv6/conf/" + attachment.link() + "/disable_ipv6", "0");
      kernel.sysctl("net/ipv6/conf/" + attachment.link() + "/accept_ra", "0");
      inside.addAddress(link, InetAddress.ofLiteral(v6.address()), v6.prefixLength());
    }
    for (String address : attachment.wanted().linkLocal()) {
      InetAddress local = InetAddress.ofLiteral(address);
      inside.addAddress(link, local, local.getAddress().length == 4 ? 16 : 64);
    }
    inside.setUp(link);
  }

  private static boolean apart(Network network) {
    return !network.option(NetworkOptions.ICC, true);
  }

  /** The name on the host's side; on the default bridge another when it came out of the pool. */
  String hostLink(NetworkAttachment attachment) {
    return BridgedNamespace.linkName(prefix, attachment.endpointId());
  }

  /** The link on the host of one that came out of the pool. */
  String pooledLink(String address) {
    return BridgedNamespace.linkName(prefix, Ipv4.parse(address));
  }

  /**
   * Puts a container on a segment whose link was made again: its own link is on none now, or went
   * with it.
   */
  void reattach(Segment segment, Places places, NetworkAttachment place) throws IOException {
    String name = hostLink(place);
    if (hostLinks().contains(name)) {
      kernel.host().attach(name, segment.index(), apart(segment.network()));
    } else if (segment.network().isOnParent()) {
      places.cut(place);
      wire(places);
    }
  }

  /** The same for what came, or will come, out of the default bridge's pool. */
  void reattachPooled(Segment segment, List<Path> pins) throws IOException {
    Set<String> present = hostLinks();
    for (Path pin : pins) {
      String address = NamespaceHolders.name(pin);
      if (IpAddress.read(address).isPresent() && present.contains(pooledLink(address))) {
        kernel.host().attach(pooledLink(address), segment.index(), apart(segment.network()));
      }
    }
  }

  private Set<String> hostLinks() throws IOException {
    Set<String> names = new HashSet<>();
    kernel.host().links().forEach(link -> names.add(link.name()));
    return names;
  }
}
