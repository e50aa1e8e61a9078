package dev.varve.snapshot.adapter.grpc;

import com.google.protobuf.ByteString;
import dev.varve.api.snapshot.v1.ArchivePart;
import dev.varve.api.snapshot.v1.Change;
import dev.varve.api.snapshot.v1.ChangesPart;
import dev.varve.api.snapshot.v1.ChangesRequest;
import dev.varve.api.snapshot.v1.DiffRequest;
import dev.varve.api.snapshot.v1.ExportRequest;
import dev.varve.api.snapshot.v1.RootContentsGrpc;
import dev.varve.api.transport.CallContext;
import dev.varve.api.transport.Outbound;
import dev.varve.api.transport.SentBytes;
import dev.varve.eventlog.Cause;
import dev.varve.snapshot.application.ReadRoot;
import dev.varve.snapshot.application.RootContents;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import org.jboss.logging.Logger;

/** Streams what is in roots; each call reads on a platform thread of its own. */
public final class RootContentsEndpoint extends RootContentsGrpc.RootContentsImplBase {
  private static final Logger LOG = Logger.getLogger(RootContentsEndpoint.class);

  /** A deep tree is walked by recursion. */
  private static final long STACK_BYTES = 8L << 20;

  private static final int CHANGES_PER_PART = 1000;

  private final ReadRoot roots;

  public RootContentsEndpoint(ReadRoot roots) {
    this.roots = roots;
  }

  private interface Reading {
    void run(Cause cause) throws IOException, InterruptedException;
  }

  private interface Archiving {
    void run(String id, OutputStream out, Cause cause) throws IOException, InterruptedException;
  }

  @Override
  public void changes(ChangesRequest request, StreamObserver<ChangesPart> responses) {
    Outbound<ChangesPart> outbound = new Outbound<>(responses);
    read(
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

  private static void archive(
      String id, StreamObserver<ArchivePart> responses, Archiving archiving) {
    Outbound<ArchivePart> outbound = new Outbound<>(responses);
    read(
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

  private static void read(String id, Outbound<?> outbound, Reading reading) {
    CallContext call = CallContext.current();
    Cause cause = new Cause(call.actor(), call.causationId(), call.correlationId());
    Runnable work =
        () -> {
          try {
            reading.run(cause);
            outbound.complete();
          } catch (NoSuchFileException | IllegalArgumentException _) {
            outbound.fail(Status.NOT_FOUND.withDescription("No such container: " + id));
          } catch (InterruptedIOException | InterruptedException e) {
            outbound.fail(Status.CANCELLED.withDescription(String.valueOf(e.getMessage())));
          } catch (IOException | RuntimeException e) {
            LOG.errorf(e, "reading the root of container %s", id);
            outbound.fail(Status.INTERNAL.withDescription(String.valueOf(e.getMessage())));
          }
        };
    Thread thread = new Thread(null, work, "snapshot-read", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
  }
}
