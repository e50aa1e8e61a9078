package dev.varve.snapshot.adapter.grpc;

import com.google.protobuf.ByteString;
import dev.varve.api.snapshot.v1.ArchivePart;
import dev.varve.api.snapshot.v1.Change;
import dev.varve.api.snapshot.v1.ChangesPart;
import dev.varve.api.snapshot.v1.ChangesRequest;
import dev.varve.api.snapshot.v1.DiffRequest;
import dev.varve.api.snapshot.v1.ExportRequest;
import dev.varve.api.snapshot.v1.PathRequest;
import dev.varve.api.snapshot.v1.PathStatus;
import dev.varve.api.snapshot.v1.ReadArchiveResponse;
import dev.varve.api.snapshot.v1.RootContentsGrpc;
import dev.varve.api.snapshot.v1.WriteArchiveRequest;
import dev.varve.api.snapshot.v1.WriteArchiveResponse;
import dev.varve.api.transport.Inbound;
import dev.varve.api.transport.NonBlocking;
import dev.varve.api.transport.Outbound;
import dev.varve.api.transport.SentBytes;
import dev.varve.eventlog.Cause;
import dev.varve.snapshot.application.CopyFiles;
import dev.varve.snapshot.application.ReadRoot;
import dev.varve.snapshot.application.RootContents;
import io.grpc.MethodDescriptor;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Streams what is in roots; each call reads on a platform thread of its own. */
public final class RootContentsEndpoint extends RootContentsGrpc.RootContentsImplBase
    implements NonBlocking {
  private static final int CHANGES_PER_PART = 1000;

  private final ReadRoot roots;
  private final CopyCalls copies;

  public RootContentsEndpoint(ReadRoot roots, CopyFiles files) {
    this.roots = roots;
    this.copies = new CopyCalls(files);
  }

  @Override
  public Set<MethodDescriptor<?, ?>> nonBlockingMethods() {
    return Set.of(RootContentsGrpc.getWriteArchiveMethod());
  }

  private interface Archiving {
    void run(String id, OutputStream out, Cause cause) throws IOException, InterruptedException;
  }

  @Override
  public void changes(ChangesRequest request, StreamObserver<ChangesPart> responses) {
    Outbound<ChangesPart> outbound = new Outbound<>(responses);
    RootCalls.serve(
        request.getContainerId(),
        outbound,
        cause -> {
          ChangesPart.Builder part = ChangesPart.newBuilder();
          roots.changes(
              request.getContainerId(),
              change -> {
                part.addChanges(message(change));
                if (part.getChangesCount() == CHANGES_PER_PART) {
                  outbound.deliver(part.build());
                  part.clear();
                }
              },
              cause);
          outbound.deliver(part.build());
        });
  }

  @Override
  public void diff(DiffRequest request, StreamObserver<ArchivePart> responses) {
    archive(request.getContainerId(), responses, roots::diff);
  }

  @Override
  public void export(ExportRequest request, StreamObserver<ArchivePart> responses) {
    archive(request.getContainerId(), responses, roots::export);
  }

  @Override
  public void statPath(PathRequest request, StreamObserver<PathStatus> responses) {
    copies.stat(request, new Outbound<>(responses));
  }

  @Override
  public void readArchive(PathRequest request, StreamObserver<ReadArchiveResponse> responses) {
    copies.read(request, new Outbound<>(responses));
  }

  @Override
  public StreamObserver<WriteArchiveRequest> writeArchive(
      StreamObserver<WriteArchiveResponse> responses) {
    Inbound<WriteArchiveRequest> requests = new Inbound<>(responses);
    copies.write(requests, new Outbound<>(responses));
    return requests;
  }

  private static void archive(
      String id, StreamObserver<ArchivePart> responses, Archiving archiving) {
    Outbound<ArchivePart> outbound = new Outbound<>(responses);
    RootCalls.serve(
        id,
        outbound,
        cause -> {
          try (OutputStream out =
              new SentBytes<>(outbound, bytes -> ArchivePart.newBuilder().setData(bytes).build())) {
            archiving.run(id, out, cause);
          }
        });
  }

  private static Change message(RootContents.Change change) {
    return Change.newBuilder()
        .setPath(ByteString.copyFrom(change.path(), StandardCharsets.ISO_8859_1))
        .setKind(
            switch (change.kind()) {
              case MODIFIED -> Change.Kind.KIND_MODIFIED;
              case ADDED -> Change.Kind.KIND_ADDED;
              case DELETED -> Change.Kind.KIND_DELETED;
            })
        .build();
  }
}
