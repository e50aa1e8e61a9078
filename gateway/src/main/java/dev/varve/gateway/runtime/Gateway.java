package dev.varve.gateway.runtime;

import dev.varve.api.transport.ServiceAddress;
import dev.varve.api.transport.Transport;
import dev.varve.eventlog.assembly.LogSettings;
import dev.varve.gateway.history.EventFeed;
import dev.varve.gateway.host.HostFacts;
import dev.varve.gateway.http.UnixListener;
import dev.varve.gateway.route.DockerApi;
import dev.varve.gateway.route.EngineFacts;
import dev.varve.gateway.route.Services;
import io.grpc.ManagedChannel;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * The gateway's life: connects to the services, follows the log and opens the socket last, so that
 * whoever can connect is answered. Services and log may come later; they are connected to lazily.
 */
@Singleton
public class Gateway {
  private static final Logger LOG = Logger.getLogger(Gateway.class);

  /** After the services of the same process, which start at their default priority. */
  private static final int LAST = Integer.MAX_VALUE - 100;

  private final Vertx vertx;
  private final GatewayConfig config;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @Inject
  Gateway(Vertx vertx, GatewayConfig config) {
    this.vertx = vertx;
    this.config = config;
  }

  void start(@Observes @Priority(LAST) StartupEvent event) throws IOException {
    HostFacts host = HostFacts.read();
    String node = config.node.orElse(host.hostname());
    Services services =
        new Services(connect(config.images), connect(config.containers), connect(config.snapshots));
    EventFeed events =
        EventFeed.following(
            LogSettings.of(config.prefix, node, config.bootstrap)
                .withClientProperties(config.kafkaProperties.map(Path::of).orElse(null)));
    open.push(events);
    EngineFacts engine = new EngineFacts(HostFacts.version(), "", config.root, node);
    Path socket = Path.of(config.socket);
    open.push(UnixListener.open(vertx, DockerApi.of(services, events, host, engine), socket));
    LOG.infof("the Docker Engine API is served at unix://%s", socket);
  }

  void stop(@Observes ShutdownEvent event) {
    while (!open.isEmpty()) {
      AutoCloseable last = open.pop();
      try {
        last.close();
      } catch (Exception e) {
        LOG.warnf(e, "while closing %s", last.getClass().getSimpleName());
      }
    }
  }

  private ManagedChannel connect(String address) {
    ManagedChannel channel = Transport.connect(ServiceAddress.parse(address));
    open.push(channel::shutdownNow);
    return channel;
  }

  /** From the system's configuration; see {@code META-INF/microprofile-config.properties}. */
  @Singleton
  static class GatewayConfig {
    @ConfigProperty(name = "varve.root")
    String root = "";

    @ConfigProperty(name = "varve.socket")
    String socket = "";

    @ConfigProperty(name = "varve.prefix")
    String prefix = "";

    @ConfigProperty(name = "varve.node")
    Optional<String> node = Optional.empty();

    @ConfigProperty(name = "varve.kafka.bootstrap")
    String bootstrap = "";

    @ConfigProperty(name = "varve.kafka.properties")
    Optional<String> kafkaProperties = Optional.empty();

    @ConfigProperty(name = "varve.services.image")
    String images = "";

    @ConfigProperty(name = "varve.services.snapshot")
    String snapshots = "";

    @ConfigProperty(name = "varve.services.container")
    String containers = "";
  }
}
