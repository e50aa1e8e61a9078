package dev.varve.container.adapter.grpc;

import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.Exec;
import dev.varve.api.container.v1.Network;
import dev.varve.api.container.v1.NetworkAttachment;
import dev.varve.container.application.Engine;
import dev.varve.container.application.RootMounts;
import dev.varve.container.application.RunFiles;
import dev.varve.container.domain.Exec.Phase;
import dev.varve.container.domain.ExecSpec;
import dev.varve.container.domain.Lookup;
import java.util.List;

/** What List and Inspect answer: from memory, without locks; sizes alone are asked for. */
final class Views {
  private final Engine engine;

  Views(Engine engine) {
    this.engine = engine;
  }

  List<Container> list(boolean size) {
    return engine.directory().newestFirst().stream().map(it -> view(it, size)).toList();
  }

  Container inspect(String reference, boolean size) {
    return view(Lookup.find(engine.directory(), reference), size);
  }

  private Container view(dev.varve.container.domain.Container it, boolean size) {
    RunFiles.Paths files = engine.files().paths(it.id());
    Container.Builder view =
        ContainerMessages.container(it)
            .setLogPath(engine.runtime().logPath(it.id()).toString())
            .setResolvConfPath(files.resolvConf().toString())
            .setHostsPath(files.hosts().toString())
            .setHostnamePath(files.hostname().toString())
            .setRootPath(engine.roots().rootPath(it.id()));
    if (view.getNetworksCount() == 0) {
      view.addNetworks(ofNextRun(it));
    }
    engine.directory().execsOf(it.id()).stream()
        .filter(exec -> !exec.hasEnded())
        .forEach(exec -> view.addExecIds(exec.id()));
    if (size) {
      RootMounts.Usage usage = engine.roots().usage(it.id());
      view.setSizeRw(usage.upperBytes()).setSizeRootFs(usage.rootBytes());
    }
    return view.build();
  }

  /** The network without an address: on the host's, on none, or not running. */
  private NetworkAttachment ofNextRun(dev.varve.container.domain.Container it) {
    String name = it.spec().networkName();
    NetworkAttachment.Builder attachment = NetworkAttachment.newBuilder().setNetwork(name);
    engine.directory().network(name).ifPresent(network -> attachment.setNetworkId(network.id()));
    return attachment.build();
  }

  List<Network> networks() {
    return engine.directory().networks().stream().map(Views::network).toList();
  }

  private static Network network(dev.varve.container.domain.Network it) {
    return Network.newBuilder()
        .setId(it.id())
        .setName(it.name())
        .setDriver(it.driver())
        .setSubnet(it.subnet())
        .setGateway(it.gateway())
        .setBridge(it.bridge())
        .setInternal(it.internal())
        .setCreatedNanos(ContainerMessages.nanos(it.createdAt()))
        .build();
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
