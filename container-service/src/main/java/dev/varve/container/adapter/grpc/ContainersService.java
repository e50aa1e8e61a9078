package dev.varve.container.adapter.grpc;

import dev.varve.api.container.v1.AttachRequest;
import dev.varve.api.container.v1.AttachResponse;
import dev.varve.api.container.v1.ChangeResponse;
import dev.varve.api.container.v1.ConnectNetworkRequest;
import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.ContainersGrpc;
import dev.varve.api.container.v1.CreateNetworkResponse;
import dev.varve.api.container.v1.CreateRequest;
import dev.varve.api.container.v1.CreateResponse;
import dev.varve.api.container.v1.DisconnectNetworkRequest;
import dev.varve.api.container.v1.Exec;
import dev.varve.api.container.v1.ExecCreateRequest;
import dev.varve.api.container.v1.ExecCreateResponse;
import dev.varve.api.container.v1.ExecInspectRequest;
import dev.varve.api.container.v1.ExecStartRequest;
import dev.varve.api.container.v1.FreezeRequest;
import dev.varve.api.container.v1.FreezeResponse;
import dev.varve.api.container.v1.InspectNetworkRequest;
import dev.varve.api.container.v1.InspectRequest;
import dev.varve.api.container.v1.KillRequest;
import dev.varve.api.container.v1.ListNetworksRequest;
import dev.varve.api.container.v1.ListNetworksResponse;
import dev.varve.api.container.v1.ListRequest;
import dev.varve.api.container.v1.ListResponse;
import dev.varve.api.container.v1.LogPart;
import dev.varve.api.container.v1.LogsRequest;
import dev.varve.api.container.v1.Network;
import dev.varve.api.container.v1.PauseRequest;
import dev.varve.api.container.v1.PruneNetworksResponse;
import dev.varve.api.container.v1.PruneRequest;
import dev.varve.api.container.v1.PruneResponse;
import dev.varve.api.container.v1.RecordCopyRequest;
import dev.varve.api.container.v1.RecordExportRequest;
import dev.varve.api.container.v1.RemoveNetworkRequest;
import dev.varve.api.container.v1.RemoveRequest;
import dev.varve.api.container.v1.RenameRequest;
import dev.varve.api.container.v1.ResizeRequest;
import dev.varve.api.container.v1.StartRequest;
import dev.varve.api.container.v1.StatsRequest;
import dev.varve.api.container.v1.StatsResponse;
import dev.varve.api.container.v1.StopRequest;
import dev.varve.api.container.v1.SupportRequest;
import dev.varve.api.container.v1.SupportResponse;
import dev.varve.api.container.v1.TopRequest;
import dev.varve.api.container.v1.TopResponse;
import dev.varve.api.container.v1.UpdateRequest;
import dev.varve.api.container.v1.UpdateResponse;
import dev.varve.api.container.v1.WaitRequest;
import dev.varve.api.container.v1.WaitResponse;
import dev.varve.api.transport.Inbound;
import dev.varve.api.transport.NonBlocking;
import dev.varve.api.transport.Outbound;
import dev.varve.container.application.Execs;
import dev.varve.container.application.PruneContainers;
import dev.varve.container.application.UseCases;
import dev.varve.container.application.WatchStats;
import dev.varve.container.contract.EndpointMessages;
import dev.varve.container.contract.ResourceMessages;
import dev.varve.container.domain.ProcessListing;
import dev.varve.container.domain.Verified;
import io.grpc.MethodDescriptor;
import io.grpc.stub.StreamObserver;
import java.util.OptionalInt;
import java.util.Set;

