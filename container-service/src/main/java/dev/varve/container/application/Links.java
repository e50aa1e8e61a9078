package dev.varve.container.application;

import dev.varve.container.application.RunFiles.Linked;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.ContainerName;
import dev.varve.container.domain.Link;
import dev.varve.container.domain.LinkDecider;
import dev.varve.container.domain.LinkEnvironment;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.Secret;
import dev.varve.eventlog.Cause;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Containers on the default bridge that others call by names of their own: what those are told of
 * them, by variables and in /etc/hosts.
 */
public final class Links {
  private final Engine engine;

  public Links(Engine engine) {
    this.engine = engine;
  }

  private record Called(Container container, String alias) {
    String pathFrom(Container caller) {
      return "/" + caller.name() + "/" + alias;
    }
  }

  private List<Called> calledBy(Container it) {
    List<Called> called = new ArrayList<>();
    for (Link link : it.spec().host().nameResolution().links()) {
      engine
          .directory()
          .byId(link.container())
          .ifPresent(other -> called.add(new Called(other, link.alias())));
    }
    return called;
  }

  private static Optional<NetworkAttachment> onBridge(List<NetworkAttachment> places) {
    return places.stream().filter(it -> it.network().equals(Network.BRIDGE)).findFirst();
  }

  /**
   * The variables of a run with these places.
   *
   * @throws dev.varve.eventlog.ProblemException when one that it links to does not run
   */
  List<Secret> environment(Container it, List<NetworkAttachment> places) {
    if (onBridge(places).isPresent()) {
      for (Link link : it.spec().host().nameResolution().links()) {
        requireRunning(link, "/" + it.name() + "/" + link.alias());
      }
    }
    return variables(it, places);
  }

  private void requireRunning(Link link, String path) {
    Optional<Container> other = engine.directory().byId(link.container());
    if (other.filter(Container::isRunning).isEmpty()) {
      String name = other.map(Container::name).orElse(link.container());
      throw Refusals.linkToStopped(name, path).asException();
    }
    if (onBridge(other.get().networks()).isEmpty()) {
      throw Refusals.linkToUnconnected(other.get()).asException();
    }
  }

  /** The same for one that runs; what it links to may have ended since. */
  List<Secret> environment(Container it) {
    return variables(it, it.networks());
  }

  private List<Secret> variables(Container it, List<NetworkAttachment> places) {
    List<Secret> variables = new ArrayList<>();
    if (onBridge(places).isPresent()) {
      for (Called called : calledBy(it)) {
        onBridge(called.container.networks())
            .ifPresent(at ->
                variables.addAll(
                    LinkEnvironment.of(
                        called.pathFrom(it), at.address(), called.container.spec())));
      }
    }
    return variables;
  }

  /** The lines of /etc/hosts of a run with these places. */
  List<Linked> hosts(Container it, List<NetworkAttachment> places) {
    List<Linked> lines = new ArrayList<>();
    if (onBridge(places).isEmpty()) {
      return lines;
    }
    for (Called called : calledBy(it)) {
      Container other = called.container;
      String names =
          called.alias
              + " "
              + other.spec().hostname()
              + (called.alias.equals(other.name()) ? "" : " " + other.name());
      onBridge(other.networks()).ifPresent(at -> lines.add(new Linked(at.address(), names)));
    }
    return lines;
  }

  /** Whether one that it links to does not run yet, and is about to. */
  boolean isWaitedFor(Container it) {
    return calledBy(it).stream().anyMatch(called -> called.container.isRestarting());
  }

  /** What it calls others, as Docker shows it: {@code /other:/own/alias}. */
  public List<String> shown(Container it) {
    return calledBy(it).stream()
        .map(called -> "/" + called.container.name() + ":" + called.pathFrom(it))
        .toList();
  }

  /** What others call it: {@code other/alias}. */
  public List<String> namesOf(Container it) {
    List<String> names = new ArrayList<>();
    for (Container caller : engine.directory().callersOf(it.id())) {
      for (Link link : caller.spec().host().nameResolution().links()) {
        if (link.container().equals(it.id())) {
          names.add(caller.name() + "/" + link.alias());
        }
      }
    }
    return names;
  }

  /** One has another address than before: those that call it learn of it. */
  void follow(String containerId) throws IOException {
    for (Container caller : engine.directory().callersOf(containerId)) {
      engine.lanes().within(caller.id(), () -> rewrite(caller.id()));
    }
  }

  /**
   * Takes one such name away.
   *
   * @param reference {@code caller/alias}
   */
  public void remove(Cause cause, String reference) {
    var _ = Lookup.find(engine.directory(), reference);
    String path = "/" + ContainerName.bare(reference);
    int slash = path.lastIndexOf('/');
    if (slash == 0) {
      throw Refusals.ownNameStays().asException();
    }
    String caller = path.substring(0, slash);
    Container by =
        engine
            .directory()
            .byName(caller.substring(1))
            .orElseThrow(() -> Refusals.noSuchLinker(caller, path).asException());
    String alias = path.substring(slash + 1);
    engine
        .lanes()
        .within(
            by.id(),
            () -> {
              boolean changed =
                  engine.ledger().decide(cause, facts -> LinkDecider.remove(facts, by.id(), alias));
              if (changed) {
                Effects.clean("hosts of " + by.id(), () -> rewrite(by.id()));
              }
            });
  }

  private void rewrite(String callerId) throws IOException {
    Optional<Container> it = engine.facts().container(callerId).filter(Container::isRunning);
    if (it.isPresent()) {
      RunFiles.Networking networking =
          new EndpointRequests(engine).files(it.get(), it.get().networks());
      var _ = engine.files().write(it.get(), networking);
    }
  }
}
