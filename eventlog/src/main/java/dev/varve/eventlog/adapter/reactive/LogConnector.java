package dev.varve.eventlog.adapter.reactive;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.reactive.messaging.connector.InboundConnector;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.Flow;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;

/**
 * The connector {@code varve-log}: delivers the changes of a ledger, in order and one at a time, as
 * payloads of type {@link dev.varve.eventlog.Change}.
 *
 * <pre>{@code
 * mp.messaging.incoming.snapshot-containers.connector=varve-log
 * mp.messaging.incoming.snapshot-containers.ledger=snapshot.containers
 *
 * @Incoming("snapshot-containers")
 * void on(Change<Wanted, ContainerEvent> change) { … }        // or CompletionStage<Void>
 * }</pre>
 *
 * <p><b>What is delivered.</b> Each change that counts after the ledger has caught up at its start;
 * nothing of what came before, and nothing of what was delivered to an earlier run of the process.
 * So a service first looks at what there is, and then lives on changes: register the ledger in the
 * {@link LedgerRegistry}, start it, and reconcile {@code ledger.live()} with the world. A change
 * that counts meanwhile is both seen there and delivered. Reactions are therefore idempotent: they
 * observe before they act.
 *
 * <p><b>Failure.</b> A method that throws, or whose stage fails, is called again with the same
 * change after a pause that doubles each time; after the last attempt the change goes to the dead
 * letters and the next one is delivered. That the log is away is no failure of the change, and is
 * waited out. Attributes: {@code attempts} (5), {@code pause-ms} (100; the first pause).
 *
 * <p><b>Threads.</b> Methods are called on a virtual thread of the channel's own, and may block;
 * one that never returns holds up its channel and no other. The fold never waits for a channel:
 * what a slow one has not taken waits in memory.
 */
@ApplicationScoped
@Connector(LogConnector.NAME)
public class LogConnector implements InboundConnector {
  /** As it stands in configuration. */
  public static final String NAME = "varve-log";

  private final LedgerRegistry registry;

  @Inject
  public LogConnector(LedgerRegistry registry) {
    this.registry = registry;
  }

  @Override
  public Flow.Publisher<? extends Message<?>> getPublisher(Config config) {
    String channel = config.getValue("channel-name", String.class);
    String ledger = config.getValue("ledger", String.class);
    int attempts = config.getOptionalValue("attempts", Integer.class).orElse(5);
    Duration pause =
        Duration.ofMillis(config.getOptionalValue("pause-ms", Long.class).orElse(100L));
    return Multi.createFrom()
        .emitter(
            emitter -> {
              Delivery delivery = new Delivery(channel, attempts, pause, emitter::emit);
              emitter.onTermination(delivery::stop);
              var _ = registry.find(ledger).thenAccept(delivery::from);
            },
            BackPressureStrategy.BUFFER);
  }
}
