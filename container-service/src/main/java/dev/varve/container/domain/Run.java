package dev.varve.container.domain;

import dev.varve.container.domain.ExitCause.SentSignal;
import java.util.Optional;

/**
 * What happened in the present run, or in the last one.
 *
 * @param signal the last one that was sent from here
 * @param outOfMemory the kernel killed something in it for the memory it took
 */
public record Run(Optional<SentSignal> signal, boolean outOfMemory, HealthStatus health) {
  public static final Run NEW = new Run(Optional.empty(), false, HealthStatus.NONE);

  Run signalled(SentSignal sent) {
    return new Run(Optional.of(sent), outOfMemory, health);
  }

  Run outOfMemorySeen() {
    return new Run(signal, true, health);
  }

  Run with(HealthStatus status) {
    return new Run(signal, outOfMemory, status);
  }
}
