package dev.varve.container.runtime;

import dev.varve.container.adapter.codec.ContainerEventCodec;
import dev.varve.container.adapter.codec.SnapshotEventCodec;
import dev.varve.container.application.Sealing;
import dev.varve.container.application.Snapshot;
import dev.varve.container.application.SnapshotEvent;
import dev.varve.container.domain.ContainerEvolution;
import dev.varve.container.domain.DomainEvent;
import dev.varve.container.domain.DomainState;
import dev.varve.eventlog.assembly.TopicModel;

/** How this service understands the topics it reads. */
final class ContainerModels {
  private ContainerModels() {}

  static TopicModel<DomainState, DomainEvent> containers(Sealing sealing) {
    return new TopicModel<>(
        "container", new ContainerEventCodec(sealing), new ContainerEvolution());
  }

  static TopicModel<Snapshot, SnapshotEvent> snapshots() {
    return new TopicModel<>("snapshot", new SnapshotEventCodec(), Snapshot.evolution());
  }
}
