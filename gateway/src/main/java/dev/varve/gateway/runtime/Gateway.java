package dev.varve.gateway.runtime;

import dev.varve.api.transport.ServiceAddress;
import dev.varve.api.transport.Transport;
import dev.varve.eventlog.assembly.EngineSettings;
import dev.varve.gateway.history.EventFeed;
import dev.varve.gateway.host.HostFacts;
import dev.varve.gateway.http.HttpFront;
import dev.varve.gateway.http.Routes;
import dev.varve.gateway.http.TcpListener;
import dev.varve.gateway.http.UnixListener;
import dev.varve.gateway.registry.ListenSettings;
import dev.varve.gateway.registry.RegistryAccess;
import dev.varve.gateway.registry.RegistryApi;
import dev.varve.gateway.registry.RegistryDoor;
import dev.varve.gateway.registry.Users;
import dev.varve.gateway.route.DockerApi;
import dev.varve.gateway.route.EngineFacts;
import dev.varve.gateway.route.LeaseDoors;
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
import java.util.LinkedHashMap;
import java.util.Map;
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
  private final EngineSettings settings;
  private final ListenConfig config;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @Inject
  Gateway(Vertx vertx, EngineSettings settings, ListenConfig config) {
    this.vertx = vertx;
    this.settings = settings;
    this.config = config;
  }

  void start(@Observes @Priority(LAST) StartupEvent event) throws IOException {
    HostFacts host = HostFacts.read();
    Services services = new Services(connect("image"), connect("container"), connect("snapshot"));
    EventFeed events = EventFeed.following(settings.log());
    open.push(events);
    EngineFacts engine =
        new EngineFacts(
            EngineFacts.versionOf(HostFacts.version()),
            "",
            settings.root().toString(),
            settings.run(),
            settings.node());
    Path socket = settings.socket();
    LeaseDoors leases =
        new LeaseDoors(
            settings.run().resolve("leases"),
            (all, id, path) ->
                UnixListener.open(
                    vertx, DockerApi.of(services.under(id), events, host, engine, all), path));
    // Before the socket appears: a setting that is no good ends the start.
    try {
      Optional<ListenSettings> listen = listening();
      if (listen.isPresent()) {
        open.push(listen(listen.get(), services, events, host, engine, leases));
      }
    } catch (IOException e) {
      throw new BadSettingException(e);
    }
    open.push(
        UnixListener.open(vertx, DockerApi.of(services, events, host, engine, leases), socket));
    // The first to be closed: what ends after it does so because the engine ends.
    open.push(leases);
    LOG.infof("the Docker Engine API is served at unix://%s", socket);
  }

  private Optional<ListenSettings> listening() throws IOException {
    return config.listen.isEmpty()
        ? Optional.empty()
        : Optional.of(
            ListenSettings.of(
                new ListenSettings.Written(
                    config.listen.get(),
                    config.certificate,
                    config.key,
                    config.clientAuthority,
                    config.users,
                    config.anonymous)));
  }

  private TcpListener listen(
      ListenSettings place,
      Services services,
      EventFeed events,
      HostFacts host,
      EngineFacts engine,
      LeaseDoors leases)
      throws IOException {
    Optional<Users> users = Optional.empty();
    if (place.users().isPresent()) {
      users = Optional.of(Users.of(place.users().get()));
    }
    Routes routes = new Routes();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Docker-Distribution-Api-Version", "registry/2.0");
    headers.put("X-Content-Type-Options", "nosniff");
    new RegistryApi(services.images(), new RegistryAccess(users, place.anonymous())).addTo(routes);
    if (place.servesDocker()) {
      DockerApi.addTo(routes, services, events, host, engine, leases);
      headers.putAll(DockerApi.headers(engine));
    }
    TcpListener listener =
        TcpListener.open(
            vertx,
            new HttpFront(
                routes, headers, new RegistryDoor(place.address().host(), place.loopback())),
            place.address(),
            place.tls());
    LOG.infof(
        "the registry%s is served at %s://%s:%d, anonymous access: %s",
        place.servesDocker() ? " and, with a client certificate, the Docker Engine API" : "",
        place.tls().isPresent() ? "https" : "http",
        place.address().host(),
        listener.port(),
        place.anonymous());
    return listener;
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

  /** Where strangers may come in, as the operator says it. */
  @Singleton
  static class ListenConfig {
    @ConfigProperty(name = "varve.listen")
    Optional<String> listen = Optional.empty();

    @ConfigProperty(name = "varve.tls.cert")
    Optional<String> certificate = Optional.empty();

    @ConfigProperty(name = "varve.tls.key")
    Optional<String> key = Optional.empty();

    @ConfigProperty(name = "varve.tls.client.ca")
    Optional<String> clientAuthority = Optional.empty();

    @ConfigProperty(name = "varve.registry.users")
    Optional<String> users = Optional.empty();

    @ConfigProperty(name = "varve.registry.anonymous", defaultValue = "none")
    String anonymous = "";
  }
}
