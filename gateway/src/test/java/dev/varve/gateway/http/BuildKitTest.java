package dev.varve.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.varve.api.buildkit.control.ControlGrpc;
import dev.varve.api.buildkit.control.Exporter;
import dev.varve.api.buildkit.control.ListWorkersRequest;
import dev.varve.api.buildkit.control.SolveRequest;
import dev.varve.api.buildkit.control.StatusRequest;
import dev.varve.api.buildkit.control.StatusResponse;
import dev.varve.api.buildkit.frontend.LLBBridgeGrpc;
import dev.varve.api.buildkit.frontend.PingRequest;
import dev.varve.api.buildkit.frontend.ReturnRequest;
import dev.varve.api.buildkit.session.FileSyncGrpc;
import dev.varve.api.buildkit.session.GetSecretRequest;
import dev.varve.api.buildkit.session.GetSecretResponse;
import dev.varve.api.buildkit.session.Packet;
import dev.varve.api.buildkit.session.SecretsGrpc;
import dev.varve.api.buildkit.session.Stat;
import dev.varve.gateway.fake.FakeBuilds;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A client of BuildKit's protocol as docker buildx is one, at a real socket, before a fake builder.
 */
class BuildKitTest extends EngineTest {
  private static final String[] UPGRADE = {"Connection: Upgrade", "Upgrade: h2c"};
  private static final String REF = "the-build";

  private final List<SocketConnection> connections = new ArrayList<>();
  private final CountDownLatch done = new CountDownLatch(1);
  private SocketConnection calls;
  private Channel channel;

