package dev.varve.gateway.runtime;

import dev.varve.api.transport.ServiceAddress;
import dev.varve.api.transport.Transport;
import dev.varve.eventlog.assembly.EngineSettings;
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
  private final EngineSettings settings;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @Inject
  Gateway(Vertx vertx, EngineSettings settings) {
    this.vertx = vertx;
    this.settings = settings;
  }

  void start(@Observes @Priority(LAST) StartupEvent event) throws IOException {
    HostFacts host = HostFacts.read();
    Services services = new Services(connect("image"), connect("container"), connect("snapshot"));
    EventFeed events = EventFeed.following(settings.log());
    open.push(events);
    EngineFacts engine =
        new EngineFacts(HostFacts.version(), "", settings.root().toString(), settings.node());
    Path socket = settings.socket();
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

  private ManagedChannel connect(String service) {
    ManagedChannel channel = Transport.connect(ServiceAddress.parse(settings.address(service)));
    open.push(channel::shutdownNow);
    return channel;
  }
}
