package dev.varve.gateway.registry;

import com.google.protobuf.ByteString;
import dev.varve.api.image.v1.DeleteManifestRequest;
import dev.varve.api.image.v1.GetManifestRequest;
import dev.varve.api.image.v1.ListReferrersRequest;
import dev.varve.api.image.v1.ListRepositoriesRequest;
import dev.varve.api.image.v1.ListTagsRequest;
import dev.varve.api.image.v1.Manifest;
import dev.varve.api.image.v1.PutManifestRequest;
import dev.varve.api.image.v1.PutManifestResponse;
import dev.varve.gateway.http.Exchange;
import java.util.List;

/** Manifests, and lists of what there is. */
final class ManifestHandlers {
  /** As the specification asks of registries, and as the image service takes. */
  private static final int MAX_MANIFEST = 4 << 20;

  private static final String DIGEST = "Docker-Content-Digest";

  private final RegistryCaller service;

  ManifestHandlers(RegistryCaller service) {
    this.service = service;
  }

  private record TagList(String name, List<String> tags) {}

  private record Repositories(List<String> repositories) {}

  void get(Exchange exchange, RegistryPath.Manifest path) throws Exception {
    Manifest manifest =
        service
            .on(exchange)
            .getManifest(
                GetManifestRequest.newBuilder()
                    .setRepository(path.name())
                    .setTagOrDigest(path.reference())
                    .build());
    exchange.setHeader(DIGEST, manifest.getDigest());
    exchange.setHeader("ETag", "\"" + manifest.getDigest() + "\"");
    exchange.bytes(200, manifest.getMediaType(), manifest.getContent().toByteArray());
  }

  void put(Exchange exchange, RegistryPath.Manifest path) throws Exception {
    String type = exchange.header("Content-Type");
    PutManifestResponse answer =
        service
            .on(exchange)
            .putManifest(
                PutManifestRequest.newBuilder()
                    .setRepository(path.name())
                    .setTagOrDigest(path.reference())
                    .setMediaType(type == null ? "" : type.split(";", 2)[0].strip())
                    .setContent(body(exchange))
                    .build());
    exchange.setHeader(DIGEST, answer.getDigest());
    exchange.setHeader("Location", "/v2/" + path.name() + "/manifests/" + answer.getDigest());
    if (!answer.getSubject().isEmpty()) {
      exchange.setHeader("OCI-Subject", answer.getSubject());
    }
    exchange.status(201);
  }

  private static ByteString body(Exchange exchange) throws Exception {
    if (exchange.declaredLength() > MAX_MANIFEST) {
      throw RegistryRefusal.tooLarge("a manifest has at most " + MAX_MANIFEST + " bytes");
    }
    ByteString bytes = ByteString.EMPTY;
    for (ByteString piece = exchange.body().next(BlobHandlers.PATIENCE);
        piece != null;
        piece = exchange.body().next(BlobHandlers.PATIENCE)) {
      bytes = bytes.concat(piece);
      if (bytes.size() > MAX_MANIFEST) {
        throw RegistryRefusal.tooLarge("a manifest has at most " + MAX_MANIFEST + " bytes");
      }
    }
    return bytes;
  }

  void delete(Exchange exchange, RegistryPath.Manifest path) throws Exception {
    var _ =
        service
            .on(exchange)
            .deleteManifest(
                DeleteManifestRequest.newBuilder()
                    .setRepository(path.name())
                    .setTagOrDigest(path.reference())
                    .build());
    exchange.status(202);
  }

  void tags(Exchange exchange, RegistryPath.Tags path) throws Exception {
    List<String> tags =
        service
            .on(exchange)
            .listTags(ListTagsRequest.newBuilder().setRepository(path.name()).build())
            .getTagsList();
    exchange.json(200, new TagList(path.name(), Pages.page(exchange, tags)));
  }

  void catalog(Exchange exchange) throws Exception {
    List<String> names =
        service
            .on(exchange)
            .listRepositories(ListRepositoriesRequest.getDefaultInstance())
            .getNamesList();
    exchange.json(200, new Repositories(Pages.page(exchange, names)));
  }

  void referrers(Exchange exchange, RegistryPath.Referrers path) throws Exception {
    String artifactType = exchange.query().text("artifactType");
    byte[] index =
        service
            .on(exchange)
            .listReferrers(
                ListReferrersRequest.newBuilder()
                    .setRepository(path.name())
                    .setDigest(path.digest())
                    .setArtifactType(artifactType)
                    .build())
            .getIndex()
            .toByteArray();
    if (!artifactType.isEmpty()) {
      exchange.setHeader("OCI-Filters-Applied", "artifactType");
    }
    exchange.bytes(200, "application/vnd.oci.image.index.v1+json", index);
  }
}
