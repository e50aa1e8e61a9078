package dev.varve.gateway.route;

import com.google.protobuf.ByteString;
import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.InspectRequest;
import dev.varve.api.container.v1.RecordCopyRequest;
import dev.varve.api.snapshot.v1.PathRequest;
import dev.varve.api.snapshot.v1.PathStatus;
import dev.varve.api.snapshot.v1.ReadArchiveResponse;
import dev.varve.api.snapshot.v1.WriteArchiveOptions;
import dev.varve.api.snapshot.v1.WriteArchiveRequest;
import dev.varve.api.snapshot.v1.WriteArchiveResponse;
import dev.varve.gateway.docker.DockerTime;
import dev.varve.gateway.docker.FileMode;
import dev.varve.gateway.docker.json.PathStatJson;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Json;
import dev.varve.gateway.http.Query;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.Routes;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.Base64;

/** {@code docker cp}: what a path of a container is, and archives of it, both ways. */
final class CopyRoutes {
  private static final String PATH = "/containers/{id}/archive";
  private static final String STAT = "X-Docker-Container-Path-Stat";
  private static final long NANOS = 1_000_000_000L;

  private final Services services;

  CopyRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.add("HEAD", PATH, this::stat);
    routes.add("GET", PATH, this::read);
    routes.add("PUT", PATH, this::write);
  }

  private static String path(Exchange exchange) throws Refusal {
    String path = exchange.query().text("path");
    if (path.isEmpty()) {
      throw Refusal.badRequest("bad parameter: path cannot be empty");
    }
    if (path.indexOf('\0') >= 0) {
      throw Refusal.badRequest("bad parameter: path holds a zero byte");
    }
    return path;
  }

  private Container container(Exchange exchange) throws StatusException {
    return services
        .containers(exchange)
        .inspect(InspectRequest.newBuilder().setId(exchange.name("id")).build());
  }

  private PathRequest request(Exchange exchange) throws Refusal, StatusException {
    String path = path(exchange);
    return PathRequest.newBuilder()
        .setContainerId(container(exchange).getId())
        .setPath(ByteString.copyFromUtf8(path))
        .setCalled(exchange.name("id"))
        .build();
  }

  private void stat(Exchange exchange) throws Exception {
    tell(exchange, services.roots(exchange).statPath(request(exchange)));
    exchange.status(200);
  }

  private static void tell(Exchange exchange, PathStatus status) {
    PathStatJson json =
        new PathStatJson(
            status.getName().toStringUtf8(),
            status.getSize(),
            FileMode.ofGo(status.getMode()),
            DockerTime.rfc3339(status.getModifiedSeconds() * NANOS + status.getModifiedNanos()),
            status.getLinkTarget().toStringUtf8());
    exchange.setHeader(STAT, Base64.getEncoder().encodeToString(Json.bytes(json)));
  }

  private void read(Exchange exchange) throws Exception {
    PathRequest request = request(exchange);
    BlockingClientCall<?, ReadArchiveResponse> call =
        Services.tied(exchange, services.roots(exchange).readArchive(request));
    // A failure shows with the first message, while an HTTP error can still be sent.
    ReadArchiveResponse part = call.read();
    if (part == null) {
      throw new Refusal(500, "the archive ended before it began");
    }
    tell(exchange, part.getStatus());
    record(exchange, request.getContainerId(), path(exchange), false);
    try (EncodedStream out = EncodedStream.open(exchange, "application/x-tar")) {
      part = call.read();
      while (part != null && out.write(part.getData())) {
        part = call.read();
      }
    }
    exchange.end();
  }

  private void write(Exchange exchange) throws Exception {
    String path = path(exchange);
    Container container = container(exchange);
    Query query = exchange.query();
    WriteArchiveOptions.Builder options =
        WriteArchiveOptions.newBuilder()
            .setContainerId(container.getId())
            .setCalled(exchange.name("id"))
            .setPath(ByteString.copyFromUtf8(path))
            .setKeepDirectories(query.flag("noOverwriteDirNonDir"))
            .setReadOnlyRoot(container.getHost().getReadonlyRootfs());
    String user = container.getConfig().getUser();
    if (query.flag("copyUIDGID") && !user.isEmpty()) {
      options.setOwner(user);
    }
    BlockingClientCall<WriteArchiveRequest, WriteArchiveResponse> call =
        Services.tied(exchange, services.roots(exchange).writeArchive());
    call.write(WriteArchiveRequest.newBuilder().setOptions(options).build());
    Upload.start(exchange, call, bytes -> WriteArchiveRequest.newBuilder().setData(bytes).build());
    var _ = call.read();
    record(exchange, container.getId(), path, true);
    exchange.status(200);
  }

  private void record(Exchange exchange, String id, String path, boolean inward)
      throws StatusException {
    var _ =
        services
            .containers(exchange)
            .recordCopy(
                RecordCopyRequest.newBuilder().setId(id).setPath(path).setInward(inward).build());
  }
}
