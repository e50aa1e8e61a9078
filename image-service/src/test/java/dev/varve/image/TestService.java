package dev.varve.image;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.varve.api.image.v1.Chunk;
import dev.varve.api.image.v1.CommitsGrpc;
import dev.varve.api.image.v1.Image;
import dev.varve.api.image.v1.ImagesGrpc;
import dev.varve.api.image.v1.ImportOptions;
import dev.varve.api.image.v1.ImportRequest;
import dev.varve.api.image.v1.ListRequest;
import dev.varve.api.image.v1.LoadOptions;
import dev.varve.api.image.v1.LoadRequest;
import dev.varve.api.image.v1.Progress;
import dev.varve.api.image.v1.PullRequest;
import dev.varve.api.image.v1.ReadBlobRequest;
import dev.varve.api.image.v1.RemoveRequest;
import dev.varve.api.image.v1.RemoveResponse;
import dev.varve.api.image.v1.RepositoriesGrpc;
import dev.varve.api.image.v1.ResolveRequest;
import dev.varve.api.image.v1.SaveRequest;
import dev.varve.api.transport.CallContext;
import dev.varve.api.transport.ServiceAddress;
import dev.varve.api.transport.Transport;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import dev.varve.eventlog.adapter.memory.InMemoryEventLog;
import dev.varve.eventlog.assembly.FollowedTopic;
import dev.varve.eventlog.assembly.OwnedTopic;
import dev.varve.eventlog.testing.KeptLog;
import dev.varve.image.application.ArchiveLimits;
import dev.varve.image.application.RegistrySettings;
import dev.varve.image.runtime.ImageModels;
import dev.varve.image.runtime.ImageService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/** The real service over logs in memory and a real directory, called through the real transport. */
final class TestService implements AutoCloseable {
  private static final int CHUNK = 100_000;

  private final EventLog imageLog = new KeptLog(new InMemoryEventLog());
  private final EventLog containerLog = new KeptLog(new InMemoryEventLog());
  private final Path directory;
  private final ArchiveLimits limits;
  private final RegistrySettings registries;
  private final ChangesByContainer changes = new ChangesByContainer();
  private ImageService service;
  private Server server;
  private ManagedChannel channel;

  TestService(Path directory) throws IOException {
    this(directory, ArchiveLimits.DEFAULT);
  }

  TestService(Path directory, ArchiveLimits limits) throws IOException {
    this(directory, limits, RegistrySettings.DEFAULT);
  }

  TestService(Path directory, ArchiveLimits limits, RegistrySettings registries)
      throws IOException {
    this.directory = directory;
    this.limits = limits;
    this.registries = registries;
    start();
  }

  private void start() throws IOException {
    service =
        new ImageService(
            OwnedTopic.over(imageLog, "node", ImageModels.images()),
            FollowedTopic.over(containerLog, ImageModels.containers()),
            directory,
            directory.resolveSibling(directory.getFileName() + "-build"),
            directory.resolveSibling(directory.getFileName() + "-handed"),
            limits,
            registries,
            new ImageService.Others(changes, NoFiles.INSTANCE, NoFiles.INSTANCE));
    service.start();
    ServiceAddress address = new ServiceAddress.InProcess("image-" + UUID.randomUUID());
    server =
        Transport.serve(address, service.endpoint(), service.commits(), service.repositories());
    channel = Transport.connect(address);
  }

