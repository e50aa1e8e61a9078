package dev.varve.gateway.fake;

import com.google.protobuf.ByteString;
import dev.varve.api.image.v1.Chunk;
import dev.varve.api.image.v1.Image;
import dev.varve.api.image.v1.ImagesGrpc;
import dev.varve.api.image.v1.ListRequest;
import dev.varve.api.image.v1.ListResponse;
import dev.varve.api.image.v1.LoadRequest;
import dev.varve.api.image.v1.Progress;
import dev.varve.api.image.v1.PullRequest;
import dev.varve.api.image.v1.ResolveRequest;
import dev.varve.api.image.v1.SaveRequest;
import dev.varve.api.transport.Inbound;
import dev.varve.api.transport.Outbound;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** An image service with one image; what is loaded is counted and forgotten. */
public final class FakeImages extends ImagesGrpc.ImagesImplBase {
  public static final int SAVED_CHUNKS = 64;
  public static final int CHUNK_BYTES = 256 << 10;

  public static final Image BUSYBOX =
      Image.newBuilder()
          .setId("sha256:" + "b".repeat(64))
          .addRepoTags("busybox:latest")
          .setArchitecture("amd64")
          .setOs("linux")
          .setSize(4_000_000)
          .setCreated("2024-05-01T10:00:00.5Z")
          .setLastTaggedNanos(1_700_000_000_000_000_000L)
          .setConfigJson(
              ByteString.copyFromUtf8(
                  """
                  {"architecture":"amd64","os":"linux","created":"2024-05-01T10:00:00.5Z",
                   "config":{"Env":["PATH=/bin"],"Cmd":["sh"],"Labels":{"a":"b"}},
                   "history":[{"created_by":"ADD","comment":"made by hand"}],
                   "rootfs":{"type":"layers","diff_ids":["sha256:x"]}}
                  """))
          .build();

  @Override
  public void resolve(ResolveRequest request, StreamObserver<Image> out) {
    if (List.of("busybox", "busybox:latest", BUSYBOX.getId()).contains(request.getReference())) {
      out.onNext(BUSYBOX);
      out.onCompleted();
    } else {
      out.onError(
          Status.NOT_FOUND
              .withDescription("No such image: " + request.getReference() + ":latest")
              .asRuntimeException());
    }
  }

  @Override
  public void pull(PullRequest request, StreamObserver<Progress> out) {
    out.onError(
        Status.NOT_FOUND
            .withDescription(
                "manifest for %s:%s not found: manifest unknown: manifest unknown"
                    .formatted(request.getReference(), request.getTag()))
            .asRuntimeException());
  }

  @Override
  public void list(ListRequest request, StreamObserver<ListResponse> out) {
    out.onNext(ListResponse.newBuilder().addImages(BUSYBOX).build());
    out.onCompleted();
  }

  @Override
  public void save(SaveRequest request, StreamObserver<Chunk> observer) {
    Outbound<Chunk> out = new Outbound<>(observer);
    Thread.startVirtualThread(() -> {
      try {
        for (int i = 0; i < SAVED_CHUNKS; i++) {
          byte[] bytes = new byte[CHUNK_BYTES];
          bytes[0] = (byte) i;
          out.send(Chunk.newBuilder().setData(ByteString.copyFrom(bytes)).build());
        }
        out.complete();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  @Override
  public StreamObserver<LoadRequest> load(StreamObserver<Progress> observer) {
    Inbound<LoadRequest> in = new Inbound<>(observer);
    Outbound<Progress> out = new Outbound<>(observer);
    Thread.startVirtualThread(() -> {
      try {
        long total = 0;
        for (LoadRequest part = in.next(); part != null; part = in.next()) {
          total += part.getData().size();
          if (part.getData().startsWith(ByteString.copyFromUtf8("corrupt"))) {
            out.fail(Status.INVALID_ARGUMENT.withDescription("invalid tar header"));
            return;
          }
        }
        out.send(Progress.newBuilder().setStream("Loaded " + total + " bytes\n").build());
        out.complete();
      } catch (Exception e) {
        Thread.currentThread().interrupt();
      }
    });
    return in;
  }
}
