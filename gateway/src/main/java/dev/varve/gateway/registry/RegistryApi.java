package dev.varve.gateway.registry;

import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Routes;
import io.grpc.Channel;
import java.util.List;
import java.util.Map;

/** All of {@code /v2/}: who asks is known before anything is done. */
public final class RegistryApi {
  private static final String ROOT = "/v2/";
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE");

  private final ManifestHandlers manifests;
  private final BlobHandlers blobs;
  private final RegistryAccess access;

  /**
   * @param images the image service
   */
  public RegistryApi(Channel images, RegistryAccess access) {
    RegistryCaller service = new RegistryCaller(images);
    this.manifests = new ManifestHandlers(service);
    this.blobs = new BlobHandlers(service);
    this.access = access;
  }

  public void addTo(Routes routes) {
    for (String method : METHODS) {
      routes.add(method, "/v2", this::serve);
      routes.add(method, ROOT, this::serve);
      routes.add(method, "/v2/{rest:*}", this::serve);
    }
  }

  private void serve(Exchange exchange) throws Exception {
    String method = exchange.method();
    boolean reads = method.equals("GET") || method.equals("HEAD");
    String path = exchange.path();
    RegistryPath asked = RegistryPath.parse(path.substring(Math.min(path.length(), ROOT.length())));
    // Where an upload is concerns those who upload.
    access.require(exchange, reads && !(asked instanceof RegistryPath.Upload));
    switch (asked) {
      case RegistryPath.Base _ when reads -> exchange.json(200, Map.of());
      case RegistryPath.Catalog _ when reads -> manifests.catalog(exchange);
      case RegistryPath.Tags tags when reads -> manifests.tags(exchange, tags);
      case RegistryPath.Referrers referrers when reads -> manifests.referrers(exchange, referrers);
      case RegistryPath.Manifest manifest when reads -> manifests.get(exchange, manifest);
      case RegistryPath.Manifest manifest when method.equals("PUT") ->
          manifests.put(exchange, manifest);
      case RegistryPath.Manifest manifest when method.equals("DELETE") ->
          manifests.delete(exchange, manifest);
      case RegistryPath.Blob blob when reads -> blobs.get(exchange, blob);
      case RegistryPath.Blob blob when method.equals("DELETE") -> blobs.delete(exchange, blob);
      case RegistryPath.Uploads uploads when method.equals("POST") ->
          blobs.start(exchange, uploads);
      case RegistryPath.Upload upload when reads -> blobs.status(exchange, upload);
      case RegistryPath.Upload upload when method.equals("PATCH") -> blobs.patch(exchange, upload);
      case RegistryPath.Upload upload when method.equals("PUT") -> blobs.put(exchange, upload);
      case RegistryPath.Upload upload when method.equals("DELETE") ->
          blobs.cancel(exchange, upload);
      case RegistryPath.Unknown _ -> throw RegistryRefusal.of("NAME_UNKNOWN", "no such endpoint");
      case RegistryPath.Base _,
          RegistryPath.Catalog _,
          RegistryPath.Tags _,
          RegistryPath.Referrers _,
          RegistryPath.Manifest _,
          RegistryPath.Blob _,
          RegistryPath.Uploads _,
          RegistryPath.Upload _ ->
          throw RegistryRefusal.of("UNSUPPORTED", "the operation is unsupported");
    }
  }
}
