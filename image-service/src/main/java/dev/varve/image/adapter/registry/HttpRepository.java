package dev.varve.image.adapter.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.image.application.Documents;
import dev.varve.image.application.Registry;
import dev.varve.image.application.RegistryException;
import dev.varve.image.application.RegistryException.Kind;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One repository by the distribution specification; one method for each of its steps. */
final class HttpRepository implements Registry.Repository {
  /** The specification's own advice. */
  static final int LONGEST_MANIFEST = 4 << 20;

  private static final int MOST_TAGS = 100_000;
  private static final String DIGEST_HEADER = "Docker-Content-Digest";
  private static final Pattern NEXT = Pattern.compile("<([^>]++)>\\s*+;\\s*+rel=\"?next\"?");

  /** Schema 1 too, so that it is refused by name and not taken for absent. */
  private static final String ACCEPT =
      String.join(
          ", ",
          Documents.DOCKER_MANIFEST,
          Documents.DOCKER_INDEX,
          Documents.OCI_MANIFEST,
          Documents.OCI_INDEX,
          Documents.SCHEMA1_SIGNED + ";q=0.1",
          "application/json;q=0.1");

  private final Session session;
  private final String path;

  HttpRepository(Session session, String path) {
    this.session = session;
    this.path = path;
  }

  @Override
  public List<String> tags() throws IOException {
    List<String> tags = new ArrayList<>();
    Optional<URI> page = Optional.of(at("tags/list"));
    while (page.isPresent()) {
      URI uri = page.get();
      HttpResponse<InputStream> response =
          session.expect(Session.Request.get(uri, Map.of(), pull()), 200);
      try (InputStream body = response.body()) {
        JsonNode list = RegistryErrors.json(body, LONGEST_MANIFEST).path("tags");
        list.forEach(tag -> tags.add(tag.asText()));
        page = list.isEmpty() ? Optional.empty() : next(uri, response);
      }
      if (tags.size() > MOST_TAGS) {
        throw untrusted("the registry lists more than %d tags".formatted(MOST_TAGS));
      }
    }
    return List.copyOf(tags);
  }

  @Override
  public Optional<Descriptor> head(String tagOrDigest) throws IOException {
    Session.Request request =
        new Session.Request(
            "HEAD", at("manifests/" + tagOrDigest), Map.of("Accept", ACCEPT), null, pull());
    HttpResponse<InputStream> response = session.expect(request, 200);
    response.body().close();
    String digest = response.headers().firstValue(DIGEST_HEADER).orElse("");
    if (!Digest.isDigest(digest)) {
      return Optional.empty();
    }
    long size = response.headers().firstValueAsLong("Content-Length").orElse(0);
    return Optional.of(new Descriptor(mediaType(response), new Digest(digest), size));
  }

  @Override
  public Registry.RemoteManifest manifest(String tagOrDigest) throws IOException {
    Session.Request request =
        Session.Request.get(at("manifests/" + tagOrDigest), Map.of("Accept", ACCEPT), pull());
    HttpResponse<InputStream> response = session.expect(request, 200);
    try (InputStream body = response.body()) {
      String encoding = response.headers().firstValue("Content-Encoding").orElse("identity");
      if (!encoding.equalsIgnoreCase("identity")) {
        throw untrusted("the registry encodes a manifest unasked");
      }
      byte[] bytes = body.readNBytes(LONGEST_MANIFEST + 1);
      if (bytes.length > LONGEST_MANIFEST) {
        throw untrusted("manifest exceeds the limit of %d bytes".formatted(LONGEST_MANIFEST));
      }
      Digest digest = Digest.of(bytes);
      String claimed =
          Digest.isDigest(tagOrDigest)
              ? tagOrDigest
              : response.headers().firstValue(DIGEST_HEADER).orElse(digest.value());
      if (!claimed.equals(digest.value())) {
        throw untrusted("manifest verification failed for digest %s".formatted(shown(claimed)));
      }
      return new Registry.RemoteManifest(mediaType(response), digest, bytes);
    }
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    return new ResumedBlob(session, at("blobs/" + blob.digest()), blob, pull());
  }

