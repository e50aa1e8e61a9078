package dev.varve.container.adapter.network;

import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Puts containers back on a bridge that somebody deleted, once it is there again. */
final class Reattachment implements Consumer<Segment> {
  private static final Logger LOG = Logger.getLogger(Reattachment.class);

  private final NamespaceHolders holders;
  private final EndpointLinks links;
  private final Map<String, Places> held;
  private final Consumer<String> remade;

  /**
   * @param remade is told the bridge's name at last
   */
  Reattachment(
      NamespaceHolders holders,
      EndpointLinks links,
      Map<String, Places> held,
      Consumer<String> remade) {
    this.holders = holders;
    this.links = links;
    this.held = held;
    this.remade = remade;
  }

  @Override
  public void accept(Segment segment) {
    Network network = segment.network();
    if (network.name().equals(Network.BRIDGE)) {
      try {
        links.reattachPooled(segment, holders.pins());
      } catch (IOException e) {
        LOG.errorf(e, "not all containers could be put on bridge %s again", network.bridge());
      }
    }
    held.forEach((id, places) -> {
      Optional<NetworkAttachment> place = places.on(network.id());
      try {
        if (place.isPresent()) {
          links.reattach(segment, places, place.get());
        }
      } catch (IOException e) {
        LOG.errorf(e, "container %s could not be put on network %s again", id, network.name());
      }
    });
    remade.accept(network.bridge());
  }
}
