package dev.varve.snapshot.adapter.grpc;

import com.google.protobuf.ByteString;
import dev.varve.api.snapshot.v1.PathRequest;
import dev.varve.api.snapshot.v1.PathStatus;
import dev.varve.api.snapshot.v1.ReadArchiveResponse;
import dev.varve.api.snapshot.v1.WriteArchiveOptions;
import dev.varve.api.snapshot.v1.WriteArchiveRequest;
import dev.varve.api.snapshot.v1.WriteArchiveResponse;
import dev.varve.api.transport.Inbound;
import dev.varve.api.transport.Outbound;
import dev.varve.api.transport.ReceivedBytes;
import dev.varve.api.transport.SentBytes;
import dev.varve.eventlog.Problem;
import dev.varve.snapshot.application.CopyFiles;
import dev.varve.snapshot.application.CopyFiles.Place;
import dev.varve.snapshot.application.RootFiles.Extraction;
import dev.varve.snapshot.application.RootFiles.Status;
import dev.varve.snapshot.domain.CopyPath;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The calls of {@code docker cp}. */
final class CopyCalls {
  private final CopyFiles files;

  CopyCalls(CopyFiles files) {
    this.files = files;
  }

  void stat(PathRequest request, Outbound<PathStatus> answers) {
    RootCalls.serve(
        request.getCalled(),
        answers,
        cause -> answers.deliver(message(files.stat(place(request), cause))));
  }

  void read(PathRequest request, Outbound<ReadArchiveResponse> answers) {
    RootCalls.serve(
        request.getCalled(),
        answers,
        cause -> {
          try (OutputStream out =
              new SentBytes<>(
                  answers, bytes -> ReadArchiveResponse.newBuilder().setData(bytes).build())) {
            files.read(
                place(request),
                status ->
                    answers.deliver(
                        ReadArchiveResponse.newBuilder().setStatus(message(status)).build()),
                out,
                cause);
          }
        });
  }

  void write(Inbound<WriteArchiveRequest> requests, Outbound<WriteArchiveResponse> answers) {
    RootCalls.serve(
        "",
        answers,
        cause -> {
          WriteArchiveRequest first = requests.next();
          if (first == null || !first.hasOptions()) {
            throw new Problem(Problem.Code.INVALID, "the first message must be options")
                .asException();
          }
          WriteArchiveOptions options = first.getOptions();
          try (InputStream archive = ReceivedBytes.from(requests, WriteArchiveRequest::getData)) {
            files.write(
                place(options.getContainerId(), options.getCalled(), options.getPath()),
                new Extraction(
                    options.getKeepDirectories(),
                    options.hasOwner() ? Optional.of(options.getOwner()) : Optional.empty(),
                    options.getReadOnlyRoot()),
                archive,
                cause);
          }
          answers.deliver(WriteArchiveResponse.getDefaultInstance());
        });
  }

  private static Place place(PathRequest request) {
    return place(request.getContainerId(), request.getCalled(), request.getPath());
  }

  private static Place place(String id, String called, ByteString path) {
    return new Place(id, called, CopyPath.of(path.toString(StandardCharsets.ISO_8859_1)));
  }

  private static PathStatus message(Status status) {
    return PathStatus.newBuilder()
        .setName(bytes(status.name()))
        .setSize(status.size())
        .setMode(status.mode())
        .setModifiedSeconds(status.modifiedSeconds())
        .setModifiedNanos(status.modifiedNanos())
        .setLinkTarget(bytes(status.linkTarget()))
        .build();
  }

  private static ByteString bytes(String name) {
    return ByteString.copyFrom(name, StandardCharsets.ISO_8859_1);
  }
}
