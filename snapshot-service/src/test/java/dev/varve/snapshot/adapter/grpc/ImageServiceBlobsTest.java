package dev.varve.snapshot.adapter.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.varve.api.image.v1.Chunk;
import dev.varve.api.image.v1.ImagesGrpc;
import dev.varve.api.image.v1.ReadBlobRequest;
import dev.varve.api.transport.Outbound;
import dev.varve.api.transport.ServiceAddress;
import dev.varve.api.transport.Transport;
import dev.varve.snapshot.application.BlobUnavailableException;
import dev.varve.snapshot.domain.Digest;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImageServiceBlobsTest {
  private static final Digest BLOB = new Digest("sha256:" + "a".repeat(64));
  private final ServiceAddress address =
      ServiceAddress.parse("inprocess:blobs-" + UUID.randomUUID());
  private final ManagedChannel channel = Transport.connect(address);
  private final ImageServiceBlobs blobs = new ImageServiceBlobs(channel);
  private Server server;

  @AfterEach
  void stop() {
    channel.shutdownNow();
    if (server != null) {
      server.shutdownNow();
    }
  }

  @FunctionalInterface
  private interface Answer {
    void give(Outbound<Chunk> out) throws InterruptedException;
  }

  private void serve(Answer answer) {
    server =
        Transport.serve(
            address,
            new ImagesGrpc.ImagesImplBase() {
              @Override
              public void readBlob(ReadBlobRequest request, StreamObserver<Chunk> chunks) {
                Outbound<Chunk> out = new Outbound<>(chunks);
                Thread.ofVirtual()
                    .start(() -> {
                      try {
                        answer.give(out);
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                      }
                    });
              }
            });
  }

  private static Chunk chunk(String text) {
    return Chunk.newBuilder().setData(ByteString.copyFromUtf8(text)).build();
  }

  @Test
  void joinsTheChunks() throws Exception {
    serve(out -> {
      out.send(chunk("ab"));
      out.send(chunk(""));
      out.send(chunk("c"));
      out.complete();
    });
    try (InputStream in = blobs.open(BLOB)) {
      assertThat(in.readAllBytes()).asString().isEqualTo("abc");
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void tellsWhatIsGoneForGoodFromWhatMayComeBack() throws Exception {
    assertThatThrownBy(() -> blobs.open(BLOB).readAllBytes())
        .isInstanceOf(BlobUnavailableException.class);
    serve(out -> out.fail(Status.NOT_FOUND.withDescription("no such blob")));
    await()
        .untilAsserted(() ->
            assertThatThrownBy(() -> blobs.open(BLOB).readAllBytes())
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(BlobUnavailableException.class)
                .hasMessageContaining("no such blob"));
  }

  @Test
  void anEndInTheMiddleIsNoEndOfTheBlob() {
    serve(out -> {
      out.send(chunk("half"));
      out.fail(Status.UNAVAILABLE);
    });
    assertThatThrownBy(() -> blobs.open(BLOB).readAllBytes())
        .isInstanceOf(BlobUnavailableException.class);
  }

  @Test
  void aReaderWhoStopsStopsTheSender() throws Exception {
    AtomicBoolean stopped = new AtomicBoolean();
    serve(out -> {
      while (out.send(chunk("x".repeat(100_000)))) {
        Thread.onSpinWait();
      }
      stopped.set(true);
    });
    try (InputStream in = blobs.open(BLOB)) {
      assertThat(in.read()).isEqualTo('x');
    }
    await().untilTrue(stopped);
  }
}
