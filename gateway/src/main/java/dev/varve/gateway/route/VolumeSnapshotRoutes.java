package dev.varve.gateway.route;

import dev.varve.api.container.v1.FreezeRequest;
import dev.varve.api.container.v1.FreezeResponse;
import dev.varve.api.snapshot.v1.ExportVolumeRequest;
import dev.varve.api.snapshot.v1.ImportVolumeRequest;
import dev.varve.api.snapshot.v1.InspectVolumeRequest;
import dev.varve.api.snapshot.v1.ListSnapshotsRequest;
import dev.varve.api.snapshot.v1.RemoveSnapshotRequest;
import dev.varve.api.snapshot.v1.RestoreSnapshotRequest;
import dev.varve.api.snapshot.v1.TakeSnapshotRequest;
import dev.varve.api.snapshot.v1.Volume;
import dev.varve.api.snapshot.v1.VolumeArchivePart;
import dev.varve.api.snapshot.v1.VolumeSnapshot;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.ResponseStream;
import dev.varve.gateway.http.Routes;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.ArrayList;
import java.util.List;

/** Moments of volumes, which Docker's API has no words for: below {@code /varve/v1}. */
final class VolumeSnapshotRoutes {
  private static final String TAR = "application/x-tar";

  private final Services services;

  VolumeSnapshotRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.add("POST", "/varve/v1/volumes/{name}/snapshots", this::take);
    routes.add("GET", "/varve/v1/volumes/{name}/snapshots", x -> list(x, x.name("name")));
    routes.add("GET", "/varve/v1/volumes/{name}/archive", this::export);
    routes.add("PUT", "/varve/v1/volumes/{name}/archive", this::importArchive);
    routes.add("GET", "/varve/v1/volume-snapshots", x -> list(x, ""));
    routes.add("GET", "/varve/v1/volume-snapshots/{id}/archive", this::exportSnapshot);
    routes.add("POST", "/varve/v1/volume-snapshots/{id}/restore", this::restore);
    routes.add("DELETE", "/varve/v1/volume-snapshots/{id}", this::remove);
  }

  private void take(Exchange exchange) throws Exception {
    String name = exchange.name("name");
    TakeSnapshotRequest request =
        TakeSnapshotRequest.newBuilder()
            .setVolume(name)
            .setComment(exchange.query().text("comment"))
            .build();
    List<String> users = List.of();
    if (exchange.query().flag("pause", true)) {
      users =
          services
              .volumes(exchange)
              .inspectVolume(InspectVolumeRequest.newBuilder().setName(name).build())
              .getContainerIdsList();
    }
    exchange.json(201, VolumeViews.json(takeWhileStill(exchange, users, request)));
  }

  /** Containers go on when this call ends, however it does; those that don't run are as still. */
  private VolumeSnapshot takeWhileStill(
      Exchange exchange, List<String> containerIds, TakeSnapshotRequest request)
      throws StatusException, InterruptedException {
    List<BlockingClientCall<FreezeRequest, FreezeResponse>> holds = new ArrayList<>();
    try {
      for (String id : containerIds) {
        BlockingClientCall<FreezeRequest, FreezeResponse> hold =
            services.containers(exchange).freeze();
        holds.add(hold);
        hold.write(FreezeRequest.newBuilder().setId(id).build());
        var ignored = hold.read();
      }
      VolumeSnapshot taken = services.volumes(exchange).takeSnapshot(request);
      for (BlockingClientCall<FreezeRequest, FreezeResponse> hold : holds) {
        hold.halfClose();
        var ignored = hold.read();
      }
      return taken;
    } finally {
      holds.forEach(hold -> hold.cancel("the snapshot is taken", null));
    }
  }

  private void list(Exchange exchange, String volume) throws Exception {
    exchange.json(
        200,
        services
            .volumes(exchange)
            .listSnapshots(ListSnapshotsRequest.newBuilder().setVolume(volume).build())
            .getSnapshotsList()
            .stream()
            .map(VolumeViews::json)
            .toList());
  }

  private void remove(Exchange exchange) throws Exception {
    var _ =
        services
            .volumes(exchange)
            .removeSnapshot(RemoveSnapshotRequest.newBuilder().setId(exchange.name("id")).build());
    exchange.status(204);
  }

  private void restore(Exchange exchange) throws Exception {
    Volume restored =
        services
            .volumes(exchange)
            .restoreSnapshot(
                RestoreSnapshotRequest.newBuilder()
                    .setId(exchange.name("id"))
                    .setVolume(exchange.query().text("volume"))
                    .build());
    exchange.json(200, VolumeViews.json(restored));
  }

  private void export(Exchange exchange) throws Exception {
    relay(exchange, ExportVolumeRequest.newBuilder().setVolume(exchange.name("name")).build());
  }

  private void exportSnapshot(Exchange exchange) throws Exception {
    relay(exchange, ExportVolumeRequest.newBuilder().setSnapshotId(exchange.name("id")).build());
  }

  /** A refusal shows with the first part, while an HTTP error can still be sent. */
  private void relay(Exchange exchange, ExportVolumeRequest request) throws Exception {
    BlockingClientCall<?, VolumeArchivePart> call =
        Services.tied(exchange, services.volumes(exchange).exportVolume(request));
    VolumeArchivePart part = call.read();
    ResponseStream stream = exchange.stream(200, TAR);
    while (part != null && stream.write(part.getData().toByteArray())) {
      part = call.read();
    }
    exchange.end();
  }

  private void importArchive(Exchange exchange) throws Exception {
    BlockingClientCall<ImportVolumeRequest, Volume> call =
        Services.tied(exchange, services.volumes(exchange).importVolume());
    boolean ignored =
        call.write(
            ImportVolumeRequest.newBuilder()
                .setTarget(ImportVolumeRequest.Target.newBuilder().setVolume(exchange.name("name")))
                .build());
    Upload.start(exchange, call, bytes -> ImportVolumeRequest.newBuilder().setData(bytes).build());
    Volume filled = call.read();
    if (filled == null) {
      throw new IllegalStateException("an answer without a volume");
    }
    exchange.json(200, VolumeViews.json(filled));
  }
}
