package dev.varve.image.adapter.grpc;

import dev.varve.api.image.v1.Chunk;
import dev.varve.api.image.v1.DistributionRequest;
import dev.varve.api.image.v1.DistributionResponse;
import dev.varve.api.image.v1.HistoryRequest;
import dev.varve.api.image.v1.HistoryResponse;
import dev.varve.api.image.v1.Image;
import dev.varve.api.image.v1.ImagesGrpc;
import dev.varve.api.image.v1.ImportOptions;
import dev.varve.api.image.v1.ImportRequest;
import dev.varve.api.image.v1.ListRequest;
import dev.varve.api.image.v1.ListResponse;
import dev.varve.api.image.v1.LoadOptions;
import dev.varve.api.image.v1.LoadRequest;
import dev.varve.api.image.v1.LoginRequest;
import dev.varve.api.image.v1.LoginResponse;
import dev.varve.api.image.v1.Progress;
import dev.varve.api.image.v1.PruneRequest;
import dev.varve.api.image.v1.PruneResponse;
import dev.varve.api.image.v1.PullRequest;
import dev.varve.api.image.v1.PushRequest;
import dev.varve.api.image.v1.ReadBlobRequest;
import dev.varve.api.image.v1.RemoveRequest;
import dev.varve.api.image.v1.RemoveResponse;
import dev.varve.api.image.v1.ResolveRequest;
import dev.varve.api.image.v1.SaveRequest;
import dev.varve.api.image.v1.TagRequest;
import dev.varve.api.image.v1.TagResponse;
import dev.varve.api.transport.CallContext;
import dev.varve.api.transport.Inbound;
import dev.varve.api.transport.Outbound;
import dev.varve.api.transport.ReceivedBytes;
import dev.varve.api.transport.SentBytes;
import dev.varve.image.application.ImageNames;
import dev.varve.image.application.ImageQueries;
import dev.varve.image.application.ImportImage;
import dev.varve.image.application.LoadImages;
import dev.varve.image.application.ProgressLine;
import dev.varve.image.application.PruneImages;
import dev.varve.image.application.SaveImages;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** Translates calls to use cases and back; each streaming call works on a thread of its own. */
public final class ImagesEndpoint extends ImagesGrpc.ImagesImplBase {
  /** Below what one message may hold; configs beyond it are left out of a list. */
  private static final long LISTED_CONFIG_BYTES = 8L << 20;

  private final ImageQueries queries;
  private final ImageNames names;
  private final PruneImages prunes;
  private final LoadImages loads;
  private final ImportImage imports;
  private final SaveImages saves;
  private final BlobStream blobs;
  private final KnownImages known = new KnownImages();
  private final RegistryCalls registries;

  public ImagesEndpoint(
      ImageQueries queries,
      ImageNames names,
      PruneImages prunes,
      LoadImages loads,
      ImportImage imports,
      SaveImages saves,
      BlobStream blobs,
      RegistryCalls registries) {
    this.registries = registries;
    this.queries = queries;
    this.names = names;
    this.prunes = prunes;
    this.loads = loads;
    this.imports = imports;
    this.saves = saves;
    this.blobs = blobs;
  }

  @Override
  public void list(ListRequest request, StreamObserver<ListResponse> responses) {
    Calls.answer("list images", responses, call -> listed());
  }

  @Override
  public void resolve(ResolveRequest request, StreamObserver<Image> responses) {
    Calls.answer(
        "inspect image",
        responses,
        call ->
            known.message(
                request.getForContainer()
                    ? queries.resolveForContainer(request.getReference())
                    : queries.resolve(request.getReference(), request.getPlatform())));
  }

  @Override
  public void tag(TagRequest request, StreamObserver<TagResponse> responses) {
    Calls.answer(
        "tag image",
        responses,
        call -> {
          names.tag(
              request.getSource(), request.getRepository(), request.getTag(), Calls.cause(call));
          return TagResponse.getDefaultInstance();
        });
  }

  @Override
  public void remove(RemoveRequest request, StreamObserver<RemoveResponse> responses) {
    Calls.answer(
        "remove image",
        responses,
        call ->
            RemoveResponse.newBuilder()
                .addAllItems(
                    names
                        .remove(
                            request.getReference(),
                            request.getForce(),
                            !request.getNoPrune(),
                            Calls.cause(call))
                        .stream()
                        .map(Messages::item)
                        .toList())
                .build());
  }

  @Override
  public void prune(PruneRequest request, StreamObserver<PruneResponse> responses) {
    Calls.answer(
        "prune images",
        responses,
        call -> {
          PruneImages.Pruned pruned = prunes.prune(Messages.selection(request), Calls.cause(call));
          return PruneResponse.newBuilder()
              .addAllItems(pruned.outcomes().stream().map(Messages::item).toList())
              .setReclaimedBytes(pruned.reclaimedBytes())
              .build();
        });
  }

