package dev.varve.gateway.route;

import dev.varve.api.image.v1.Chunk;
import dev.varve.api.image.v1.ImportOptions;
import dev.varve.api.image.v1.ImportRequest;
import dev.varve.api.image.v1.LoadOptions;
import dev.varve.api.image.v1.LoadRequest;
import dev.varve.api.image.v1.Progress;
import dev.varve.api.image.v1.SaveRequest;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Query;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.ResponseStream;
import dev.varve.gateway.http.Routes;
import io.grpc.stub.BlockingClientCall;
import java.util.List;

/** Images as archives, in and out. Bodies of any length, streamed both ways. */
final class ImageTransferRoutes {
  private final Services services;
  private final RegistryRoutes registries;

  ImageTransferRoutes(Services services, RegistryRoutes registries) {
    this.services = services;
    this.registries = registries;
  }

  void addTo(Routes routes) {
    routes.add("GET", "/images/get", x -> save(x, x.query().all("names")));
    routes.add("GET", "/images/{name:*}/get", x -> save(x, List.of(x.name("name"))));
    routes.add("POST", "/images/load", this::load);
    routes.add("POST", "/images/create", this::create);
  }

  private void save(Exchange exchange, List<String> names) throws Exception {
    SaveRequest request =
        SaveRequest.newBuilder()
            .addAllNames(names)
            .setPlatform(PlatformQuery.of(exchange.query()))
            .build();
    BlockingClientCall<?, Chunk> call =
        Services.tied(exchange, services.images(exchange).save(request));
    // An unknown name shows with the first piece, while an HTTP error can still be sent.
    Chunk chunk = call.read();
    ResponseStream stream = exchange.stream(200, "application/x-tar");
    while (chunk != null && stream.write(chunk.getData().toByteArray())) {
      chunk = call.read();
    }
    exchange.end();
  }

  private void load(Exchange exchange) throws Exception {
    LoadOptions options =
        LoadOptions.newBuilder()
            .setQuiet(exchange.query().flag("quiet", true))
            .setPlatform(PlatformQuery.of(exchange.query()))
            .build();
    BlockingClientCall<LoadRequest, Progress> call =
        Services.tied(exchange, services.images(exchange).load());
    call.write(LoadRequest.newBuilder().setOptions(options).build());
    Upload.start(exchange, call, bytes -> LoadRequest.newBuilder().setData(bytes).build());
    ProgressStream.relay(exchange, call);
  }

  private void create(Exchange exchange) throws Exception {
    Query query = exchange.query();
    String source = query.text("fromSrc");
    if (!query.text("fromImage").isEmpty()) {
      registries.pull(exchange);
      return;
    }
    if (source.isEmpty()) {
      throw Refusal.badRequest("either fromImage or fromSrc must be given");
    }
    ImportOptions options =
        ImportOptions.newBuilder()
            .setRepository(query.text("repo"))
            .setTag(query.text("tag"))
            .setMessage(query.text("message"))
            .addAllChanges(query.all("changes"))
            .setPlatform(query.text("platform"))
            .setSource(source)
            .build();
    BlockingClientCall<ImportRequest, Progress> call =
        Services.tied(exchange, services.images(exchange).import_());
    call.write(ImportRequest.newBuilder().setOptions(options).build());
    Upload.start(exchange, call, bytes -> ImportRequest.newBuilder().setData(bytes).build());
    ProgressStream.relay(exchange, call);
  }
}
