package dev.varve.image.adapter.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.varve.api.image.v1.Chunk;
import dev.varve.api.transport.Outbound;
import dev.varve.api.transport.SentBytes;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.application.ContentStore;
import dev.varve.image.application.CorruptBlobException;
import dev.varve.image.domain.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;

/**
 * Sends a blob as it is stored. Read from its start it is hashed on the way, so that rotten bytes
 * end with an error and never pass for the blob.
 */
public final class BlobStream {
  private final ContentStore content;

  public BlobStream(ContentStore content) {
    this.content = content;
  }

  void send(String digestText, long offset, Outbound<Chunk> outbound) throws IOException {
    send(digestText, offset, Long.MAX_VALUE, outbound);
  }

  /**
   * @param length at most so many bytes
   */
  void send(String digestText, long offset, long length, Outbound<Chunk> outbound)
      throws IOException {
    if (!Digest.isDigest(digestText)) {
      throw problem(Problem.Code.INVALID, "invalid checksum digest format");
    }
    Digest digest = new Digest(digestText);
    try (InputStream blob = content.reader(digest)) {
      if (offset < 0 || offset > content.size(digest)) {
        throw problem(Problem.Code.INVALID, "offset is outside of the blob");
      }
      blob.skipNBytes(offset);
      boolean whole = offset == 0 && length >= content.size(digest);
      MessageDigest hash = Digest.sha256();
      for (long left = length; left > 0; ) {
        byte[] bytes = new byte[(int) Math.min(left, SentBytes.PART)];
        int read = blob.readNBytes(bytes, 0, bytes.length);
        if (read == 0) {
          break;
        }
        left -= read;
        if (whole) {
          hash.update(bytes, 0, read);
        }
        outbound.deliver(
            Chunk.newBuilder().setData(UnsafeByteOperations.unsafeWrap(bytes, 0, read)).build());
      }
      if (whole && !Digest.of(hash).equals(digest)) {
        throw new CorruptBlobException(digest);
      }
    } catch (NoSuchFileException e) {
      throw problem(Problem.Code.NOT_FOUND, "blob " + digest + " not found");
    }
  }

  private static ProblemException problem(Problem.Code code, String text) {
    return new Problem(code, text).asException();
  }
}
