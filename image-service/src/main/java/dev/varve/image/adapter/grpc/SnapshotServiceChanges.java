package dev.varve.image.adapter.grpc;

import com.google.protobuf.ByteString;
import dev.varve.api.snapshot.v1.ArchivePart;
import dev.varve.api.snapshot.v1.DiffRequest;
import dev.varve.api.snapshot.v1.RootContentsGrpc;
import dev.varve.image.application.ContainerChanges;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/** Streams containers' changes from the snapshot service. */
public final class SnapshotServiceChanges implements ContainerChanges {
  private final RootContentsGrpc.RootContentsBlockingV2Stub roots;

  public SnapshotServiceChanges(Channel channel) {
    this.roots = RootContentsGrpc.newBlockingV2Stub(channel);
  }

  @Override
  public InputStream open(String containerId) {
    DiffRequest request = DiffRequest.newBuilder().setContainerId(containerId).build();
    return new PartStream(containerId, roots.diff(request));
  }

  /** Reads part by part; an end that is not the stream's own is an exception. */
  private static final class PartStream extends InputStream {
    private final String containerId;
    private final BlockingClientCall<?, ArchivePart> call;
    private ByteString part = ByteString.EMPTY;
    private int at;
    private boolean ended;

    PartStream(String containerId, BlockingClientCall<?, ArchivePart> call) {
      this.containerId = containerId;
      this.call = call;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      while (at == part.size()) {
        ArchivePart next = ended ? null : next();
        if (next == null) {
          ended = true;
          return -1;
        }
        part = next.getData();
        at = 0;
      }
      int count = Math.min(length, part.size() - at);
      part.copyTo(buffer, at, offset, count);
      at += count;
      return count;
    }

    private @Nullable ArchivePart next() throws IOException {
      try {
        return call.read();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while reading changes");
      } catch (StatusException e) {
        if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
          throw ContainerChanges.noSuchContainer(containerId);
        }
        throw new IOException(
            "cannot read the changes of the container: " + e.getStatus().getDescription(), e);
      }
    }

    @Override
    public void close() {
      call.cancel("closed by the reader", null);
    }
  }
}
