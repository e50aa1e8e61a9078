package dev.varve.gateway.route;

import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.ListRequest;
import dev.varve.api.container.v1.SupportRequest;
import dev.varve.api.container.v1.SupportResponse;
import dev.varve.gateway.docker.DockerTime;
import dev.varve.gateway.docker.json.InfoJson;
import dev.varve.gateway.docker.json.VersionJson;
import dev.varve.gateway.host.HostFacts;
import dev.varve.gateway.http.ApiVersion;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Routes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntSupplier;

/** The engine itself. */
final class SystemRoutes {
  private static final String INDEX = "https://index.docker.io/v1/";

  private final Services services;
  private final HostFacts host;
  private final EngineFacts engine;
  private final IntSupplier listeners;

  /**
   * @param listeners how many clients follow the events
   */
  SystemRoutes(Services services, HostFacts host, EngineFacts engine, IntSupplier listeners) {
    this.services = services;
    this.host = host;
    this.engine = engine;
    this.listeners = listeners;
  }

  void addTo(Routes routes) {
    routes.addOnLoop("GET", "/_ping", SystemRoutes::ping);
    routes.addOnLoop("HEAD", "/_ping", SystemRoutes::ping);
    routes.add("GET", "/version", x -> x.json(200, version()));
    routes.add("GET", "/info", x -> x.json(200, info(x)));
  }

  private static void ping(Exchange exchange) {
    exchange.setHeader("Cache-Control", "no-cache, no-store, must-revalidate");
    exchange.setHeader("Pragma", "no-cache");
    exchange.setHeader("Builder-Version", "1");
    exchange.setHeader("Swarm", "inactive");
    exchange.text(200, "OK");
  }

  VersionJson version() {
    String java = "java" + Runtime.version().feature();
    Map<String, String> details =
        Map.of(
            "ApiVersion", ApiVersion.MAXIMUM.toString(),
            "Arch", host.goArchitecture(),
            "BuildTime", engine.buildTime(),
            "Experimental", "false",
            "GitCommit", "",
            "GoVersion", java,
            "KernelVersion", host.kernel(),
            "MinAPIVersion", ApiVersion.MINIMUM.toString(),
            "Os", "linux");
    return new VersionJson(
        new VersionJson.Platform("Varve"),
        List.of(new VersionJson.Component("Engine", engine.version(), details)),
        engine.version(),
        ApiVersion.MAXIMUM.toString(),
        ApiVersion.MINIMUM.toString(),
        "",
        java,
        "linux",
        host.goArchitecture(),
        host.kernel(),
        engine.buildTime());
  }

  private InfoJson info(Exchange exchange) throws Exception {
    List<Container> containers =
        services.containers(exchange).list(ListRequest.getDefaultInstance()).getContainersList();
    int images =
        services
            .images(exchange)
            .list(dev.varve.api.image.v1.ListRequest.getDefaultInstance())
            .getImagesCount();
    SupportResponse support =
        services.containers(exchange).support(SupportRequest.getDefaultInstance());
    return info(Tally.of(containers), images, support);
  }

  InfoJson info(Tally tally, int images, SupportResponse support) {
    String id =
        UUID.nameUUIDFromBytes((host.machineId() + engine.root()).getBytes(StandardCharsets.UTF_8))
            .toString();
    return new InfoJson(
        id,
        new InfoJson.Counts(tally.all(), tally.running(), tally.paused(), tally.stopped(), images),
        new InfoJson.Storage(
            ContainerViews.DRIVER,
            List.of(List.of("Layers from", "event log")),
            new InfoJson.Plugins(
                List.of("local"),
                List.of("bridge", "host", "ipvlan", "macvlan", "null"),
                null,
                List.of("json-file", "local", "none"))),
        new InfoJson.Abilities(
            support.getMemoryLimit(),
            support.getSwapLimit(),
            support.getKernelMemoryTcp(),
            support.getCpuQuota(),
            support.getCpuQuota(),
            support.getCpuShares(),
            support.getCpuset(),
            support.getPidsLimit(),
            support.getIpForwarding()),
        new InfoJson.Process(
            false,
            HostFacts.openDescriptors(),
            support.getOomKillDisable(),
            Thread.activeCount(),
            DockerTime.rfc3339(DockerTime.nanos(Instant.now())),
            "json-file",
            "cgroupfs",
            support.getCgroupV2() ? "2" : "1",
            listeners.getAsInt()),
        new InfoJson.Host(
            host.kernel(),
            host.osName(),
            host.osVersion(),
            "linux",
            host.architecture(),
            INDEX,
            registries(),
            host.cpus(),
            host.memoryBytes(),
            null),
        new InfoJson.Engine(
            engine.root(), "", "", "", engine.node(), List.of(), false, engine.version()),
        runtime(support),
        SupportWarnings.of(support));
  }

  private static InfoJson.RegistryConfig registries() {
    return new InfoJson.RegistryConfig(
        List.of("::1/128", "127.0.0.0/8"),
        Map.of("docker.io", new InfoJson.Index("docker.io", List.of(), true, true)),
        null);
  }

  private static InfoJson.Runtime runtime(SupportResponse support) {
    InfoJson.Commit unknown = new InfoJson.Commit("");
    return new InfoJson.Runtime(
        Map.of("crun", new InfoJson.RuntimePath("crun"), "runc", new InfoJson.RuntimePath("runc")),
        "crun",
        new InfoJson.Swarm("", "", "inactive", false, "", null),
        true,
        "",
        "catatonit",
        unknown,
        unknown,
        unknown,
        securityOptions(support),
        List.of());
  }

  private static List<String> securityOptions(SupportResponse support) {
    return support.getCgroupNamespaces()
        ? List.of("name=seccomp,profile=builtin", "name=cgroupns")
        : List.of("name=seccomp,profile=builtin");
  }
}
