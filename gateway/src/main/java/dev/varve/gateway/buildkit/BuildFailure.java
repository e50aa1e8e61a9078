package dev.varve.gateway.buildkit;

import com.google.protobuf.Any;
import com.google.protobuf.UnsafeByteOperations;
import dev.varve.gateway.http.Json;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A failed build whose client shows the lines of the Dockerfile where it failed. */
final class BuildFailure {
  /** BuildKit's details are JSON in an envelope for messages. */
  private static final String SOURCE_TYPE = "github.com/moby/buildkit/errdefs.Source+json";

  private BuildFailure() {}

  /**
   * @param firstLine from 1
   */
  static StatusException at(
      String message, String filename, byte[] dockerfile, int firstLine, int lastLine) {
    Map<String, Object> source =
        Map.of(
            "info",
            Map.of(
                "filename",
                filename,
                "data",
                Base64.getEncoder().encodeToString(dockerfile),
                "language",
                "Dockerfile"),
            "ranges",
            List.of(Map.of("start", line(firstLine), "end", line(lastLine))));
    return StatusProto.toStatusException(
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.UNKNOWN.value())
            .setMessage(message)
            .addDetails(
                Any.newBuilder()
                    .setTypeUrl(SOURCE_TYPE)
                    .setValue(UnsafeByteOperations.unsafeWrap(Json.bytes(source))))
            .build());
  }

  private static Map<String, Object> line(int line) {
    return Map.of("line", line);
  }
}
