package dev.varve.container.adapter.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.api.container.v1.CreateRequest;
import dev.varve.api.image.v1.BuildsGrpc;
import dev.varve.api.image.v1.GetRunRequest;
import dev.varve.api.transport.ServiceAddress;
import dev.varve.api.transport.Transport;
import dev.varve.container.domain.RequestedConfig;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ImageServiceRunsTest {
  @Test
  void anImageServiceThatIsUpLaterIsWaitedFor() {
    ServiceAddress address = new ServiceAddress.InProcess(UUID.randomUUID().toString());
    ManagedChannel channel = Transport.connect(address);
    try {
      ImageServiceRuns runs = new ImageServiceRuns(channel);
      CompletableFuture<Optional<RequestedConfig>> found =
          CompletableFuture.supplyAsync(() -> {
            try {
              return runs.find("b", "c");
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      await().until(() -> channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE);
      Server server = Transport.serve(address, new NoRuns());
      try {
        assertThat(found.join()).isEmpty();
      } finally {
        server.shutdownNow();
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private static final class NoRuns extends BuildsGrpc.BuildsImplBase {
    @Override
    public void getRun(GetRunRequest request, StreamObserver<CreateRequest> answer) {
      answer.onError(Status.NOT_FOUND.asRuntimeException());
    }
  }
}
