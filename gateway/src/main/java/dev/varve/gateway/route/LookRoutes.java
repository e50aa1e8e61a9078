package dev.varve.gateway.route;

import com.google.protobuf.ByteString;
import dev.varve.api.image.v1.Image;
import dev.varve.api.image.v1.Layer;
import dev.varve.api.image.v1.ResolveRequest;
import dev.varve.api.snapshot.v1.CompareRequest;
import dev.varve.api.snapshot.v1.CompareResponse;
import dev.varve.api.snapshot.v1.File;
import dev.varve.api.snapshot.v1.ListRequest;
import dev.varve.api.snapshot.v1.ListResponse;
import dev.varve.api.snapshot.v1.ReadRequest;
import dev.varve.api.snapshot.v1.ReadResponse;
import dev.varve.api.snapshot.v1.StatRequest;
import dev.varve.gateway.history.EventFeed;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Json;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.ResponseStream;
import dev.varve.gateway.http.Routes;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.List;

/**
 * Looking into images, which Docker's API has no words for: below {@code /varve/v1}. Lists are one
 * JSON object a line, however long.
 */
final class LookRoutes {
  private static final String LINES = "application/x-ndjson";

  private final Services services;
  private final EventFeed events;

  LookRoutes(Services services, EventFeed events) {
    this.services = services;
    this.events = events;
  }

  void addTo(Routes routes) {
    routes.add("GET", "/varve/v1/images/{name:*}/files", this::files);
    routes.add("GET", "/varve/v1/images/{name:*}/content", this::content);
    routes.add("GET", "/varve/v1/images/{name:*}/blame", this::blame);
    routes.add("GET", "/varve/v1/images/{name:*}/diff", this::diff);
  }

  private Image image(Exchange exchange, String name) throws StatusException {
    return services
        .images(exchange)
        .resolve(ResolveRequest.newBuilder().setReference(name).build());
  }

  private void files(Exchange exchange) throws Exception {
    Image image = image(exchange, exchange.name("name"));
    ListRequest request =
        ListRequest.newBuilder()
            .setImageId(image.getId())
            .setPath(path(exchange))
            .setRecursive(exchange.query().flag("recursive"))
            .build();
    BlockingClientCall<?, ListResponse> call =
        Services.tied(exchange, services.files(exchange).list(request));
    relay(
        exchange,
        call,
        part -> part.getFilesList().stream().map(file -> LookViews.file(file, image)).toList());
  }

  private void diff(Exchange exchange) throws Exception {
    if (exchange.query().text("to").isEmpty()) {
      throw Refusal.badRequest("to: the image to compare with is missing");
    }
    CompareRequest request =
        CompareRequest.newBuilder()
            .setImageId(image(exchange, exchange.name("name")).getId())
            .setOtherImageId(image(exchange, exchange.query().text("to")).getId())
            .build();
    BlockingClientCall<?, CompareResponse> call =
        Services.tied(exchange, services.files(exchange).compare(request));
    relay(
        exchange, call, part -> part.getDifferencesList().stream().map(LookViews::change).toList());
  }

  @FunctionalInterface
  private interface Shown<A> {
    List<?> of(A part);
  }

  /** A refusal shows with the first part, while an HTTP error can still be sent. */
  private static <A> void relay(Exchange exchange, BlockingClientCall<?, A> call, Shown<A> shown)
      throws Exception {
    A part = call.read();
    ResponseStream stream = exchange.stream(200, LINES);
    while (part != null && stream.write(lines(shown.of(part)))) {
      part = call.read();
    }
    exchange.end();
  }

  private static byte[] lines(List<?> values) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (Object value : values) {
      lines.writeBytes(Json.bytes(value));
      lines.write('\n');
    }
    return lines.toByteArray();
  }

  private void content(Exchange exchange) throws Exception {
    ReadRequest request =
        ReadRequest.newBuilder()
            .setImageId(image(exchange, exchange.name("name")).getId())
            .setPath(requiredPath(exchange))
            .build();
    BlockingClientCall<?, ReadResponse> call =
        Services.tied(exchange, services.files(exchange).read(request));
    ReadResponse part = call.read();
    if (part == null) {
      throw new IllegalStateException("an answer without a file");
    }
    long size = part.getFile().getSize();
    ResponseStream stream = exchange.stream(200, "application/octet-stream", size);
    for (part = call.read(); part != null; part = call.read()) {
      if (!stream.write(part.getData().toByteArray())) {
        break;
      }
    }
    exchange.end();
  }

  private void blame(Exchange exchange) throws Exception {
    Image image = image(exchange, exchange.name("name"));
    StatRequest request =
        StatRequest.newBuilder().setImageId(image.getId()).setPath(requiredPath(exchange)).build();
    File file = services.files(exchange).stat(request);
    Layer layer =
        LookViews.layer(image, file.getChainId())
            .orElseThrow(() -> Refusal.notFound("no layer of the image has that path"));
    exchange.json(200, LookViews.blame(file, image, layer, events.arrivalOf(file.getChainId())));
  }

  private static ByteString requiredPath(Exchange exchange) throws Refusal {
    ByteString path = path(exchange);
    if (path.isEmpty()) {
      throw Refusal.badRequest("path: the file's path in the image is missing");
    }
    return path;
  }

  /** {@code path} as text, or {@code path64}: the bytes of one that is no text. */
  private static ByteString path(Exchange exchange) throws Refusal {
    String encoded = exchange.query().text("path64");
    if (encoded.isEmpty()) {
      return ByteString.copyFromUtf8(exchange.query().text("path"));
    }
    try {
      // A plus of the standard alphabet has become a space on its way through the query.
      return ByteString.copyFrom(Base64.getDecoder().decode(encoded.replace(' ', '+')));
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest("path64: not base64");
    }
  }
}
