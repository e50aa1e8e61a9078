package dev.varve.container.adapter.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.api.container.v1.AttachOptions;
import dev.varve.api.container.v1.AttachRequest;
import dev.varve.api.container.v1.AttachResponse;
import dev.varve.api.container.v1.Config;
import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.ContainersGrpc;
import dev.varve.api.container.v1.CreateRequest;
import dev.varve.api.container.v1.InspectRequest;
import dev.varve.api.container.v1.KillRequest;
import dev.varve.api.container.v1.ListNetworksRequest;
import dev.varve.api.container.v1.ListRequest;
import dev.varve.api.container.v1.LogsRequest;
import dev.varve.api.container.v1.Network;
import dev.varve.api.container.v1.RemoveRequest;
import dev.varve.api.container.v1.StartRequest;
import dev.varve.api.container.v1.Status;
import dev.varve.api.container.v1.WaitCondition;
import dev.varve.api.container.v1.WaitRequest;
import dev.varve.api.container.v1.WaitResponse;
import dev.varve.api.transport.CallContext;
import dev.varve.api.transport.ServiceAddress;
import dev.varve.api.transport.Transport;
import dev.varve.container.application.TestEngine;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContainersServiceTest {
  private final TestEngine engine = new TestEngine();
  private final ServiceAddress address =
      new ServiceAddress.InProcess("containers-" + UUID.randomUUID());
  private Server server;
  private ManagedChannel channel;
  private ContainersGrpc.ContainersBlockingStub containers;

  @BeforeEach
  void serve() {
    server = Transport.serve(address, new ContainersService(engine.use()));
    channel = Transport.connect(address);
    containers =
        ContainersGrpc.newBlockingStub(channel)
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .withInterceptors(
                new CallContext("unix:uid=0,pid=1", "cause", "correlation").asInterceptor());
  }

  @AfterEach
  void close() throws Exception {
    channel.shutdownNow();
    server.shutdownNow();
    engine.close();
  }

  private String create(String name, String... cmd) {
    return containers
        .create(
            CreateRequest.newBuilder()
                .setName(name)
                .setImageId("sha256:1")
                .setConfig(Config.newBuilder().setImage("busybox").addAllCmd(List.of(cmd)))
                .build())
        .getId();
  }

  private Container inspect(String id) {
    return containers.inspect(InspectRequest.newBuilder().setId(id).setSize(true).build());
  }

  @Test
  void aForegroundRun() throws Exception {
    String id = create("web", "sleep", "9");
    LinkedBlockingQueue<AttachResponse> attached = new LinkedBlockingQueue<>();
    StreamObserver<AttachRequest> attach =
        ContainersGrpc.newStub(channel).attach(collect(attached));
    attach.onNext(
        AttachRequest.newBuilder()
            .setOptions(
                AttachOptions.newBuilder()
                    .setId("web")
                    .setStream(true)
                    .setStdout(true)
                    .setStderr(true))
            .build());
    assertThat(attached.poll(20, TimeUnit.SECONDS).hasAttached()).isTrue();
    Iterator<WaitResponse> wait =
        containers.wait(
            WaitRequest.newBuilder()
                .setId("web")
                .setCondition(WaitCondition.WAIT_CONDITION_NEXT_EXIT)
                .build());
    assertThat(wait.next().getWaiting()).isTrue();

    assertThat(containers.start(StartRequest.newBuilder().setId("web").build()).getChanged())
        .isTrue();
    engine.print(id, "hello");
    assertThat(attached.poll(20, TimeUnit.SECONDS).getFrames().substring(8).toStringUtf8())
        .isEqualTo("hello");
    Container running = inspect("web");
    assertThat(running.getState().getStatus()).isEqualTo(Status.STATUS_RUNNING);
    assertThat(running.getState().getPid()).isPositive();
    assertThat(running.getPath()).isEqualTo("sleep");
    assertThat(running.getArgsList()).containsExactly("9");
    assertThat(running.getNetworks(0).getAddress()).isEqualTo("172.17.0.2");
    assertThat(running.getSizeRw()).isEqualTo(10);

    engine.end(id, 5);
    WaitResponse end = wait.next();
    assertThat(end.getWaiting()).isFalse();
    assertThat(end.getStatusCode()).isEqualTo(5);
    assertThat(containers.list(ListRequest.getDefaultInstance()).getContainersList())
        .extracting(Container::getId)
        .containsExactly(id);

    containers.remove(RemoveRequest.newBuilder().setId("web").build());
    assertThat(containers.list(ListRequest.getDefaultInstance()).getContainersList()).isEmpty();
  }

  private static <T> StreamObserver<T> collect(LinkedBlockingQueue<T> into) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T value) {
        into.add(value);
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {}
    };
  }

  @Test
  void refusalsKeepDockersWords() {
    String id = create("web", "sleep");

    refused(() -> inspect("nope"), Code.NOT_FOUND, "No such container: nope");
    refused(
        () -> containers.kill(KillRequest.newBuilder().setId("web").build()),
        Code.FAILED_PRECONDITION,
        "Cannot kill container: web: Container " + id + " is not running");
    refused(() -> create("x/y", "a"), Code.INVALID_ARGUMENT, null);
    refused(() -> create("nocmd"), Code.INVALID_ARGUMENT, "no command specified");
    refused(
        () ->
            containers.logs(LogsRequest.newBuilder().setId("nope").setStdout(true).build()).next(),
        Code.NOT_FOUND,
        "No such container: nope");
  }

  private static void refused(ThrowingCallable call, Code code, String text) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(code);
              if (text != null) {
                assertThat(e.getStatus().getDescription()).isEqualTo(text);
              }
            });
  }

  @Test
  void waitAnswersAtOnceWhereTheConditionHolds() {
    create("web", "sleep");

    Iterator<WaitResponse> wait = containers.wait(WaitRequest.newBuilder().setId("web").build());

    assertThat(wait.next().getWaiting()).isTrue();
    assertThat(wait.next().getStatusCode()).isZero();
    assertThat(wait.hasNext()).isFalse();
  }

  @Test
  void theNetworksEveryEngineHas() {
    assertThat(containers.listNetworks(ListNetworksRequest.getDefaultInstance()).getNetworksList())
        .extracting(Network::getName)
        .containsExactly("bridge", "host", "none");
  }
}
