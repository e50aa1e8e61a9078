package dev.varve.image.adapter.grpc;

import dev.varve.api.snapshot.v1.ArchivePart;
import dev.varve.api.snapshot.v1.DiffRequest;
import dev.varve.api.snapshot.v1.RootContentsGrpc;
import dev.varve.api.transport.ReceivedBytes;
import dev.varve.image.application.ContainerChanges;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.IOException;
import java.io.InputStream;

/** Streams containers' changes from the snapshot service. */
public final class SnapshotServiceChanges implements ContainerChanges {
  private final RootContentsGrpc.RootContentsBlockingV2Stub roots;

  public SnapshotServiceChanges(Channel channel) {
    this.roots = RootContentsGrpc.newBlockingV2Stub(channel);
  }

  @Override
  public InputStream open(String containerId) {
    DiffRequest request = DiffRequest.newBuilder().setContainerId(containerId).build();
    return ReceivedBytes.from(
        roots.diff(request), ArchivePart::getData, refused -> failure(containerId, refused));
  }

  private static IOException failure(String containerId, StatusException refused) {
    if (refused.getStatus().getCode() == Status.Code.NOT_FOUND) {
      throw ContainerChanges.noSuchContainer(containerId);
    }
    return new IOException(
        "cannot read the changes of the container: " + refused.getStatus().getDescription(),
        refused);
  }
}
