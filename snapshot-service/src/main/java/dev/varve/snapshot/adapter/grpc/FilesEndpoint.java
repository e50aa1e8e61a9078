package dev.varve.snapshot.adapter.grpc;

import com.google.protobuf.ByteString;
import dev.varve.api.snapshot.v1.ArchiveRequest;
import dev.varve.api.snapshot.v1.ArchiveResponse;
import dev.varve.api.snapshot.v1.CompareRequest;
import dev.varve.api.snapshot.v1.CompareResponse;
import dev.varve.api.snapshot.v1.File;
import dev.varve.api.snapshot.v1.FilesGrpc;
import dev.varve.api.snapshot.v1.ListRequest;
import dev.varve.api.snapshot.v1.ListResponse;
import dev.varve.api.snapshot.v1.ReadRequest;
import dev.varve.api.snapshot.v1.ReadResponse;
import dev.varve.api.snapshot.v1.StatRequest;
import dev.varve.api.transport.CallContext;
import dev.varve.api.transport.Outbound;
import dev.varve.api.transport.SentBytes;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.snapshot.application.FileView.OpenFolder;
import dev.varve.snapshot.application.Looks;
import dev.varve.snapshot.application.Looks.Look;
import dev.varve.snapshot.application.PathWalk;
import dev.varve.snapshot.application.PathWalk.Found;
import dev.varve.snapshot.application.TreeWalk;
import dev.varve.snapshot.application.ViewComparison;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Looking into images, as calls. Each is done on a platform thread of its own, for it is disk work;
 * so many at a time as cannot hurt, however slowly their clients read.
 */
public final class FilesEndpoint extends FilesGrpc.FilesImplBase {
  private static final int MOST_AT_A_TIME = 32;
  private static final int PATIENCE_SECONDS = 30;
  private static final int CHUNK = 128 << 10;

  private final Looks looks;
  private final Semaphore places = new Semaphore(MOST_AT_A_TIME, true);

  public FilesEndpoint(Looks looks) {
    this.looks = looks;
  }

  @FunctionalInterface
  private interface Work {
    void run(Cause cause) throws IOException, InterruptedException;
  }

  @Override
  public void stat(StatRequest request, StreamObserver<File> responses) {
    Outbound<File> out = new Outbound<>(responses);
    start(
        out,
        cause -> {
          try (Look look = looks.open(request.getImageId(), cause)) {
            Found found = PathWalk.find(look.view(), FileMessages.path(request.getPath()));
            var _ = out.send(FileMessages.file(found.entry(), look.owners()));
          }
        });
  }

  @Override
  public void list(ListRequest request, StreamObserver<ListResponse> responses) {
    Outbound<ListResponse> out = new Outbound<>(responses);
    start(
        out,
        cause -> {
          try (Look look = looks.open(request.getImageId(), cause)) {
            Found found = PathWalk.find(look.view(), FileMessages.path(request.getPath()));
            var owners = look.owners();
            Batches<File> batches =
                new Batches<>(
                    files -> out.send(ListResponse.newBuilder().addAllFiles(files).build()));
            TreeWalk.list(
                look.view(),
                found,
                request.getRecursive(),
                entry -> batches.add(FileMessages.file(entry, owners)));
            batches.finish();
          }
        });
  }

  @Override
  public void read(ReadRequest request, StreamObserver<ReadResponse> responses) {
    Outbound<ReadResponse> out = new Outbound<>(responses);
    start(
        out,
        cause -> {
          try (Look look = looks.open(request.getImageId(), cause)) {
            Found found = PathWalk.follow(look.view(), FileMessages.path(request.getPath()));
            requireRegular(found);
            try (OpenFolder folder = look.view().open(found.parent());
                InputStream in = folder.read(found.name())) {
              File file = FileMessages.file(found.entry(), look.owners());
              if (out.send(ReadResponse.newBuilder().setFile(file).build())) {
                send(in, out);
              }
            }
          }
        });
  }

  @Override
  public void archive(ArchiveRequest request, StreamObserver<ArchiveResponse> responses) {
    Outbound<ArchiveResponse> out = new Outbound<>(responses);
    start(
        out,
        cause -> {
          try (Look look = looks.open(request.getImageId(), cause);
              OutputStream bytes =
                  new SentBytes<>(
                      out, data -> ArchiveResponse.newBuilder().setData(data).build())) {
            Found found = PathWalk.follow(look.view(), FileMessages.path(request.getPath()));
            ViewArchive.write(look.view(), found, bytes);
          }
        });
  }

  private static void requireRegular(Found found) {
    if (!found.entry().isRegular()) {
      String what = found.entry().isDirectory() ? "a directory" : "not a regular file";
      String path = FileMessages.text(found.entry().path());
      throw new Problem(Problem.Code.INVALID, path + " is " + what + " in the image").asException();
    }
  }

  private static void send(InputStream in, Outbound<ReadResponse> out)
      throws IOException, InterruptedException {
    byte[] chunk = new byte[CHUNK];
    for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
      ByteString data = ByteString.copyFrom(chunk, 0, count);
      if (!out.send(ReadResponse.newBuilder().setData(data).build())) {
        return;
      }
    }
  }

  @Override
  public void compare(CompareRequest request, StreamObserver<CompareResponse> responses) {
    Outbound<CompareResponse> out = new Outbound<>(responses);
    start(
        out,
        cause -> {
          try (Look before = looks.open(request.getImageId(), cause);
              Look after = looks.open(request.getOtherImageId(), cause)) {
            Batches<dev.varve.api.snapshot.v1.Difference> batches =
                new Batches<>(differences ->
                    out.send(CompareResponse.newBuilder().addAllDifferences(differences).build()));
            ViewComparison.compare(
                before.view(),
                after.view(),
                difference -> batches.add(FileMessages.difference(difference)));
            batches.finish();
          }
        });
  }

  private void start(Outbound<?> out, Work work) {
    CallContext call = CallContext.current();
    Cause cause = new Cause(call.actor(), call.causationId(), call.correlationId());
    Thread.ofPlatform().daemon().name("snapshot-look").start(() -> run(out, cause, work));
  }

  private void run(Outbound<?> out, Cause cause, Work work) {
    try {
      if (!places.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        out.fail(Status.UNAVAILABLE.withDescription("too many are looking into images now"));
        return;
      }
      try {
        work.run(cause);
      } finally {
        places.release();
      }
      out.complete();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ProblemException e) {
      out.fail(status(e.problem()));
    } catch (IOException | RuntimeException e) {
      out.fail(Status.INTERNAL.withDescription(String.valueOf(e.getMessage())).withCause(e));
    }
  }

  static Status status(Problem problem) {
    Status status =
        switch (problem.code()) {
          case INVALID -> Status.INVALID_ARGUMENT;
          case NOT_FOUND -> Status.NOT_FOUND;
          case CONFLICT -> Status.FAILED_PRECONDITION;
          case FORBIDDEN -> Status.PERMISSION_DENIED;
          case NOT_IMPLEMENTED -> Status.UNIMPLEMENTED;
          case UNAVAILABLE -> Status.UNAVAILABLE;
          case INTERNAL -> Status.INTERNAL;
        };
    return status.withDescription(problem.message());
  }
}
