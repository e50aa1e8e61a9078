package dev.varve.image.adapter.grpc;

import com.google.protobuf.ByteString;
import dev.varve.api.snapshot.v1.ArchiveRequest;
import dev.varve.api.snapshot.v1.ArchiveResponse;
import dev.varve.api.snapshot.v1.File;
import dev.varve.api.snapshot.v1.FilesGrpc;
import dev.varve.api.snapshot.v1.ReadRequest;
import dev.varve.api.snapshot.v1.ReadResponse;
import dev.varve.api.snapshot.v1.StatRequest;
import dev.varve.api.transport.ReceivedBytes;
import dev.varve.image.application.build.FileNode;
import dev.varve.image.application.build.ImageFiles;
import dev.varve.image.domain.Digest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Looks into images by the snapshot service. */
public final class SnapshotServiceFiles implements ImageFiles {
  private static final int PERMISSIONS = 07777;
  private static final int TYPE = 0170000;

  private final FilesGrpc.FilesBlockingV2Stub files;

  public SnapshotServiceFiles(Channel channel) {
    this.files = FilesGrpc.newBlockingV2Stub(channel);
  }

  @Override
  public Optional<FileNode> stat(Digest imageId, String path)
      throws IOException, InterruptedException {
    try {
      return Optional.of(
          node(
              files.stat(
                  StatRequest.newBuilder()
                      .setImageId(imageId.value())
                      .setPath(bytes(path))
                      .build())));
    } catch (StatusException e) {
      if (isAbsent(e)) {
        return Optional.empty();
      }
      throw failure(e);
    }
  }

  @Override
  public Optional<byte[]> read(Digest imageId, String path, int limit)
      throws IOException, InterruptedException {
    ReadRequest request =
        ReadRequest.newBuilder().setImageId(imageId.value()).setPath(bytes(path)).build();
    try (InputStream in =
        ReceivedBytes.from(
            files.read(request), ReadResponse::getData, SnapshotServiceFiles::failure)) {
      return Optional.of(in.readNBytes(limit));
    } catch (AbsentException e) {
      return Optional.empty();
    }
  }

  @Override
  public InputStream archive(Digest imageId, String path) {
    ArchiveRequest request =
        ArchiveRequest.newBuilder().setImageId(imageId.value()).setPath(bytes(path)).build();
    return ReceivedBytes.from(
        files.archive(request), ArchiveResponse::getData, SnapshotServiceFiles::failure);
  }

  /** There is nothing at the path, or no regular file. */
  private static final class AbsentException extends IOException {
    private static final long serialVersionUID = 1L;

    AbsentException(Throwable cause) {
      super(cause);
    }
  }

  private static boolean isAbsent(StatusException e) {
    Status.Code code = e.getStatus().getCode();
    return code == Status.Code.NOT_FOUND || code == Status.Code.INVALID_ARGUMENT;
  }

  private static IOException failure(StatusException e) {
    return isAbsent(e)
        ? new AbsentException(e)
        : new IOException("cannot look into the image: " + e.getStatus().getDescription(), e);
  }

  private static FileNode node(File file) {
    String path = text(file.getPath());
    return new FileNode(
        path.startsWith("/") ? path.substring(1) : path,
        kind(file.getMode() & TYPE),
        file.getMode() & PERMISSIONS,
        file.getUid(),
        file.getGid(),
        file.getSize(),
        file.getModifiedSeconds(),
        file.getModifiedNanos(),
        file.getDeviceMajor(),
        file.getDeviceMinor(),
        text(file.getTarget()),
        Map.of(),
        Optional.empty(),
        0);
  }

  private static FileNode.Kind kind(int type) {
    return switch (type) {
      case 0040000 -> FileNode.Kind.DIRECTORY;
      case 0120000 -> FileNode.Kind.SYMLINK;
      case 0020000 -> FileNode.Kind.CHARACTER_DEVICE;
      case 0060000 -> FileNode.Kind.BLOCK_DEVICE;
      case 0010000 -> FileNode.Kind.FIFO;
      default -> FileNode.Kind.FILE;
    };
  }

  private static ByteString bytes(String path) {
    return ByteString.copyFrom(path, StandardCharsets.ISO_8859_1);
  }

  private static String text(ByteString bytes) {
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }
}