/** The gRPC contract of this service; each call is one use case. */
public final class ContainersService extends ContainersGrpc.ContainersImplBase
    implements NonBlocking {
  private final UseCases useCases;
  private final StreamCalls streams;
  private final Views views;
  private final NetworkViews networks;

  public ContainersService(UseCases useCases) {
    this.useCases = useCases;
    this.streams = new StreamCalls(useCases);
    this.views = new Views(useCases.engine(), useCases.health(), useCases.links());
    this.networks = new NetworkViews(useCases.engine(), useCases.networks());
  }

  @Override
  public Set<MethodDescriptor<?, ?>> nonBlockingMethods() {
    return Set.of(
        ContainersGrpc.getListMethod(),
        ContainersGrpc.getInspectMethod(),
        ContainersGrpc.getWaitMethod(),
        ContainersGrpc.getLogsMethod(),
        ContainersGrpc.getAttachMethod(),
        ContainersGrpc.getExecStartMethod());
  }

  @Override
  public void create(CreateRequest request, StreamObserver<CreateResponse> responses) {
    Calls.answer(
        responses,
        () -> {
          Verified<String> made =
              useCases
                  .create()
                  .create(
                      Calls.cause(),
                      request.getName(),
                      RequestMessages.config(request),
                      request.getImageConfigJson().toByteArray());
          return CreateResponse.newBuilder()
              .setId(made.value())
              .addAllWarnings(made.warnings())
              .build();
        });
  }

  @Override
  public void update(UpdateRequest request, StreamObserver<UpdateResponse> responses) {
    Calls.answer(
        responses,
        () ->
            UpdateResponse.newBuilder()
                .addAllWarnings(
                    useCases
                        .update()
                        .update(
                            Calls.cause(),
                            request.getId(),
                            ResourceMessages.read(request.getResources()),
                            RequestMessages.restartPolicy(request)))
                .build());
  }

  @Override
  public void support(SupportRequest request, StreamObserver<SupportResponse> responses) {
    Calls.answer(responses, () -> SupportMessages.write(useCases.engine().host().kernel()));
  }

  @Override
  public void start(StartRequest request, StreamObserver<ChangeResponse> responses) {
    Calls.answer(responses, () -> changed(useCases.start().start(Calls.cause(), request.getId())));
  }

  @Override
  public void stop(StopRequest request, StreamObserver<ChangeResponse> responses) {
    Calls.answer(
        responses,
        () ->
            changed(
                useCases
                    .stop()
                    .stop(Calls.cause(), request.getId(), timeout(request), request.getSignal())));
  }

  @Override
  public void restart(StopRequest request, StreamObserver<ChangeResponse> responses) {
    Calls.answer(
        responses,
        () -> {
          useCases
              .restart()
              .restart(Calls.cause(), request.getId(), timeout(request), request.getSignal());
          return changed(true);
        });
  }

  private static OptionalInt timeout(StopRequest request) {
    return request.hasTimeoutSeconds()
        ? OptionalInt.of(request.getTimeoutSeconds())
        : OptionalInt.empty();
  }

  @Override
  public void kill(KillRequest request, StreamObserver<ChangeResponse> responses) {
    Calls.answer(
        responses,
        () -> {
          useCases.stop().kill(Calls.cause(), request.getId(), request.getSignal());
          return changed(true);
        });
  }

  @Override
  public void remove(RemoveRequest request, StreamObserver<ChangeResponse> responses) {
    Calls.answer(
        responses,
        () -> {
          if (request.getLink()) {
            useCases.links().remove(Calls.cause(), request.getId());
            return changed(true);
          }
          useCases
              .remove()
              .remove(Calls.cause(), request.getId(), request.getForce(), request.getVolumes());
          return changed(true);
        });
  }

  @Override
  public void prune(PruneRequest request, StreamObserver<PruneResponse> responses) {
    Calls.answer(
        responses,
        () -> {
          PruneContainers.Result result =
              useCases.prune().prune(Calls.cause(), RequestMessages.selection(request));
          return PruneResponse.newBuilder()
              .addAllIds(result.ids())
              .setReclaimedBytes(result.reclaimedBytes())
              .build();
        });
  }

  @Override
  public void recordExport(RecordExportRequest request, StreamObserver<ChangeResponse> responses) {
    Calls.answer(
        responses,
        () -> {
          useCases.inspect().exported(Calls.cause(), request.getId());
          return changed(true);
        });
  }

  @Override
  public void recordCopy(RecordCopyRequest request, StreamObserver<ChangeResponse> responses) {
    Calls.answer(
        responses,
        () -> {
          useCases
              .inspect()
              .copied(Calls.cause(), request.getId(), request.getPath(), request.getInward());
          return changed(true);
        });
  }

  @Override
  public void rename(RenameRequest request, StreamObserver<ChangeResponse> responses) {
    Calls.answer(
        responses,
        () -> {
          useCases.rename().rename(Calls.cause(), request.getId(), request.getName());
          return changed(true);
        });
  }

  @Override
  public void pause(PauseRequest request, StreamObserver<ChangeResponse> responses) {
    Calls.answer(
        responses,
        () -> {
          useCases.pause().pause(Calls.cause(), request.getId());
          return changed(true);
        });
  }

  @Override
  public void unpause(PauseRequest request, StreamObserver<ChangeResponse> responses) {
    Calls.answer(
        responses,
        () -> {
          useCases.pause().unpause(Calls.cause(), request.getId());
          return changed(true);
        });
  }

  @Override
  public StreamObserver<FreezeRequest> freeze(StreamObserver<FreezeResponse> responses) {
    Inbound<FreezeRequest> requests = new Inbound<>(responses);
    new FreezeCall(useCases.pause(), requests, new Outbound<>(responses), Calls.cause()).begin();
    return requests;
  }

  @Override
  public void list(ListRequest request, StreamObserver<ListResponse> responses) {
    Calls.read(
        request.getSize(),
        responses,
        () -> ListResponse.newBuilder().addAllContainers(views.list(request.getSize())).build());
  }

  @Override
  public void inspect(InspectRequest request, StreamObserver<Container> responses) {
    Calls.read(
        request.getSize(), responses, () -> views.inspect(request.getId(), request.getSize()));
  }

  @Override
  public void wait(WaitRequest request, StreamObserver<WaitResponse> responses) {
    streams.await(request, new Outbound<>(responses));
  }

  @Override
  public void logs(LogsRequest request, StreamObserver<LogPart> responses) {
    streams.logs(request, new Outbound<>(responses));
  }

  @Override
  public StreamObserver<AttachRequest> attach(StreamObserver<AttachResponse> responses) {
    Inbound<AttachRequest> requests = new Inbound<>(responses);
    streams.attach(requests, new Outbound<>(responses));
    return requests;
  }

  @Override
  public void resize(ResizeRequest request, StreamObserver<ChangeResponse> responses) {
    Calls.answer(
        responses,
        () -> {
          useCases.inspect().resize(Calls.cause(), request.getId(), size(request));
          return changed(true);
        });
  }

  @Override
  public void top(TopRequest request, StreamObserver<TopResponse> responses) {
    Calls.answer(
        responses,
        () -> {
          ProcessListing listing =
              useCases.inspect().top(Calls.cause(), request.getId(), request.getPsArgs());
          TopResponse.Builder answer = TopResponse.newBuilder().addAllTitles(listing.titles());
          listing.processes().forEach(row -> answer.addProcessesBuilder().addAllColumns(row));
          return answer.build();
        });
  }

  @Override
  public void stats(StatsRequest request, StreamObserver<StatsResponse> responses) {
    if (request.getMode() == StatsRequest.Mode.MODE_ONCE) {
      Calls.answer(responses, () -> once(useCases.stats().once(request.getId())));
    } else {
      StatsCall.begin(useCases.stats(), request, new Outbound<>(responses));
    }
  }

  private static StatsResponse once(WatchStats.Frame frame) {
    return StatsCall.message(frame, frame.sample().map(StatsMessages::sample).orElse(null), null);
  }

  @Override
  public void execCreate(ExecCreateRequest request, StreamObserver<ExecCreateResponse> responses) {
    Calls.answer(
        responses,
        () ->
            ExecCreateResponse.newBuilder()
                .setExecId(
                    useCases
                        .execs()
                        .create(Calls.cause(), request.getId(), RequestMessages.exec(request)))
                .build());
  }

  @Override
  public StreamObserver<ExecStartRequest> execStart(StreamObserver<AttachResponse> responses) {
    Inbound<ExecStartRequest> requests = new Inbound<>(responses);
    streams.execStart(requests, new Outbound<>(responses));
    return requests;
  }

  @Override
  public void execResize(ResizeRequest request, StreamObserver<ChangeResponse> responses) {
    Calls.answer(
        responses,
        () -> {
          useCases.execs().resize(request.getId(), size(request));
          return changed(true);
        });
  }

  @Override
  public void execInspect(ExecInspectRequest request, StreamObserver<Exec> responses) {
    Calls.answer(responses, () -> Views.exec(useCases.execs().find(request.getExecId())));
  }

  @Override
  public void listNetworks(
      ListNetworksRequest request, StreamObserver<ListNetworksResponse> responses) {
    Calls.answer(responses, networks::list);
  }

  @Override
  public void createNetwork(Network request, StreamObserver<CreateNetworkResponse> responses) {
    Calls.answer(responses, () -> networks.create(Calls.cause(), request));
  }

  @Override
  public void inspectNetwork(InspectNetworkRequest request, StreamObserver<Network> responses) {
    Calls.answer(responses, () -> networks.inspect(request));
  }

  @Override
  public void removeNetwork(
      RemoveNetworkRequest request, StreamObserver<ChangeResponse> responses) {
    Calls.answer(
        responses,
        () -> {
          useCases.networks().remove(Calls.cause(), request.getId());
          return changed(true);
        });
  }

  @Override
  public void pruneNetworks(PruneRequest request, StreamObserver<PruneNetworksResponse> responses) {
    Calls.answer(responses, () -> networks.prune(Calls.cause(), request));
  }

  @Override
  public void connectNetwork(
      ConnectNetworkRequest request, StreamObserver<ChangeResponse> responses) {
    Calls.answer(
        responses,
        () -> {
          useCases
              .connections()
              .connect(
                  Calls.cause(),
                  request.getNetwork(),
                  request.getContainer(),
                  EndpointMessages.read(request.getEndpoint()));
          return changed(true);
        });
  }

  @Override
  public void disconnectNetwork(
      DisconnectNetworkRequest request, StreamObserver<ChangeResponse> responses) {
    Calls.answer(
        responses,
        () -> {
          useCases
              .connections()
              .disconnect(
                  Calls.cause(), request.getNetwork(), request.getContainer(), request.getForce());
          return changed(true);
        });
  }

  private static Execs.Size size(ResizeRequest request) {
    return new Execs.Size(request.getHeight(), request.getWidth());
  }

  private static ChangeResponse changed(boolean changed) {
    return ChangeResponse.newBuilder().setChanged(changed).build();
  }
}
