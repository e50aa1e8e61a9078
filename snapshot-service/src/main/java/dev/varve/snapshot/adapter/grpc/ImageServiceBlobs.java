package dev.varve.snapshot.adapter.grpc;

import dev.varve.api.image.v1.Chunk;
import dev.varve.api.image.v1.ImagesGrpc;
import dev.varve.api.image.v1.ReadBlobRequest;
import dev.varve.api.transport.ReceivedBytes;
import dev.varve.snapshot.application.BlobSource;
import dev.varve.snapshot.application.BlobUnavailableException;
import dev.varve.snapshot.domain.Digest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.IOException;
import java.io.InputStream;

/** Streams blobs from the image service's content store; its stock is checked there. */
public final class ImageServiceBlobs implements BlobSource {
  private final ImagesGrpc.ImagesBlockingV2Stub images;

  public ImageServiceBlobs(Channel channel) {
    this.images = ImagesGrpc.newBlockingV2Stub(channel);
  }

  @Override
  public InputStream open(Digest blob) {
    ReadBlobRequest request = ReadBlobRequest.newBuilder().setDigest(blob.text()).build();
    return ReceivedBytes.from(
        images.readBlob(request), Chunk::getData, refused -> failure(blob, refused));
  }

  private static IOException failure(Digest blob, StatusException refused) {
    Status status = refused.getStatus();
    String message = "cannot read " + blob + ": " + status.getDescription();
    return status.getCode() == Status.Code.UNAVAILABLE
        ? new BlobUnavailableException(message, refused)
        : new IOException(message, refused);
  }
}
