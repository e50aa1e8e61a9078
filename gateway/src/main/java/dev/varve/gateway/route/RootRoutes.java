package dev.varve.gateway.route;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.varve.api.container.v1.InspectRequest;
import dev.varve.api.container.v1.RecordExportRequest;
import dev.varve.api.snapshot.v1.ArchivePart;
import dev.varve.api.snapshot.v1.Change;
import dev.varve.api.snapshot.v1.ChangesPart;
import dev.varve.api.snapshot.v1.ChangesRequest;
import dev.varve.api.snapshot.v1.ExportRequest;
import dev.varve.gateway.docker.json.ChangeJson;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.ResponseStream;
import dev.varve.gateway.http.Routes;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.ArrayList;
import java.util.List;

/** Containers' file systems: what was changed in them, and all of it. */
final class RootRoutes {
  private final Services services;

  RootRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.add("GET", "/containers/{id}/changes", this::changes);
    routes.add("GET", "/containers/{id}/export", this::export);
  }

  private String id(Exchange exchange) throws StatusException {
    return services
        .containers(exchange)
        .inspect(InspectRequest.newBuilder().setId(exchange.name("id")).build())
        .getId();
  }

  private void changes(Exchange exchange) throws Exception {
    ChangesRequest request = ChangesRequest.newBuilder().setContainerId(id(exchange)).build();
    BlockingClientCall<?, ChangesPart> call =
        Services.tied(exchange, services.roots(exchange).changes(request));
    List<ChangeJson> changes = new ArrayList<>();
    for (ChangesPart part = call.read(); part != null; part = call.read()) {
      part.getChangesList().forEach(change -> changes.add(json(change)));
    }
    exchange.json(200, changes.isEmpty() ? NullNode.getInstance() : changes);
  }

  private static ChangeJson json(Change change) {
    return new ChangeJson(
        change.getPath().toStringUtf8(),
        switch (change.getKind()) {
          case KIND_ADDED -> 1;
          case KIND_DELETED -> 2;
          case KIND_MODIFIED, KIND_UNSPECIFIED, UNRECOGNIZED -> 0;
        });
  }

  private void export(Exchange exchange) throws Exception {
    ExportRequest request = ExportRequest.newBuilder().setContainerId(id(exchange)).build();
    BlockingClientCall<?, ArchivePart> call =
        Services.tied(exchange, services.roots(exchange).export(request));
    // A failure shows with the first piece, while an HTTP error can still be sent.
    ArchivePart part = call.read();
    var _ =
        services
            .containers(exchange)
            .recordExport(RecordExportRequest.newBuilder().setId(request.getContainerId()).build());
    ResponseStream stream = exchange.stream(200, "application/octet-stream");
    while (part != null && stream.write(part.getData().asReadOnlyByteBuffer())) {
      part = call.read();
    }
    exchange.end();
  }
}
