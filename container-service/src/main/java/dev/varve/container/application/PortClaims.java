package dev.varve.container.application;

import dev.varve.container.application.PublishedPorts.Claim;
import dev.varve.container.application.PublishedPorts.Publication;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.PortBindings.Wanted;
import dev.varve.container.domain.Refusals;
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
   * @param attachment with the ports it got
   * @param refusal why it got none; to be told when the start is on record
   */
  record Claimed(NetworkAttachment attachment, Optional<Problem> refusal) {}

  Claimed claim(Container it, NetworkAttachment attachment) {
    List<Wanted> wanted = it.spec().host().ports().wanted(it.spec().exposedPorts());
    if (wanted.isEmpty()) {
      return new Claimed(attachment, Optional.empty());
    }
    return switch (ports.claim(it.id(), attachment.address(), wanted)) {
      case Claim.Held(var held) -> new Claimed(attachment.publishing(held), Optional.empty());
      case Claim.Taken(String ip, int port, String holder) ->
          refused(it, attachment, Refusals.portAllocated(ip, port, nameOf(holder)));
      case Claim.Refused(String what, String why) ->
          refused(it, attachment, Refusals.portNotBound(what, why));
      case Claim.Exhausted _ -> refused(it, attachment, Refusals.ALL_PORTS_ALLOCATED);
    };
  }

  private static Claimed refused(Container it, NetworkAttachment attachment, String why) {
    return new Claimed(
        attachment, Optional.of(Refusals.noConnectivity(it.name(), attachment.endpointId(), why)));
  }

  private String nameOf(String id) {
    return directory.byId(id).map(Container::name).orElse(id);
  }

  void publish(String id, NetworkAttachment attachment) throws IOException {
    if (!attachment.ports().isEmpty()) {
      ports.publish(id, publication(attachment));
    }
  }

  void release(String id) throws IOException {
    ports.release(id);
  }

  /** At start, when every container is in line with the kernel's facts. */
  void reconcile(List<Container> containers) throws IOException {
    Map<String, Publication> running = new HashMap<>();
    for (Container it : containers) {
      for (NetworkAttachment attachment : it.networks()) {
        if (it.isRunning() && !attachment.ports().isEmpty()) {
          running.put(it.id(), publication(attachment));
        }
      }
    }
    ports.reconcile(running);
  }

  private Publication publication(NetworkAttachment attachment) {
    return new Publication(
        directory.network(attachment.network()).map(Network::bridge).orElse(""), attachment);
  }
}