  @Override
  public void history(HistoryRequest request, StreamObserver<HistoryResponse> responses) {
    Calls.answer(
        "image history",
        responses,
        call ->
            HistoryResponse.newBuilder()
                .addAllEntries(
                    queries.history(request.getReference(), request.getPlatform()).stream()
                        .map(Messages::entry)
                        .toList())
                .build());
  }

  @Override
  public StreamObserver<LoadRequest> load(StreamObserver<Progress> responses) {
    Inbound<LoadRequest> inbound = new Inbound<>(responses);
    Outbound<Progress> outbound = new Outbound<>(responses);
    CallContext call = CallContext.current();
    Calls.stream(
        "load image",
        call,
        outbound,
        () -> {
          LoadRequest first = inbound.next();
          LoadOptions options =
              first == null ? LoadOptions.getDefaultInstance() : first.getOptions();
          InputStream bytes = ReceivedBytes.from(inbound, LoadRequest::getData);
          loads.load(
              bytes, options.getQuiet(), options.getPlatform(), sink(outbound), Calls.cause(call));
        });
    return inbound;
  }

  @Override
  public StreamObserver<ImportRequest> import_(StreamObserver<Progress> responses) {
    Inbound<ImportRequest> inbound = new Inbound<>(responses);
    Outbound<Progress> outbound = new Outbound<>(responses);
    CallContext call = CallContext.current();
    Calls.streamWhileWanted(
        "import image",
        call,
        outbound,
        () -> {
          ImportRequest first = inbound.next();
          ImportOptions options =
              first == null ? ImportOptions.getDefaultInstance() : first.getOptions();
          InputStream bytes = ReceivedBytes.from(inbound, ImportRequest::getData);
          imports.run(request(options), bytes, sink(outbound), Calls.cause(call));
        });
    return inbound;
  }

  @Override
  public void save(SaveRequest request, StreamObserver<Chunk> responses) {
    Outbound<Chunk> outbound = new Outbound<>(responses);
    Calls.stream(
        "save image",
        CallContext.current(),
        outbound,
        () -> {
          try (OutputStream out =
              new SentBytes<>(outbound, bytes -> Chunk.newBuilder().setData(bytes).build())) {
            saves.save(request.getNamesList(), request.getPlatform(), out);
          }
        });
  }

  @Override
  public void readBlob(ReadBlobRequest request, StreamObserver<Chunk> responses) {
    Outbound<Chunk> outbound = new Outbound<>(responses);
    Calls.stream(
        "read blob",
        CallContext.current(),
        outbound,
        () -> blobs.send(request.getDigest(), request.getOffset(), outbound));
  }

  @Override
  public void pull(PullRequest request, StreamObserver<Progress> responses) {
    Outbound<Progress> outbound = new Outbound<>(responses);
    CallContext call = CallContext.current();
    Calls.streamWhileWanted(
        "pull image",
        call,
        outbound,
        () -> registries.pull(request, sink(outbound), Calls.cause(call)));
  }

  @Override
  public void push(PushRequest request, StreamObserver<Progress> responses) {
    Outbound<Progress> outbound = new Outbound<>(responses);
    CallContext call = CallContext.current();
    Calls.streamWhileWanted(
        "push image",
        call,
        outbound,
        () -> registries.push(request, sink(outbound), Calls.cause(call)));
  }

  @Override
  public void login(LoginRequest request, StreamObserver<LoginResponse> responses) {
    Calls.answer("login", responses, call -> registries.login(request));
  }

  @Override
  public void distribution(
      DistributionRequest request, StreamObserver<DistributionResponse> responses) {
    Calls.answer("inspect distribution", responses, call -> registries.distribution(request));
  }

  private ListResponse listed() throws IOException {
    List<Image> images = new ArrayList<>();
    long bytes = 0;
    List<ImageQueries.View> views = queries.list();
    known.retain(views);
    for (ImageQueries.View view : views) {
      boolean fits = bytes + view.config().bytes().length <= LISTED_CONFIG_BYTES;
      bytes += fits ? view.config().bytes().length : 0;
      images.add(fits ? known.message(view) : Messages.image(view, false));
    }
    return ListResponse.newBuilder()
        .addAllImages(images)
        .setLayersSize(queries.layersSize())
        .build();
  }

  private static ImportImage.Request request(ImportOptions options) {
    return new ImportImage.Request(
        options.getRepository(),
        options.getTag(),
        options.getMessage(),
        options.getChangesList(),
        options.getPlatform(),
        options.getSource());
  }

  private static ProgressLine.Sink sink(Outbound<Progress> outbound) {
    return line -> {
      try {
        var _ = outbound.send(Messages.progress(line));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }
}
