package dev.varve.container.adapter.grpc;

import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.Exec;
import dev.varve.api.container.v1.NetworkAttachment;
import dev.varve.container.application.Engine;
import dev.varve.container.application.HealthChecks;
import dev.varve.container.application.Links;
import dev.varve.container.application.RootMounts;
import dev.varve.container.application.RunFiles;
import dev.varve.container.contract.EndpointMessages;
import dev.varve.container.domain.EndpointSpec;
import dev.varve.container.domain.Exec.Phase;
import dev.varve.container.domain.ExecSpec;
import dev.varve.container.domain.HealthRules;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.MountPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What List and Inspect answer: from memory, without locks; sizes alone are asked for. */
final class Views {
  /** Removed containers that may be remembered before they are looked for. */
  private static final int SLACK = 16;

  private final Engine engine;
  private final HealthChecks health;
  private final Links links;
  private final Map<String, Seen> lastSeen = new ConcurrentHashMap<>();

  private final Map<String, Sized> lastSized = new ConcurrentHashMap<>();

  private record Seen(Sources sources, Container view) {}

  private record Sized(Container plain, RootMounts.Usage usage, Container sized) {}

  /**
   * All that a view is made of; the rest follows from the container's id.
   *
   * @param next the networks it will join and is not on, with their ids
   * @param links what it calls others
   * @param linkedAs what others call it
   */
  private record Sources(
      dev.varve.container.domain.Container container,
      String rootPath,
      List<String> execIds,
      List<NetworkAttachment> next,
      List<String> links,
      List<String> linkedAs) {

    /** States are immutable and replaced as a whole, so the same object says the same. */
    @SuppressWarnings("ReferenceEquality")
    boolean same(Sources other) {
      return container == other.container
          && rootPath.equals(other.rootPath)
          && execIds.equals(other.execIds)
          && next.equals(other.next)
          && links.equals(other.links)
          && linkedAs.equals(other.linkedAs);
    }
  }

  Views(Engine engine, HealthChecks health, Links links) {
    this.health = health;
    this.links = links;
    this.engine = engine;
  }

  List<Container> list(boolean size) {
    Map<String, RootMounts.Usage> usages = size ? engine.roots().usages() : Map.of();
    return engine.directory().newestFirst().stream()
        .map(it -> {
          Container view = view(it);
          RootMounts.Usage usage = usages.get(it.id());
          return usage == null ? view : sized(view, usage);
        })
        .toList();
  }

  Container inspect(String reference, boolean size) {
    var it = Lookup.find(engine.directory(), reference);
    Container view = size ? sized(view(it), engine.roots().usage(it.id())) : view(it);
    return health.of(it).map(known -> withHealth(view, known)).orElse(view);
  }

  /** The probes change oftener than the container, and lists show none of them. */
  private static Container withHealth(Container view, HealthRules.Health health) {
    Container.Builder more = view.toBuilder();
    more.getStateBuilder().setHealth(ContainerMessages.health(health));
    return more.build();
  }

  /** The same message until it, or its size, changes. */
  @SuppressWarnings("ReferenceEquality") // as long as nothing changes it is the same message
  private Container sized(Container view, RootMounts.Usage usage) {
    Sized seen = lastSized.get(view.getId());
    if (seen == null || seen.plain != view || !seen.usage.equals(usage)) {
      Container sized =
          view.toBuilder().setSizeRw(usage.upperBytes()).setSizeRootFs(usage.rootBytes()).build();
      seen = new Sized(view, usage, sized);
      lastSized.put(view.getId(), seen);
    }
    return seen.sized;
  }

  /** The same message until something it tells of changes. */
  private Container view(dev.varve.container.domain.Container it) {
    Sources sources = sources(it);
    Seen seen = lastSeen.get(it.id());
    if (seen == null || !seen.sources.same(sources)) {
      seen = new Seen(sources, make(sources));
      lastSeen.put(it.id(), seen);
      forgetRemoved();
    }
    return seen.view;
  }

