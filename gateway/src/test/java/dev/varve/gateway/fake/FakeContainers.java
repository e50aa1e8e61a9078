package dev.varve.gateway.fake;

import com.google.protobuf.ByteString;
import dev.varve.api.container.v1.AddressPool;
import dev.varve.api.container.v1.AttachRequest;
import dev.varve.api.container.v1.AttachResponse;
import dev.varve.api.container.v1.ChangeResponse;
import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.ContainersGrpc;
import dev.varve.api.container.v1.CreateRequest;
import dev.varve.api.container.v1.CreateResponse;
import dev.varve.api.container.v1.Exec;
import dev.varve.api.container.v1.ExecCreateRequest;
import dev.varve.api.container.v1.ExecCreateResponse;
import dev.varve.api.container.v1.ExecInspectRequest;
import dev.varve.api.container.v1.ExecStartRequest;
import dev.varve.api.container.v1.InspectNetworkRequest;
import dev.varve.api.container.v1.InspectRequest;
import dev.varve.api.container.v1.ListNetworksRequest;
import dev.varve.api.container.v1.ListNetworksResponse;
import dev.varve.api.container.v1.ListRequest;
import dev.varve.api.container.v1.ListResponse;
import dev.varve.api.container.v1.LogPart;
import dev.varve.api.container.v1.LogsRequest;
import dev.varve.api.container.v1.Network;
import dev.varve.api.container.v1.RemoveRequest;
import dev.varve.api.container.v1.ResizeRequest;
import dev.varve.api.container.v1.StartRequest;
import dev.varve.api.container.v1.State;
import dev.varve.api.container.v1.Status;
import dev.varve.api.container.v1.StopRequest;
import dev.varve.api.container.v1.SupportRequest;
import dev.varve.api.container.v1.SupportResponse;
import dev.varve.api.container.v1.WaitRequest;
import dev.varve.api.container.v1.WaitResponse;
import dev.varve.api.transport.CallContext;
import dev.varve.api.transport.Inbound;
import dev.varve.api.transport.Outbound;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A container service without containers: whoever attaches talks to a process that echoes its input
 * on stdout, says how much it was on stderr, and ends at the end of its input, or when somebody
 * says bye.
 */
public final class FakeContainers extends ContainersGrpc.ContainersImplBase {
  public static final String ID = "c0ffee".repeat(10) + "cafe";

  private final Map<String, Container> containers = new ConcurrentHashMap<>();
  private final AtomicReference<CreateRequest> created = new AtomicReference<>();
  private final AtomicReference<CallContext> caller = new AtomicReference<>();
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch streamCancelled = new CountDownLatch(1);
  private final AtomicBoolean tty = new AtomicBoolean();
  private final AtomicBoolean raw = new AtomicBoolean();

  public void add(Container container) {
    containers.put(container.getId(), container);
    tty.set(container.getConfig().getTty());
  }

  public CreateRequest created() {
    return created.get();
  }

  public CallContext caller() {
    return caller.get();
  }

  public CountDownLatch streamCancelled() {
    return streamCancelled;
  }

  public CountDownLatch ended() {
    return ended;
  }

  @Override
  public void support(SupportRequest request, StreamObserver<SupportResponse> out) {
    out.onNext(SupportResponse.getDefaultInstance());
    out.onCompleted();
  }

  @Override
  public void create(CreateRequest request, StreamObserver<CreateResponse> out) {
    created.set(request);
    caller.set(CallContext.current());
    add(
        Container.newBuilder()
            .setId(ID)
            .setName(request.getName().isEmpty() ? "kind_varve" : request.getName())
            .setConfig(request.getConfig())
            .setHost(request.getHost())
            .setImageId(request.getImageId())
            .setState(State.newBuilder().setStatus(Status.STATUS_CREATED))
            .build());
    answer(out, CreateResponse.newBuilder().setId(ID).build());
  }

  @Override
  public void start(StartRequest request, StreamObserver<ChangeResponse> out) {
    Container container = find(request.getId(), out);
    if (container == null) {
      return;
    }
    boolean changed = started.getCount() > 0;
    started.countDown();
    answer(out, ChangeResponse.newBuilder().setChanged(changed).build());
  }

  @Override
  public void stop(StopRequest request, StreamObserver<ChangeResponse> out) {
    if (find(request.getId(), out) != null) {
      answer(out, ChangeResponse.newBuilder().setChanged(true).build());
    }
  }

  @Override
  public void remove(RemoveRequest request, StreamObserver<ChangeResponse> out) {
    if (find(request.getId(), out) != null) {
      containers.remove(request.getId());
      answer(out, ChangeResponse.newBuilder().setChanged(true).build());
    }
  }

  @Override
  public void resize(ResizeRequest request, StreamObserver<ChangeResponse> out) {
    answer(out, ChangeResponse.newBuilder().setChanged(true).build());
  }

  @Override
  public void inspect(InspectRequest request, StreamObserver<Container> out) {
    Container container = find(request.getId(), out);
    if (container != null) {
      answer(out, container);
    }
  }

  @Override
  public void list(ListRequest request, StreamObserver<ListResponse> out) {
    answer(out, ListResponse.newBuilder().addAllContainers(containers.values()).build());
  }

  @Override
  public void listNetworks(ListNetworksRequest request, StreamObserver<ListNetworksResponse> out) {
    answer(
        out,
        ListNetworksResponse.newBuilder()
            .addNetworks(
                Network.newBuilder()
                    .setId("ab".repeat(32))
                    .setName("bridge")
                    .setDriver("bridge")
                    .addPools(
                        dev.varve.api.container.v1.AddressPool.newBuilder()
                            .setSubnet("172.30.0.0/16")
                            .setGateway("172.30.0.1"))
                    .setBridge("varve0"))
            .build());
  }

