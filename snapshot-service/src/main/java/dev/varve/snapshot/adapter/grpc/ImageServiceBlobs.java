package dev.varve.snapshot.adapter.grpc;

import com.google.protobuf.ByteString;
import dev.varve.api.image.v1.Chunk;
import dev.varve.api.image.v1.ImagesGrpc;
import dev.varve.api.image.v1.ReadBlobRequest;
import dev.varve.snapshot.application.BlobSource;
import dev.varve.snapshot.application.BlobUnavailableException;
import dev.varve.snapshot.domain.Digest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/** Streams blobs from the image service's content store; its stock is checked there. */
public final class ImageServiceBlobs implements BlobSource {
  private final ImagesGrpc.ImagesBlockingV2Stub images;

  public ImageServiceBlobs(Channel channel) {
    this.images = ImagesGrpc.newBlockingV2Stub(channel);
  }

  @Override
  public InputStream open(Digest blob) {
    ReadBlobRequest request = ReadBlobRequest.newBuilder().setDigest(blob.text()).build();
    return new ChunkStream(blob, images.readBlob(request));
  }

  /** Reads chunk by chunk, asking for the next one when the last one is used up. */
  private static final class ChunkStream extends InputStream {
    private final Digest blob;
    private final BlockingClientCall<?, Chunk> call;
    private ByteString chunk = ByteString.EMPTY;
    private int at;
    private boolean ended;

    ChunkStream(Digest blob, BlockingClientCall<?, Chunk> call) {
      this.blob = blob;
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
      while (at == chunk.size()) {
        @Nullable Chunk next = ended ? null : next();
        if (next == null) {
          ended = true;
          return -1;
        }
        chunk = next.getData();
        at = 0;
      }
      int count = Math.min(length, chunk.size() - at);
      chunk.copyTo(buffer, at, offset, count);
      at += count;
      return count;
    }

    private @Nullable Chunk next() throws IOException {
      try {
        return call.read();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while reading " + blob);
      } catch (StatusException e) {
        Status status = e.getStatus();
        String message = "cannot read " + blob + ": " + status.getDescription();
        throw status.getCode() == Status.Code.UNAVAILABLE
            ? new BlobUnavailableException(message, e)
            : new IOException(message, e);
      }
    }

    @Override
    public void close() {
      call.cancel("closed by the reader", null);
    }
  }
}