  private Sources sources(dev.varve.container.domain.Container it) {
    List<String> execs = new ArrayList<>();
    for (dev.varve.container.domain.Exec exec : engine.directory().execsOf(it.id())) {
      if (!exec.hasEnded()) {
        execs.add(exec.id());
      }
    }
    return new Sources(
        it, engine.roots().rootPath(it.id()), execs, next(it), links.shown(it), links.namesOf(it));
  }

  /** On the host's network and on none there are no links, but Docker shows the network. */
  private List<NetworkAttachment> next(dev.varve.container.domain.Container it) {
    if (!it.networks().isEmpty()) {
      return List.of();
    }
    List<EndpointSpec> endpoints = engine.directory().endpoints(it);
    String mode = it.spec().networkName();
    if (endpoints.isEmpty()
        && (mode.equals(dev.varve.container.domain.Network.HOST)
            || mode.equals(dev.varve.container.domain.Network.NONE))) {
      endpoints = List.of(EndpointSpec.on(mode));
    }
    List<NetworkAttachment> next = new ArrayList<>();
    for (EndpointSpec endpoint : endpoints) {
      NetworkAttachment.Builder message =
          NetworkAttachment.newBuilder().setNetwork(endpoint.network());
      if (!endpoint.isPlain()) {
        message.setWanted(EndpointMessages.write(endpoint));
      }
      engine
          .directory()
          .network(endpoint.network())
          .ifPresent(network -> message.setNetworkId(network.id()));
      next.add(message.build());
    }
    return next;
  }

  private Container make(Sources from) {
    dev.varve.container.domain.Container it = from.container;
    RunFiles.Paths files = engine.files().paths(it.id());
    Container.Builder view =
        ContainerMessages.container(it)
            .setLogPath(engine.runtime().logPath(it.id()).toString())
            .setResolvConfPath(files.resolvConf().toString())
            .setHostsPath(files.hosts().toString())
            .setHostnamePath(files.hostname().toString())
            .setRootPath(from.rootPath)
            .addAllExecIds(from.execIds)
            .addAllLinkedAs(from.linkedAs)
            .addAllLinks(from.links);
    for (MountPoint point : it.spec().host().fileSystems().storage().points()) {
      view.addMounts(MountMessages.point(point, engine.mounts()));
    }
    view.addAllNetworks(from.next);
    for (NetworkAttachment.Builder on : view.getNetworksBuilderList()) {
      if (named(on)) {
        on.addAllDnsNames(NetworkMessages.dnsNames(it, on.getWanted().getAliasesList()));
      }
    }
    return view.build();
  }

  /** Names are resolved on networks that people made. */
  private static boolean named(NetworkAttachment.Builder on) {
    return !dev.varve.container.domain.Network.isBuiltin(on.getNetwork());
  }

  /** Keeps the map from outgrowing the containers there are. */
  private void forgetRemoved() {
    if (lastSeen.size() > engine.directory().newestFirst().size() + SLACK) {
      lastSeen.keySet().removeIf(id -> engine.directory().byId(id).isEmpty());
      lastSized.keySet().retainAll(lastSeen.keySet());
    }
  }

  static Exec exec(dev.varve.container.domain.Exec it) {
    ExecSpec spec = it.spec();
    Exec.Builder exec =
        Exec.newBuilder()
            .setExecId(it.id())
            .setContainerId(it.containerId())
            .addAllCmd(spec.cmd())
            .setUser(spec.user())
            .setTty(spec.tty())
            .setPrivileged(spec.privileged())
            .setOpenStdin(spec.attachStdin())
            .setOpenStdout(spec.attachStdout())
            .setOpenStderr(spec.attachStderr())
            .setDetachKeys(spec.detachKeys());
    switch (it.phase()) {
      case Phase.Created _ -> {}
      case Phase.Starting _ -> exec.setRunning(true);
      case Phase.Running(int pid, long _) -> exec.setRunning(true).setPid(pid);
      case Phase.Ended(int exitCode, var _) -> exec.setExitCode(exitCode);
    }
    return exec.build();
  }
}
