package dev.varve.gateway.registry;

import com.google.protobuf.ByteString;
import dev.varve.api.image.v1.BlobStat;
import dev.varve.api.image.v1.Chunk;
import dev.varve.api.image.v1.DeleteBlobRequest;
import dev.varve.api.image.v1.FinishUploadRequest;
import dev.varve.api.image.v1.MountBlobRequest;
import dev.varve.api.image.v1.ReadRangeRequest;
import dev.varve.api.image.v1.StartUploadRequest;
import dev.varve.api.image.v1.StatBlobRequest;
import dev.varve.api.image.v1.Upload;
import dev.varve.api.image.v1.UploadRequest;
import dev.varve.api.image.v1.WriteUploadRequest;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.ResponseStream;
import dev.varve.gateway.route.Services;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Blobs out, and in by uploads of one request or many. */
final class BlobHandlers {
  /** For how long the next bytes of a body are waited for. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String BINARY = "application/octet-stream";
  private static final String DIGEST = "Docker-Content-Digest";
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("(?:bytes[ =])?([0-9]{1,18})-([0-9]{1,18})(?:/.*)?");

  private final RegistryCaller service;

  BlobHandlers(RegistryCaller service) {
    this.service = service;
  }

  void get(Exchange exchange, RegistryPath.Blob path) throws Exception {
    long size =
        service
            .on(exchange)
            .statBlob(
                StatBlobRequest.newBuilder()
                    .setRepository(path.name())
                    .setDigest(path.digest())
                    .build())
            .getSize();
    exchange.setHeader(DIGEST, path.digest());
    exchange.setHeader("ETag", "\"" + path.digest() + "\"");
    exchange.setHeader("Accept-Ranges", "bytes");
    if (exchange.isHead()) {
      exchange.head(200, BINARY, size);
      return;
    }
    Optional<BlobRange> range;
    try {
      range = BlobRange.parse(exchange.header("Range"), size);
    } catch (BlobRange.OutsideException e) {
      exchange.setHeader("Content-Range", "bytes */" + size);
      throw RegistryRefusal.of("RANGE_INVALID", "the range is outside of the blob");
    }
    ReadRangeRequest.Builder request = ReadRangeRequest.newBuilder().setDigest(path.digest());
    range.ifPresent(part -> {
      request.setOffset(part.offset()).setLength(part.length());
      exchange.setHeader("Content-Range", part.contentRange(size));
    });
    BlockingClientCall<?, Chunk> call =
        Services.tied(exchange, service.on(exchange).readRange(request.build()));
    // A blob that is gone shows with the first piece, while an HTTP error can still be sent.
    Chunk chunk = call.read();
    ResponseStream stream =
        exchange.stream(
            range.isPresent() ? 206 : 200, BINARY, range.map(BlobRange::length).orElse(size));
    while (chunk != null && stream.write(chunk.getData().toByteArray())) {
      chunk = call.read();
    }
    exchange.end();
  }

  void delete(Exchange exchange, RegistryPath.Blob path) throws Exception {
    var _ =
        service
            .on(exchange)
            .deleteBlob(
                DeleteBlobRequest.newBuilder()
                    .setRepository(path.name())
                    .setDigest(path.digest())
                    .build());
    exchange.status(202);
  }

  /** A mount, a whole blob, or the beginning of an upload. */
  void start(Exchange exchange, RegistryPath.Uploads path) throws Exception {
    String mount = exchange.query().text("mount");
    if (!mount.isEmpty() && mounted(exchange, path.name(), mount)) {
      stored(exchange, path.name(), mount);
      return;
    }
    Upload upload =
        service
            .on(exchange)
            .startUpload(StartUploadRequest.newBuilder().setRepository(path.name()).build());
    String digest = exchange.query().text("digest");
    RegistryPath.Upload place = new RegistryPath.Upload(path.name(), upload.getId());
    if (digest.isEmpty()) {
      where(exchange, place, upload);
      exchange.status(202);
    } else {
      var _ = append(exchange, place);
      finish(exchange, place, digest);
    }
  }

  /** What is not here to be mounted is uploaded, says the specification. */
  private boolean mounted(Exchange exchange, String name, String digest) throws Exception {
    try {
      BlobStat blob =
          service
              .on(exchange)
              .mountBlob(
                  MountBlobRequest.newBuilder().setRepository(name).setDigest(digest).build());
      return !blob.getDigest().isEmpty();
    } catch (StatusException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  void status(Exchange exchange, RegistryPath.Upload path) throws Exception {
    where(exchange, path, service.on(exchange).getUpload(request(path)));
    exchange.status(204);
  }

  void patch(Exchange exchange, RegistryPath.Upload path) throws Exception {
    where(exchange, path, append(exchange, path));
    exchange.status(202);
  }

  void put(Exchange exchange, RegistryPath.Upload path) throws Exception {
    String digest = exchange.query().text("digest");
    if (digest.isEmpty()) {
      throw RegistryRefusal.of(
          "DIGEST_INVALID", "a blob's digest must be given with its last part");
    }
    if (exchange.declaredLength() != 0) {
      var _ = append(exchange, path);
    }
    finish(exchange, path, digest);
  }

  void cancel(Exchange exchange, RegistryPath.Upload path) throws Exception {
    var _ = service.on(exchange).cancelUpload(request(path));
    exchange.status(204);
  }

  private void finish(Exchange exchange, RegistryPath.Upload path, String digest) throws Exception {
    var _ =
        service
            .on(exchange)
            .finishUpload(
                FinishUploadRequest.newBuilder()
                    .setRepository(path.name())
                    .setId(path.id())
                    .setDigest(digest)
                    .build());
    stored(exchange, path.name(), digest);
  }

  private static void stored(Exchange exchange, String name, String digest) {
    exchange.setHeader(DIGEST, digest);
    exchange.setHeader("Location", "/v2/" + name + "/blobs/" + digest);
    exchange.status(201);
  }

  /** The body's bytes, as they come. When the client goes away, those that came stay. */
  private Upload append(Exchange exchange, RegistryPath.Upload path) throws Exception {
    WriteUploadRequest.Part.Builder part =
        WriteUploadRequest.Part.newBuilder().setRepository(path.name()).setId(path.id());
    offset(exchange).ifPresent(part::setOffset);
    BlockingClientCall<WriteUploadRequest, Upload> call = service.on(exchange).writeUpload();
    boolean listens = call.write(WriteUploadRequest.newBuilder().setAbout(part).build());
    try {
      for (ByteString piece = exchange.body().next(PATIENCE);
          listens && piece != null;
          piece = exchange.body().next(PATIENCE)) {
        listens = call.write(WriteUploadRequest.newBuilder().setData(piece).build());
      }
    } catch (Exception e) {
      call.cancel("the client went away", e);
      throw e;
    }
    if (listens) {
      call.halfClose();
    }
    Upload upload = call.read();
    if (upload == null) {
      throw new IOException("the image service gave no answer");
    }
    return upload;
  }

  private static OptionalLong offset(Exchange exchange) throws RegistryRefusal {
    String header = exchange.header("Content-Range");
    if (header == null) {
      return OptionalLong.empty();
    }
    Matcher matcher = CONTENT_RANGE.matcher(header.strip());
    if (!matcher.matches()) {
      throw RegistryRefusal.of("BLOB_UPLOAD_INVALID", "malformed Content-Range");
    }
    long first = Long.parseLong(matcher.group(1));
    long length = Long.parseLong(matcher.group(2)) - first + 1;
    if (length < 0 || exchange.declaredLength() >= 0 && exchange.declaredLength() != length) {
      throw RegistryRefusal.of("SIZE_INVALID", "Content-Range and Content-Length differ");
    }
    return OptionalLong.of(first);
  }

  private static UploadRequest request(RegistryPath.Upload path) {
    return UploadRequest.newBuilder().setRepository(path.name()).setId(path.id()).build();
  }

  private static void where(Exchange exchange, RegistryPath.Upload path, Upload upload) {
    exchange.setHeader("Location", "/v2/" + path.name() + "/blobs/uploads/" + path.id());
    exchange.setHeader("Range", "0-" + Math.max(0, upload.getSize() - 1));
    exchange.setHeader("Docker-Upload-UUID", path.id());
  }
}