  @Override
  public boolean has(Digest blob) throws IOException {
    Session.Request request =
        new Session.Request("HEAD", at("blobs/" + blob), Map.of(), null, push());
    HttpResponse<InputStream> response = session.expect(request, 200, 404);
    response.body().close();
    return response.statusCode() == 200;
  }

  @Override
  public boolean mount(Digest blob, String fromRepository) throws IOException {
    URI uri =
        at("blobs/uploads/?mount=" + encoded(blob.value()) + "&from=" + encoded(fromRepository));
    String scope = push() + " repository:" + fromRepository + ":pull";
    HttpResponse<InputStream> response =
        session.send(new Session.Request("POST", uri, Map.of(), null, scope));
    response.body().close();
    if (response.statusCode() == 202) {
      abandon(location(response));
    }
    return response.statusCode() == 201;
  }

  @Override
  public void upload(Descriptor blob, Registry.BlobBytes bytes) throws IOException {
    new Upload(session, this::begin, push()).whole(blob.digest(), publisher(bytes, blob.size()));
  }

  @Override
  public Descriptor uploadPacked(String mediaType, Registry.PackedBytes bytes) throws IOException {
    new Upload(session, this::begin, push()).packed(bytes);
    return new Descriptor(mediaType, bytes.digest(), bytes.size());
  }

  @Override
  public Digest put(String tag, String mediaType, byte[] manifest) throws IOException {
    Supplier<BodyPublisher> body = () -> BodyPublishers.ofByteArray(manifest);
    Session.Request request =
        new Session.Request(
            "PUT", at("manifests/" + tag), Map.of("Content-Type", mediaType), body, push());
    session.expect(request, 201, 200, 202).body().close();
    return Digest.of(manifest);
  }

  private URI begin() throws IOException {
    Session.Request request =
        new Session.Request("POST", at("blobs/uploads/"), Map.of(), null, push());
    HttpResponse<InputStream> response = session.expect(request, 202);
    response.body().close();
    return location(response);
  }

  /** An upload that a refused mount has begun is of no use. */
  private void abandon(URI upload) throws IOException {
    session.send(new Session.Request("DELETE", upload, Map.of(), null, push())).body().close();
  }

  static URI location(HttpResponse<?> response) throws RegistryException {
    return Redirects.target(response.uri(), response.headers().firstValue("Location").orElse(""));
  }

  private static Supplier<BodyPublisher> publisher(Registry.BlobBytes bytes, long size) {
    return () ->
        size == 0
            ? BodyPublishers.noBody()
            : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> open(bytes)), size);
  }

  private static InputStream open(Registry.BlobBytes bytes) {
    try {
      return bytes.open();
    } catch (IOException e) {
      return new Broken(e);
    }
  }

  /** Hands an open that failed to those who read. */
  static final class Broken extends ByteArrayInputStream {
    private final IOException cause;

    Broken(IOException cause) {
      super(new byte[0]);
      this.cause = cause;
    }

    @Override
    public byte[] readAllBytes() {
      throw new java.io.UncheckedIOException(cause);
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      throw new java.io.UncheckedIOException(cause);
    }
  }

  private Optional<URI> next(URI from, HttpResponse<?> response) throws RegistryException {
    Matcher link = NEXT.matcher(response.headers().firstValue("Link").orElse(""));
    if (!link.find()) {
      return Optional.empty();
    }
    URI target = Redirects.target(from, link.group(1));
    return Origins.same(from, target) && !target.equals(from)
        ? Optional.of(target)
        : Optional.empty();
  }

  private URI at(String rest) {
    return session.endpoint().resolve("v2/" + path + "/" + rest);
  }

  private String pull() {
    return "repository:" + path + ":pull";
  }

  private String push() {
    return "repository:" + path + ":pull,push";
  }

  private static String mediaType(HttpResponse<?> response) {
    String type = response.headers().firstValue("Content-Type").orElse("");
    return type.replaceFirst(";.*$", "").strip();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String shown(String text) {
    return text.substring(0, Math.min(text.length(), 100)).replaceAll("[^\\w:.-]", "?");
  }

  private static RegistryException untrusted(String text) {
    return new RegistryException(Kind.UNTRUSTED, text);
  }
}
