package dev.varve.container.application;

import dev.varve.container.domain.ConfigMerge;
import dev.varve.container.domain.ContainerName;
import dev.varve.container.domain.ContainerSpec;
import dev.varve.container.domain.CreateDecider;
import dev.varve.container.domain.HostAdaptation;
import dev.varve.container.domain.HostSpec;
import dev.varve.container.domain.HostSpec.Ulimit;
import dev.varve.container.domain.ImageDefaults;
import dev.varve.container.domain.KernelSupport;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.MountResolution;
import dev.varve.container.domain.Namespaces;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.RequestedConfig;
import dev.varve.container.domain.SpecRules;
import dev.varve.container.domain.Verified;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** Makes a container and claims its name. Its root file system follows by reaction. */
public final class CreateContainer {
  private static final int NAME_ATTEMPTS = 6;
  private static final int SHORT_ID = 12;

  private final Engine engine;
  private final Ids ids;
  private final ImageConfigs imageConfigs;
  private final EndpointRequests endpoints;

  public CreateContainer(Engine engine, Ids ids, ImageConfigs imageConfigs) {
    this.engine = engine;
    this.ids = ids;
    this.imageConfigs = imageConfigs;
    this.endpoints = new EndpointRequests(engine);
  }

  /**
   * @param name as typed; empty for one that is made up
   * @param imageConfig JSON of the image whose defaults are merged in
   * @return the container's id
   */
  public Verified<String> create(
      Cause cause, String name, RequestedConfig asked, byte[] imageConfig) {
    if (asked.host().annotations().containsKey(ContainerSpec.BUILD)) {
      throw Refusals.invalid("annotation " + ContainerSpec.BUILD + " is for builds alone")
          .asException();
    }
    return create(cause, ids.next(), name, asked, imageConfig);
  }

  /**
   * Of a build, which chose the id.
   *
   * @return the container's id
   */
  Verified<String> createAs(Cause cause, String id, RequestedConfig asked, byte[] imageConfig) {
    return create(cause, id, "", asked, imageConfig);
  }

  private Verified<String> create(
      Cause cause, String id, String name, RequestedConfig asked, byte[] imageConfig) {
    RequestedConfig placed = endpoints.resolve(asked);
    ImageDefaults image = imageConfigs.parse(imageConfig);
    Verified<HostSpec> host = HostAdaptation.adapt(placed, kernel(), engine.directory());
    ContainerSpec merged =
        ConfigMerge.merge(placed, image, defaultHostname(placed.host(), id)).with(host.value());
    refuseWhatCannotBe(merged);
    ContainerSpec spec =
        MountResolution.resolve(merged, new MountSurroundings(engine, ids, asked.mountImages()));
    if (name.isEmpty()) {
      createWithSomeName(cause, id, spec);
    } else {
      create(cause, ContainerName.bare(name), id, spec);
    }
    engine.steps().reach(Steps.CREATE_RECORDED);
    return new Verified<>(id, host.warnings());
  }

  private KernelSupport kernel() {
    try {
      return engine.host().kernel();
    } catch (IOException e) {
      throw Refusals.fault("cannot learn what the kernel supports: " + e.getMessage())
          .asException();
    }
  }

  private String defaultHostname(HostSpec host, String id) {
    if (host.networkMode().startsWith(Namespaces.OF_CONTAINER)) {
      String other = host.networkMode().substring(Namespaces.OF_CONTAINER.length());
      return Lookup.find(engine.directory(), other).spec().hostname();
    }
    boolean ofHost =
        host.networkMode().equals(Network.HOST) || host.namespaces().uts().equals(Network.HOST);
    try {
      return ofHost ? engine.host().hostname() : id.substring(0, SHORT_ID);
    } catch (IOException e) {
      throw Refusals.fault("cannot learn this host's name: " + e.getMessage()).asException();
    }
  }

  private void refuseWhatCannotBe(ContainerSpec spec) {
    SpecRules.refusal(spec)
        .map(Problem::asException)
        .ifPresent(refusal -> {
          throw refusal;
        });
    for (Ulimit ulimit : spec.host().ulimits()) {
      refuseBeyondOurs(ulimit);
    }
  }

  /** Nobody can give away more than he has: better said now than by a start that fails. */
  private void refuseBeyondOurs(Ulimit ulimit) {
    try {
      OptionalLong ours = engine.host().hardLimit(ulimit.name());
      if (ours.isPresent() && (ulimit.hard() < 0 || ulimit.hard() > ours.getAsLong())) {
        throw Refusals.invalid(
                "ulimit %s=%d:%d is above the engine's own hard limit of %d"
                    .formatted(ulimit.name(), ulimit.soft(), ulimit.hard(), ours.getAsLong()))
            .asException();
      }
    } catch (IOException e) {
      throw Refusals.fault("cannot learn the engine's own limits: " + e.getMessage()).asException();
    } catch (IllegalArgumentException e) {
      throw Refusals.invalid("invalid ulimit type: " + ulimit.name()).asException();
    }
  }

  private void createWithSomeName(Cause cause, String id, ContainerSpec spec) {
    for (int attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
      String name = ContainerName.generate(ids.random(), attempt);
      if (engine.facts().name(name).isEmpty()) {
        try {
          create(cause, name, id, spec);
          return;
        } catch (ProblemException e) {
          if (e.problem().code() != Problem.Code.CONFLICT) {
            throw e;
          }
          // Somebody was first; the next one, then.
        }
      }
    }
    create(cause, id.substring(0, SHORT_ID), id, spec);
  }

  /** In the name's lane: two of this node never both get as far as the log. */
  private void create(Cause cause, String name, String id, ContainerSpec spec) {
    try {
      Optional<Problem> takenBack =
          engine
              .lanes()
              .in(
                  "name/" + name,
                  () ->
                      engine
                          .ledger()
                          .decide(
                              cause,
                              facts -> CreateDecider.create(facts, id, name, spec, engine.node())));
      takenBack
          .map(Problem::asException)
          .ifPresent(refusal -> {
            throw refusal;
          });
    } catch (LogUnavailableException e) {
      // Whether the container is there will show when the log is back.
      Thread.startVirtualThread(() -> release(cause, name, id));
      throw e;
    }
  }

  private void release(Cause cause, String name, String id) {
    engine.ledger().record(cause, facts -> CreateDecider.releaseOrphan(facts, name, id));
  }
}