  @Override
  public void wait(WaitRequest request, StreamObserver<WaitResponse> observer) {
    Outbound<WaitResponse> out = new Outbound<>(observer);
    Thread.startVirtualThread(() -> {
      try {
        out.send(WaitResponse.newBuilder().setWaiting(true).build());
        ended.await();
        out.send(WaitResponse.newBuilder().setStatusCode(7).build());
        out.complete();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  @Override
  public void logs(LogsRequest request, StreamObserver<LogPart> observer) {
    Container container = find(request.getId(), observer);
    if (container == null) {
      return;
    }
    Outbound<LogPart> out = new Outbound<>(observer);
    Thread.startVirtualThread(() -> {
      try {
        out.send(LogPart.newBuilder().setTty(tty.get()).build());
        String time = request.getTimestamps() ? "2023-11-14T22:13:20.00000000" : "";
        out.send(entry(1, time.isEmpty() ? "" : time + "0Z ", request.getPrefix() + "out\n"));
        out.send(entry(2, time.isEmpty() ? "" : time + "5Z ", request.getPrefix() + "err\n"));
        while (request.getFollow() && !out.isCancelled()) {
          Thread.onSpinWait();
        }
        if (out.isCancelled()) {
          streamCancelled.countDown();
        }
        out.complete();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  private LogPart entry(int stream, String time, String line) {
    return LogPart.newBuilder()
        .setFrames(frames(stream, ByteString.copyFromUtf8(time + line)))
        .build();
  }

  private ByteString frames(int stream, ByteString data) {
    byte[] header =
        ByteBuffer.allocate(8).put((byte) stream).position(4).putInt(data.size()).array();
    return tty.get() || raw.get() ? data : ByteString.copyFrom(header).concat(data);
  }

  @Override
  public StreamObserver<AttachRequest> attach(StreamObserver<AttachResponse> observer) {
    Inbound<AttachRequest> in = new Inbound<>(observer);
    Outbound<AttachResponse> out = new Outbound<>(observer);
    Thread.startVirtualThread(() ->
        echo(
            out,
            () -> {
              AttachRequest options = in.next();
              raw.set(options != null && options.getOptions().getRaw());
              return options == null || containers.containsKey(options.getOptions().getId());
            },
            () -> {
              AttachRequest part = in.next();
              boolean over =
                  part == null
                      || part.getStdinClosed()
                      || part.getStdin().toStringUtf8().equals("bye");
              return over ? null : part.getStdin();
            }));
    return in;
  }

  @Override
  public void execCreate(ExecCreateRequest request, StreamObserver<ExecCreateResponse> out) {
    tty.set(request.getTty());
    answer(out, ExecCreateResponse.newBuilder().setExecId("e".repeat(64)).build());
  }

  @Override
  public void execInspect(ExecInspectRequest request, StreamObserver<Exec> out) {
    answer(
        out,
        Exec.newBuilder()
            .setExecId(request.getExecId())
            .setContainerId(ID)
            .setExitCode(3)
            .addCmd("cat")
            .addCmd("-")
            .build());
  }

  @Override
  public void execResize(ResizeRequest request, StreamObserver<ChangeResponse> out) {
    answer(out, ChangeResponse.newBuilder().setChanged(true).build());
  }

  @Override
  public StreamObserver<ExecStartRequest> execStart(StreamObserver<AttachResponse> observer) {
    Inbound<ExecStartRequest> in = new Inbound<>(observer);
    Outbound<AttachResponse> out = new Outbound<>(observer);
    Thread.startVirtualThread(() ->
        echo(
            out,
            () -> in.next() != null,
            () -> {
              ExecStartRequest part = in.next();
              return part == null || part.getStdinClosed() ? null : part.getStdin();
            }));
    return in;
  }

  private interface Source<T> {
    T next() throws Exception;
  }

  private void echo(
      Outbound<AttachResponse> out, Source<Boolean> options, Source<ByteString> input) {
    try {
      if (!options.next()) {
        out.fail(io.grpc.Status.NOT_FOUND.withDescription("No such container: nope"));
        return;
      }
      out.send(
          AttachResponse.newBuilder()
              .setAttached(AttachResponse.Attached.newBuilder().setTty(tty.get()))
              .build());
      long total = 0;
      for (ByteString bytes = input.next(); bytes != null; bytes = input.next()) {
        total += bytes.size();
        out.send(output(1, bytes));
      }
      out.send(output(2, ByteString.copyFromUtf8(total + " bytes\n")));
      ended.countDown();
      out.complete();
    } catch (Exception e) {
      if (out.isCancelled()) {
        streamCancelled.countDown();
      }
    }
  }

  private AttachResponse output(int stream, ByteString data) {
    return AttachResponse.newBuilder().setFrames(frames(stream, data)).build();
  }

  private Container find(String wanted, StreamObserver<?> out) {
    for (Container container : containers.values()) {
      if (container.getId().startsWith(wanted) || container.getName().equals(wanted)) {
        return container;
      }
    }
    out.onError(
        io.grpc.Status.NOT_FOUND
            .withDescription("No such container: " + wanted)
            .asRuntimeException());
    return null;
  }

  private static <T> void answer(StreamObserver<T> out, T value) {
    out.onNext(value);
    out.onCompleted();
  }

  @Override
  public void inspectNetwork(InspectNetworkRequest request, StreamObserver<Network> out) {
    out.onNext(
        Network.newBuilder().addPools(AddressPool.newBuilder().setGateway("172.17.0.1")).build());
    out.onCompleted();
  }
}
