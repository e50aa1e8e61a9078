package dev.varve.gateway.route;

import dev.varve.api.image.v1.Progress;
import dev.varve.gateway.docker.ProgressBar;
import dev.varve.gateway.docker.json.ProgressJson;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Json;
import dev.varve.gateway.http.ResponseStream;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Docker's progress: one JSON object a line. A failure before the first line is an HTTP error, one
 * after it goes in band.
 */
final class ProgressStream {
  private static final byte[] LINE_END = "\r\n".getBytes(StandardCharsets.US_ASCII);

  private ProgressStream() {}

  static void relay(Exchange exchange, BlockingClientCall<?, Progress> call) throws Exception {
    Progress progress = call.read();
    ResponseStream stream = exchange.stream(200, "application/json");
    try {
      while (progress != null && send(stream, json(progress))) {
        progress = call.read();
      }
    } catch (StatusException e) {
      send(stream, ProgressJson.error(String.valueOf(e.getStatus().getDescription())));
    }
    exchange.end();
  }

  private static boolean send(ResponseStream stream, ProgressJson line)
      throws InterruptedException {
    byte[] json = Json.bytes(line);
    byte[] bytes = Arrays.copyOf(json, json.length + LINE_END.length);
    System.arraycopy(LINE_END, 0, bytes, json.length, LINE_END.length);
    return stream.write(bytes);
  }

  static ProgressJson json(Progress progress) {
    if (!progress.getError().isEmpty()) {
      return ProgressJson.error(progress.getError(), progress.getErrorCode());
    }
    return new ProgressJson(
        orNull(progress.getStream()),
        orNull(progress.getStatus()),
        detail(progress),
        progress.hasCurrent()
            ? orNull(ProgressBar.of(progress.getCurrent(), progress.getTotal()))
            : null,
        orNull(progress.getId()),
        result(progress),
        null,
        null);
  }

  private static ProgressJson.@Nullable Result result(Progress progress) {
    if (!progress.getBuilt().isEmpty()) {
      return new ProgressJson.Built(progress.getBuilt());
    }
    return progress.hasPushed()
        ? new ProgressJson.Pushed(
            progress.getPushed().getTag(),
            progress.getPushed().getDigest(),
            progress.getPushed().getSize())
        : null;
  }

  private static ProgressJson.@Nullable Detail detail(Progress progress) {
    boolean counted = progress.hasCurrent() || progress.hasTotal();
    return counted || progress.getPart()
        ? new ProgressJson.Detail(
            progress.hasCurrent() ? progress.getCurrent() : null,
            progress.hasTotal() ? progress.getTotal() : null)
        : null;
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
