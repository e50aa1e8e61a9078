package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.Facts;
import java.time.InstantSource;
import java.util.List;

/**
 * What every use case works with: what is so, and the outside things that it can have an effect on.
 *
 * @param node the name of the node whose containers this service runs
 */
public record Engine(
    String node,
    ContainerLedger ledger,
    ContainerDirectory directory,
    Endings endings,
    Lanes lanes,
    Attachments attachments,
    RootFilesystems roots,
    ContainerRuntime runtime,
    ContainerNetwork network,
    RunFiles files,
    HostFacts host,
    ContainerLog logs,
    HealthLog healthLog,
    Alarm alarm,
    InstantSource clock,
    Steps steps) {
  Facts facts() {
    return ledger.facts();
  }

  /** A snapshot of this node's containers. */
  List<Container> ownContainers() {
    return directory.newestFirst().stream().filter(it -> it.node().equals(node)).toList();
  }
}
