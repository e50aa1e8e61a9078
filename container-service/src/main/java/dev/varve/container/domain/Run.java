package dev.varve.container.domain;

import dev.varve.container.domain.ExitCause.SentSignal;
import java.util.ArrayList;
import java.util.List;

/**
 * What happened in the present run, or in the last one.
 *
 * @param signals that were sent from here, each the last of its number, the last one last
 * @param outOfMemory the kernel killed something in it for the memory it took
 */
public record Run(List<SentSignal> signals, boolean outOfMemory, HealthStatus health) {
  public static final Run NEW = new Run(List.of(), false, HealthStatus.NONE);

  public Run {
    signals = List.copyOf(signals);
  }

  Run signalled(SentSignal sent) {
    List<SentSignal> all = new ArrayList<>(signals);
    all.removeIf(earlier -> earlier.signal() == sent.signal());
    all.add(sent);
    return new Run(all, outOfMemory, health);
  }

  Run outOfMemorySeen() {
    return new Run(signals, true, health);
  }

  Run with(HealthStatus status) {
    return new Run(signals, outOfMemory, status);
  }
}
