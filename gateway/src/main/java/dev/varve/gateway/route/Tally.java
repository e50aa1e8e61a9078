package dev.varve.gateway.route;

import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.Status;
import dev.varve.gateway.docker.ContainerStatus;
import java.util.List;

/** How many containers are in which state. */
record Tally(int all, int running, int paused, int stopped) {
  static Tally of(List<Container> containers) {
    int running = 0;
    int paused = 0;
    for (Container container : containers) {
      if (container.getState().getStatus() == Status.STATUS_PAUSED) {
        paused++;
      } else if (ContainerStatus.isRunning(container.getState())) {
        running++;
      }
    }
    return new Tally(containers.size(), running, paused, containers.size() - running - paused);
  }
}
