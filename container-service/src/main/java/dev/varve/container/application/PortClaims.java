package dev.varve.container.application;

import dev.varve.container.application.PublishedPorts.Claim;
import dev.varve.container.application.PublishedPorts.Publication;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.NetworkOptions;
import dev.varve.container.domain.PortBindings.Wanted;
import dev.varve.container.domain.PublishedPort;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.Routing;
import dev.varve.eventlog.Problem;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The node's ports for the runs of its containers. */
final class PortClaims {
  private final ContainerDirectory directory;
  private final PublishedPorts ports;

  PortClaims(ContainerDirectory directory, PublishedPorts ports) {
    this.directory = directory;
    this.ports = ports;
  }

  /**
   * @param attachments of which one has the ports
   * @param refusal why none has; to be told when the start is on record
   */
  record Claimed(List<NetworkAttachment> attachments, Optional<Problem> refusal) {}

  /** Without a network that can have them there are none, as with Docker. */
  Claimed claim(Container it, List<NetworkAttachment> attachments) {
    List<Wanted> wanted = it.spec().host().ports().wanted(it.spec().exposedPorts());
    Optional<NetworkAttachment> bearer =
        Routing.of(attachments, directory::networkById).published();
    if (wanted.isEmpty() || bearer.isEmpty()) {
      return new Claimed(attachments, Optional.empty());
    }
    NetworkAttachment on = bearer.get();
    return switch (ports.claim(it.id(), on.reachedAt(), bound(wanted, on))) {
      case Claim.Held(var held) ->
          new Claimed(
              attachments.stream()
                  .map(attachment -> attachment.equals(on) ? on.publishing(held) : attachment)
                  .toList(),
              Optional.empty());
      case Claim.Taken(String ip, int port, String holder) ->
          refused(it, attachments, on, Refusals.portAllocated(ip, port, nameOf(holder)));
      case Claim.Refused(String what, String why) ->
          refused(it, attachments, on, Refusals.portNotBound(what, why));
      case Claim.Exhausted _ -> refused(it, attachments, on, Refusals.ALL_PORTS_ALLOCATED);
    };
  }

  /** Where no address of the host is named, the network's own binding says which. */
  private List<Wanted> bound(List<Wanted> wanted, NetworkAttachment on) {
    String binding =
        directory
            .networkById(on.networkId())
            .map(it -> it.option(NetworkOptions.HOST_BINDING))
            .filter(it -> !it.equals("0.0.0.0"))
            .orElse("");
    return wanted.stream()
        .map(one -> one.hostIp().isEmpty() && !binding.isEmpty() ? one.at(binding) : one)
        .toList();
  }

  private static Claimed refused(
      Container it, List<NetworkAttachment> attachments, NetworkAttachment on, String why) {
    return new Claimed(
        attachments, Optional.of(Refusals.noConnectivity(it.name(), on.endpointId(), why)));
  }

  private String nameOf(String id) {
    return directory.byId(id).map(Container::name).orElse(id);
  }

  /** Whether the container wants ports and has none, because no network could have them. */
  boolean isMissing(Container it) {
    return !it.spec().host().ports().wanted(it.spec().exposedPorts()).isEmpty()
        && it.networks().stream().allMatch(attachment -> attachment.ports().isEmpty());
  }

  void publish(String id, List<NetworkAttachment> attachments) throws IOException {
    Optional<Publication> publication = publication(attachments);
    if (publication.isPresent()) {
      ports.publish(id, publication.get());
    }
  }

  /** Lets the ports of a running container lead to where its way out is now. */
  void follow(Container it) throws IOException {
    if (it.networks().stream().anyMatch(attachment -> !attachment.ports().isEmpty())) {
      ports.move(it.id(), publication(it.networks()));
    } else {
      ports.release(it.id());
    }
  }

  void release(String id) throws IOException {
    ports.release(id);
  }

  /** At start, when every container is in line with the kernel's facts. */
  void reconcile(List<Container> containers) throws IOException {
    Map<String, Publication> running = new HashMap<>();
    for (Container it : containers) {
      if (it.isRunning()) {
        publication(it.networks()).ifPresent(publication -> running.put(it.id(), publication));
      }
    }
    ports.reconcile(running);
  }

  /**
   * Whichever attachment they were recorded with: the run has the ports, and they lead to the
   * attachment that has the way out.
   */
  private Optional<Publication> publication(List<NetworkAttachment> attachments) {
    List<PublishedPort> all = attachments.stream().flatMap(it -> it.ports().stream()).toList();
    return all.isEmpty()
        ? Optional.empty()
        : Routing.of(attachments, directory::networkById)
            .published()
            .map(bearer ->
                new Publication(
                    directory.networkById(bearer.networkId()).map(Network::bridge).orElse(""),
                    bearer.publishing(all)));
  }
}
