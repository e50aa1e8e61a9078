package dev.varve.eventlog.adapter.reactive;

import dev.varve.eventlog.DeadLetters;
import dev.varve.eventlog.Ledger;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where services leave the ledgers whose changes they react to, under names that channels refer to
 * by their attribute {@code ledger}. Names are unique in the JVM: {@code snapshot.containers} for
 * the snapshot service's ledger of containers.
 *
 * <p>A channel may be wired before its ledger is registered; it waits.
 */
@ApplicationScoped
public class LedgerRegistry {
  private final Map<String, CompletableFuture<Registered>> ledgers = new ConcurrentHashMap<>();

  record Registered(Ledger<?, ?> ledger, DeadLetters deadLetters) {}

  /**
   * Registers a ledger; best before it is started, so that no change between start and registration
   * can be missed.
   *
   * @throws IllegalStateException when the name is taken
   */
  public void register(String name, Ledger<?, ?> ledger, DeadLetters deadLetters) {
    if (!find(name).complete(new Registered(ledger, deadLetters))) {
      throw new IllegalStateException("a ledger is already registered as " + name);
    }
  }

  CompletableFuture<Registered> find(String name) {
    return ledgers.computeIfAbsent(name, ignored -> new CompletableFuture<>());
  }
}
