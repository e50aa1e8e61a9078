package dev.varve.snapshot.runtime;

import dev.varve.eventlog.Change;
import dev.varve.snapshot.domain.ContainerEvent;
import dev.varve.snapshot.domain.ContainerState;
import dev.varve.snapshot.domain.ImageEvent;
import dev.varve.snapshot.domain.ImageState;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Where the followed topics' changes come in; one at a time, so nothing here waits. */
@Singleton
public class SnapshotChannels {
  private final SnapshotRuntime runtime;

  @Inject
  SnapshotChannels(SnapshotRuntime runtime) {
    this.runtime = runtime;
  }

  @Incoming("snapshot-images")
  public void onImage(Change<ImageState, ImageEvent> change) {
    runtime.assembly().reactions().onImage(change);
  }

  @Incoming("snapshot-containers")
  public void onContainer(Change<ContainerState, ContainerEvent> change) {
    runtime.assembly().reactions().onContainer(change);
  }
}