  @BeforeEach
  void call() throws Exception {
    calls = connection("POST /grpc", UPGRADE);
    CompletableFuture<Channel> opened = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        new GrpcConnection(calls)
            .call((it, _) -> {
              opened.complete(it);
              done.await();
            });
      } catch (InterruptedException | StatusException e) {
        opened.completeExceptionally(e);
      }
    });
    channel = opened.get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void leave() {
    done.countDown();
    connections.forEach(SocketConnection::close);
  }

  private SocketConnection connection(String line, String... headers) throws Exception {
    SocketConnection connection = new SocketConnection(engine.socket(), line, headers);
    connections.add(connection);
    return connection;
  }

  private ControlGrpc.ControlBlockingV2Stub control() {
    return ControlGrpc.newBlockingV2Stub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  private LLBBridgeGrpc.LLBBridgeBlockingV2Stub bridge() {
    Metadata build = new Metadata();
    build.put(
        Metadata.Key.of("buildkit-controlapi-buildid", Metadata.ASCII_STRING_MARSHALLER), REF);
    return LLBBridgeGrpc.newBlockingV2Stub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(build))
        .withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  /** Offers a Dockerfile, which is all of the context as well, and a secret. */
  private SocketConnection offer() throws Exception {
    SocketConnection session =
        connection(
            "POST /session",
            UPGRADE[0],
            UPGRADE[1],
            "X-Docker-Expose-Session-Uuid: s1",
            "X-Docker-Expose-Session-Grpc-Method: /moby.filesync.v1.FileSync/DiffCopy",
            "X-Docker-Expose-Session-Grpc-Method: /moby.buildkit.secrets.v1.Secrets/GetSecret");
    List<ServerServiceDefinition> services =
        List.of(new OneFile().bindService(), new OneSecret().bindService());
    Thread.startVirtualThread(() -> {
      try {
        new GrpcConnection(session).serve(services);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    });
    return session;
  }

  private static final class OneFile extends FileSyncGrpc.FileSyncImplBase {
    private static final ByteString TEXT = ByteString.copyFromUtf8("FROM it\nRUN it\n");

    @Override
    public StreamObserver<Packet> diffCopy(StreamObserver<Packet> out) {
      Stat stat =
          Stat.newBuilder()
              .setPath(ByteString.copyFromUtf8("Dockerfile"))
              .setMode(0644)
              .setSize(TEXT.size())
              .build();
      out.onNext(Packet.newBuilder().setStat(stat).build());
      out.onNext(Packet.getDefaultInstance());
      return new StreamObserver<>() {
        @Override
        public void onNext(Packet packet) {
          if (packet.getType() == Packet.Type.FIN) {
            out.onNext(packet);
            out.onCompleted();
          } else {
            Packet.Builder data = Packet.newBuilder().setType(Packet.Type.DATA);
            out.onNext(data.setData(TEXT).build());
            out.onNext(data.clearData().build());
          }
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {}
      };
    }
  }

  private static final class OneSecret extends SecretsGrpc.SecretsImplBase {
    @Override
    public void getSecret(GetSecretRequest request, StreamObserver<GetSecretResponse> out) {
      out.onNext(
          GetSecretResponse.newBuilder().setData(ByteString.copyFromUtf8("whisper")).build());
      out.onCompleted();
    }
  }

  /** The outer half of a build. */
  private CompletableFuture<java.util.Map<String, String>> begin() {
    SolveRequest request =
        SolveRequest.newBuilder()
            .setRef(REF)
            .setSession("s1")
            .addExporters(Exporter.newBuilder().setType("moby").putAttrs("name", "tag"))
            .build();
    return CompletableFuture.supplyAsync(() -> {
      try {
        return control().solve(request).getExporterResponseMap();
      } catch (StatusException e) {
        throw new IllegalStateException(e);
      }
    });
  }

  private void solve(String target) throws Exception {
    var _ =
        bridge()
            .solve(
                dev.varve.api.buildkit.frontend.SolveRequest.newBuilder()
                    .setFrontend("dockerfile.v0")
                    .putFrontendOpt("target", target)
                    .build());
  }

  @Test
  void aBuildGoesToTheBuilderAndItsStepsComeBack() throws Exception {
    assertThat(
            control()
                .listWorkers(ListWorkersRequest.getDefaultInstance())
                .getRecord(0)
                .getLabelsMap())
        .containsValue("172.17.0.1");
    BlockingClientCall<?, StatusResponse> status =
        control().status(StatusRequest.newBuilder().setRef(REF).build());
    var outer = begin();
    assertThat(bridge().ping(PingRequest.getDefaultInstance()).getFrontendCapsList()).isNotEmpty();
    offer();
    solve("");
    var _ = bridge().return_(ReturnRequest.getDefaultInstance());
    assertThat(outer.get(10, TimeUnit.SECONDS))
        .containsEntry("containerimage.config.digest", FakeBuilds.IMAGE)
        .containsEntry("image.name", "docker.io/library/tag:latest");
    FakeBuilds builds = engine.builds();
    assertThat(builds.options.get().getTagsList()).containsExactly("docker.io/library/tag:latest");
    assertThat(builds.options.get().getGiven().getText().toStringUtf8()).startsWith("FROM it");
    assertThat(builds.contextBytes.get()).isGreaterThan(1024);
    assertThat(builds.answer.get().getSecret().toStringUtf8()).isEqualTo("whisper");
    List<String> names = new ArrayList<>();
    for (StatusResponse news = status.read(); news != null; news = status.read()) {
      news.getVertexesList().stream()
          .filter(vertex -> vertex.hasCompleted())
          .forEach(vertex -> names.add(vertex.getName() + vertex.getError()));
    }
    assertThat(names)
        .contains(
            "[internal] load build definition from Dockerfile",
            "[internal] load build context",
            "[1/1] RUN it",
            "exporting to image");
  }

  /** Clients ask for both at once, and a build may be over before its status is asked for. */
  @Test
  void whoAsksForTheStatusAfterTheEndGetsItAll() throws Exception {
    var outer = begin();
    offer();
    solve("");
    var _ = bridge().return_(ReturnRequest.getDefaultInstance());
    assertThat(outer.get(10, TimeUnit.SECONDS)).isNotEmpty();
    BlockingClientCall<?, StatusResponse> status =
        control().status(StatusRequest.newBuilder().setRef(REF).build());
    List<String> names = new ArrayList<>();
    for (StatusResponse news = status.read(); news != null; news = status.read()) {
      news.getVertexesList().forEach(vertex -> names.add(vertex.getName()));
    }
    assertThat(names).contains("[1/1] RUN it", "exporting to image");
  }

  @Test
  void aClientThatReadsLateGetsAllOutput() throws Exception {
    BlockingClientCall<?, StatusResponse> status =
        control().status(StatusRequest.newBuilder().setRef(REF).build());
    var outer = begin();
    offer();
    CountDownLatch solved = new CountDownLatch(1);
    Thread.startVirtualThread(() -> {
      try {
        solve("chatty");
        var _ = bridge().return_(ReturnRequest.getDefaultInstance());
        solved.countDown();
      } catch (Exception e) {
        // The latch stays.
      }
    });
    assertThat(solved.await(300, TimeUnit.MILLISECONDS)).isFalse();
    long bytes = 0;
    for (StatusResponse news = status.read(); news != null; news = status.read()) {
      bytes += news.getLogsList().stream().mapToLong(log -> log.getMsg().size()).sum();
    }
    assertThat(bytes).isEqualTo((long) FakeBuilds.CHATTER * (64 << 10));
    assertThat(outer.get(10, TimeUnit.SECONDS)).isNotEmpty();
  }

  @Test
  void aFailureTellsItsLines() throws Exception {
    var outer = begin();
    offer();
    assertThatThrownBy(() -> solve("failing"))
        .isInstanceOfSatisfying(
            StatusException.class,
            e -> {
              com.google.rpc.Status told = StatusProto.fromThrowable(e);
              assertThat(told.getMessage()).isEqualTo("it failed");
              assertThat(told.getDetails(0).getValue().toStringUtf8())
                  .contains("Dockerfile", "\"line\":2");
              returnError(told);
            });
    assertThatThrownBy(() -> outer.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasStackTraceContaining("it failed");
  }

  private void returnError(com.google.rpc.Status told) {
    try {
      var _ = bridge().return_(ReturnRequest.newBuilder().setError(told.toByteString()).build());
    } catch (StatusException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aClientThatVanishesEndsItsBuild() throws Exception {
    var outer = begin();
    offer();
    Thread.startVirtualThread(() -> {
      try {
        solve("endless");
      } catch (Exception e) {
        // It never ends well.
      }
    });
    engine.builds().options.get(10, TimeUnit.SECONDS);
    calls.close();
    assertThat(engine.builds().cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> outer.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class);
  }

  @Test
  void whatIsNoHttp2EndsTheConnection() throws Exception {
    try (RawClient client = connect()) {
      client.request("POST /v1.41/grpc", UPGRADE);
      client.untilContains("\r\n\r\n");
      client.send("GET / HTTP/1.1\r\nHost: docker\r\n\r\n");
      client.untilEnd();
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void withoutAnUpgradeItIsRefused() throws Exception {
    assertThat(answerTo("POST /grpc")).startsWith("HTTP/1.1 400 ").contains("h2c");
    assertThat(answerTo("POST /session", "Connection: Upgrade", "Upgrade: tcp"))
        .startsWith("HTTP/1.1 400 ");
    assertThat(answerTo("POST /session", UPGRADE)).startsWith("HTTP/1.1 400 ").contains("id");
  }
}
