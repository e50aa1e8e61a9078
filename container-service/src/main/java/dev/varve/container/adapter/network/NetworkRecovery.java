package dev.varve.container.adapter.network;

import dev.varve.container.application.ContainerNetwork.Running;
import dev.varve.container.domain.IpAddress;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.net.NetworkCalls;
import dev.varve.linux.net.NetworkKernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * What an engine finds at its start of the one before: the places of containers that run are taken
 * over as they are; namespaces and links that belong to nobody are deleted.
 */
final class NetworkRecovery {
  private static final Logger LOG = Logger.getLogger(NetworkRecovery.class);

  private final NetworkKernel kernel;
  private final String prefix;
  private final NamespaceHolders holders;
  private final Segments segments;
  private final EndpointLinks links;
  private final Map<String, Places> held;

  NetworkRecovery(
      NetworkKernel kernel,
      String prefix,
      NamespaceHolders holders,
      Segments segments,
      EndpointLinks links,
      Map<String, Places> held) {
    this.kernel = kernel;
    this.prefix = prefix;
    this.holders = holders;
    this.segments = segments;
    this.links = links;
    this.held = held;
  }

  /** Takes over what the log says these have; what the kernel lacks of it is missing there. */
  void resume(Map<String, Running> running) throws IOException {
    Set<String> hostLinks = new HashSet<>();
    for (NetworkCalls.Link link : kernel.host().links()) {
      hostLinks.add(link.name());
    }
    running.forEach((id, it) -> resume(id, it.attachments(), hostLinks));
    holders.findShared();
  }

  private void resume(String id, List<NetworkAttachment> attachments, Set<String> hostLinks) {
    Optional<Path> pin;
    try {
      pin = holders.pinOf(id);
    } catch (IOException e) {
      LOG.warnf(e, "the namespace of container %s is not known", id);
      return;
    }
    for (NetworkAttachment attachment : attachments) {
      segments.find(attachment.networkId()).ifPresent(it -> it.hold(id, attachment));
    }
    if (pin.isEmpty() || attachments.isEmpty()) {
      return;
    }
    Places mine = new Places(pin.get());
    for (NetworkAttachment attachment : attachments) {
      mine.add(attachment);
      boolean pooled = NamespaceHolders.name(pin.get()).equals(attachment.address());
      boolean sublink =
          segments.find(attachment.networkId()).filter(it -> it.network().isOnParent()).isPresent();
      if (pooled || sublink || hostLinks.contains(links.hostLink(attachment))) {
        mine.wired(attachment);
      }
    }
    held.put(id, mine);
  }

  /**
   * Namespaces that nobody holds, and links whose namespace is neither held nor about to vanish.
   */
  void deleteOrphans() throws IOException {
    Set<Path> kept = holders.held();
    for (Path pin : holders.pins()) {
      if (!kept.contains(pin)) {
        kernel.deleteNamespace(pin);
      }
    }
    Set<String> keptLinks = new HashSet<>();
    for (Path pin : kept) {
      String name = NamespaceHolders.name(pin);
      if (IpAddress.read(name).isPresent()) {
        keptLinks.add(links.pooledLink(name));
      }
    }
    for (Places it : held.values()) {
      it.all().forEach(place -> keptLinks.add(links.hostLink(place)));
    }
    String linkPrefix = BridgedNamespace.linkPrefix(prefix);
    for (NetworkCalls.Link link : kernel.host().links()) {
      if (link.name().startsWith(linkPrefix) && !keptLinks.contains(link.name())) {
        deleteLink(link.name());
      }
    }
  }

  private void deleteLink(String name) throws IOException {
    try {
      var _ = kernel.host().deleteLink(name);
    } catch (SystemCallException e) {
      if (e.errno() != Errno.ENODEV) {
        LOG.warnf(e, "cannot delete link %s", name);
      }
    }
  }
}
