package dev.varve.gateway.fake;

import dev.varve.api.transport.ServiceAddress;
import dev.varve.api.transport.Transport;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.adapter.memory.InMemoryEventLog;
import dev.varve.gateway.history.LocalFeeds;
import dev.varve.gateway.host.HostFacts;
import dev.varve.gateway.http.UnixListener;
import dev.varve.gateway.route.DockerApi;
import dev.varve.gateway.route.EngineFacts;
import dev.varve.gateway.route.LeaseDoors;
import dev.varve.gateway.route.Services;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;

/** The real gateway at a real socket, over services that are fakes and a log in memory. */
public final class FakeEngine implements AutoCloseable {
  private final FakeContainers containers = new FakeContainers();
  private final FakeImages images = new FakeImages();
  private final FakeBuilds builds = new FakeBuilds();
  private final EventLog imageLog;
  private final EventLog containerLog;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Path socket;

  public FakeEngine(Path socket) throws Exception {
    this(socket, new InMemoryEventLog(), new InMemoryEventLog());
  }

  public FakeEngine(Path socket, EventLog imageLog, EventLog containerLog) throws Exception {
    this.socket = socket;
    this.imageLog = imageLog;
    this.containerLog = containerLog;
    String id = UUID.randomUUID().toString();
    ServiceAddress imageAddress = new ServiceAddress.InProcess("image-" + id);
    ServiceAddress containerAddress = new ServiceAddress.InProcess("container-" + id);
    Server imageServer = Transport.serve(imageAddress, images, builds);
    Server containerServer = Transport.serve(containerAddress, containers);
    open.push(imageServer::shutdownNow);
    open.push(containerServer::shutdownNow);
    ServiceAddress snapshotAddress = new ServiceAddress.InProcess("snapshot-" + id);
    Server snapshotServer = Transport.serve(snapshotAddress, new FakeFiles());
    open.push(snapshotServer::shutdownNow);
    ManagedChannel toImages = Transport.connect(imageAddress);
    ManagedChannel toContainers = Transport.connect(containerAddress);
    open.push(toImages::shutdownNow);
    open.push(toContainers::shutdownNow);
    ManagedChannel toSnapshots = Transport.connect(snapshotAddress);
    open.push(toSnapshots::shutdownNow);
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    open.push(() -> vertx.close().toCompletionStage().toCompletableFuture().join());
    var events = LocalFeeds.over(imageLog, containerLog);
    open.push(events);
    LeaseDoors leases =
        new LeaseDoors(
            socket.resolveSibling("leases"),
            (_, _, path) -> {
              throw new IllegalStateException("nobody opens " + path);
            });
    open.push(
        UnixListener.open(
            vertx,
            DockerApi.of(
                new Services(toImages, toContainers, toSnapshots),
                events,
                HostFacts.read(),
                new EngineFacts(
                    "0.1.0", "", "/var/lib/varve", socket.resolveSibling("run"), "node-1"),
                leases),
            socket));
  }

  public Path socket() {
    return socket;
  }

  public FakeContainers containers() {
    return containers;
  }

  public FakeBuilds builds() {
    return builds;
  }

  public EventLog imageLog() {
    return imageLog;
  }

  public EventLog containerLog() {
    return containerLog;
  }

  @Override
  public void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }
}
