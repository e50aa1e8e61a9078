package dev.varve.gateway.route;

import dev.varve.gateway.buildkit.BuildKitRoutes;
import dev.varve.gateway.history.EventFeed;
import dev.varve.gateway.history.EventRoutes;
import dev.varve.gateway.host.HostFacts;
import dev.varve.gateway.http.ApiVersion;
import dev.varve.gateway.http.Doorkeeper;
import dev.varve.gateway.http.HttpFront;
import dev.varve.gateway.http.Routes;
import java.util.LinkedHashMap;
import java.util.Map;

/** The whole Docker Engine API, and what Varve answers beyond it, ready to be served. */
public final class DockerApi {
  private DockerApi() {}

  /** As it is served at a unix socket. */
  public static HttpFront of(
      Services services, EventFeed events, HostFacts host, EngineFacts engine, LeaseDoors leases) {
    Routes routes = new Routes();
    addTo(routes, services, events, host, engine, leases);
    return new HttpFront(routes, headers(engine), Doorkeeper.OPEN);
  }

  public static void addTo(
      Routes routes,
      Services services,
      EventFeed events,
      HostFacts host,
      EngineFacts engine,
      LeaseDoors leases) {
    new SystemRoutes(services, host, engine, events::listeners).addTo(routes);
    new EventRoutes(events).addTo(routes);
    new ContainerRoutes(services).addTo(routes);
    new LifecycleRoutes(services).addTo(routes);
    new CommitRoutes(services).addTo(routes);
    new BuildRoutes(services).addTo(routes);
    new BuildKitRoutes(
            services.images(),
            services.containers(),
            engine.version(),
            engine.run().resolve("agents"))
        .addTo(routes);
    new RootRoutes(services).addTo(routes);
    new CopyRoutes(services).addTo(routes);
    new StatsRoutes(services).addTo(routes);
    new WaitRoutes(services).addTo(routes);
    new LogRoutes(services).addTo(routes);
    new AttachRoutes(services).addTo(routes);
    new ExecRoutes(services).addTo(routes);
    RegistryRoutes registries = new RegistryRoutes(services);
    registries.addTo(routes);
    new ImageTransferRoutes(services, registries).addTo(routes);
    new LookRoutes(services, events).addTo(routes);
    new PruneRoutes(services).addTo(routes);
    new DiskUsageRoutes(services).addTo(routes);
    new ImageRoutes(services).addTo(routes);
    new NetworkRoutes(services).addTo(routes);
    new VolumeRoutes(services).addTo(routes);
    new VolumeSnapshotRoutes(services).addTo(routes);
    new LeaseRoutes(services, leases).addTo(routes);
    AbsentRoutes.addTo(routes);
  }

  /** On each of its answers. */
  public static Map<String, String> headers(EngineFacts engine) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Api-Version", ApiVersion.MAXIMUM.toString());
    headers.put("Docker-Experimental", "false");
    headers.put("Ostype", "linux");
    headers.put("Server", "Docker/" + engine.version() + " (linux)");
    return headers;
  }
}