  private void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    service.close();
  }

  /** Another process on the same log and directory. */
  void restart() throws IOException {
    stop();
    start();
  }

  @Override
  public void close() {
    stop();
  }

  ImagesGrpc.ImagesBlockingStub images() {
    return ImagesGrpc.newBlockingStub(channel)
        .withInterceptors(new CallContext("unix:uid=0,pid=1", "request", "chain").asInterceptor());
  }

  RepositoriesGrpc.RepositoriesBlockingV2Stub repositories() {
    return RepositoriesGrpc.newBlockingV2Stub(channel)
        .withInterceptors(
            new CallContext("tcp:192.0.2.1,user=ann", "request", "chain").asInterceptor());
  }

  CommitsGrpc.CommitsBlockingStub commits() {
    return CommitsGrpc.newBlockingStub(channel)
        .withInterceptors(new CallContext("unix:uid=0,pid=1", "request", "chain").asInterceptor());
  }

  /** What the containers have changed. */
  ChangesByContainer changes() {
    return changes;
  }

  List<Image> list() {
    return images().list(ListRequest.getDefaultInstance()).getImagesList();
  }

  Image inspect(String name) {
    return inspect(name, "");
  }

  Image inspect(String name, String platform) {
    return images()
        .resolve(ResolveRequest.newBuilder().setReference(name).setPlatform(platform).build());
  }

  List<RemoveResponse.Item> remove(String name, boolean force) {
    return images()
        .remove(RemoveRequest.newBuilder().setReference(name).setForce(force).build())
        .getItemsList();
  }

  /** The progress lines of a load that went well. */
  List<Progress> load(byte[] archive) {
    return load(archive, false);
  }

  List<Progress> load(byte[] archive, boolean quiet) {
    return load(archive, LoadOptions.newBuilder().setQuiet(quiet).build());
  }

  List<Progress> load(byte[] archive, LoadOptions options) {
    return upload(
        observer -> ImagesGrpc.newStub(channel).load(observer),
        LoadRequest.newBuilder().setOptions(options).build(),
        archive,
        data -> LoadRequest.newBuilder().setData(data).build());
  }

  List<Progress> importTar(byte[] tar, ImportOptions options) {
    return upload(
        observer -> ImagesGrpc.newStub(channel).import_(observer),
        ImportRequest.newBuilder().setOptions(options).build(),
        tar,
        data -> ImportRequest.newBuilder().setData(data).build());
  }

  /** The progress lines of a pull that went well. */
  List<Progress> pull(String repository, String tag) {
    return pull(PullRequest.newBuilder().setReference(repository).setTag(tag));
  }

  List<Progress> pull(PullRequest.Builder request) {
    List<Progress> lines = new ArrayList<>();
    images().pull(request.build()).forEachRemaining(lines::add);
    return lines;
  }

  byte[] save(String... names) {
    return save("", names);
  }

  byte[] save(String platform, String[] names) {
    return collect(
        images()
            .save(
                SaveRequest.newBuilder()
                    .addAllNames(List.of(names))
                    .setPlatform(platform)
                    .build()));
  }

  byte[] blob(String digest, long offset) {
    return collect(
        images()
            .readBlob(ReadBlobRequest.newBuilder().setDigest(digest).setOffset(offset).build()));
  }

  private static byte[] collect(Iterator<Chunk> chunks) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    chunks.forEachRemaining(chunk -> bytes.writeBytes(chunk.getData().toByteArray()));
    return bytes.toByteArray();
  }

  /** Sends while the server wants more, and no longer than it listens. */
  private static <T> List<Progress> upload(
      Function<StreamObserver<Progress>, StreamObserver<T>> call,
      T options,
      byte[] bytes,
      Function<ByteString, T> message) {
    List<Progress> lines = new ArrayList<>();
    CompletableFuture<List<Progress>> done = new CompletableFuture<>();
    var _ =
        call.apply(
            new ClientResponseObserver<T, Progress>() {
              private int at = -1;
              private boolean completed;

              @Override
              public void beforeStart(ClientCallStreamObserver<T> requests) {
                requests.setOnReadyHandler(() -> {
                  while (requests.isReady() && !completed) {
                    sendNext(requests);
                  }
                });
              }

              private void sendNext(ClientCallStreamObserver<T> requests) {
                if (at < 0) {
                  requests.onNext(options);
                  at = 0;
                } else if (at < bytes.length) {
                  int end = Math.min(bytes.length, at + CHUNK);
                  requests.onNext(
                      message.apply(ByteString.copyFrom(Arrays.copyOfRange(bytes, at, end))));
                  at = end;
                } else {
                  completed = true;
                  requests.onCompleted();
                }
              }

              @Override
              public void onNext(Progress line) {
                lines.add(line);
              }

              @Override
              public void onError(Throwable cause) {
                done.completeExceptionally(cause);
              }

              @Override
              public void onCompleted() {
                done.complete(lines);
              }
            });
    try {
      return done.orTimeout(60, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StatusRuntimeException status) {
        throw status;
      }
      throw e;
    }
  }

  /** What the container service would write. */
  void containerEvent(String containerId, long sequence, MessageLite event) {
    var _ =
        containerLog
            .append(
                List.of(
                    new Proposal(
                        UUID.randomUUID().toString(),
                        new Subject("container", containerId),
                        sequence,
                        "dev.varve.container.v1." + event.getClass().getSimpleName(),
                        Instant.now(),
                        new Cause("test", "", ""),
                        "node",
                        event.toByteArray(),
                        Proposal.UNTOLD,
                        false)))
            .join();
  }

  /** All records of the image topic. */
  List<Proposal> events() {
    try (EventLog.Reader reader = imageLog.read(Map.of())) {
      return reader.poll(Duration.ofMillis(1)).stream().map(LogRecord::proposal).toList();
    }
  }

  /** Every file below the content directory, by its relative path. */
  List<String> files() {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path blobFile(String digest) {
    return directory.resolve("blobs/sha256").resolve(digest.substring("sha256:".length()));
  }
}
