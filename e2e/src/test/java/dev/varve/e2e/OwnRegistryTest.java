package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.e2e.RegistryClient.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine as a registry, asked by plain requests and by its usual clients. */
@EndToEnd
final class OwnRegistryTest {
  private static final String OCI = "application/vnd.oci.image.manifest.v1+json";
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  @TempDir Path directory;

  @Test
  void everyEndpointAnswersAsSpecified(Engine engine) {
    RegistryClient registry = new RegistryClient(engine, directory);
    Answer base = registry.ask("GET", "/v2/");
    assertThat(base.status()).isEqualTo(200);
    assertThat(base.header("Docker-Distribution-Api-Version")).isEqualTo("registry/2.0");
    assertThat(registry.ask("GET", "/v2").status()).isEqualTo(200);

    String config = registry.blob("http/a", "{}");
    Answer head = registry.ask("HEAD", "/v2/http/a/blobs/" + config);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Length")).isEqualTo("2");
    assertThat(head.header("Docker-Content-Digest")).isEqualTo(config);
    String text = registry.blob("http/a", "0123456789");
    assertThat(registry.ask("GET", "/v2/http/a/blobs/" + text).body()).isEqualTo("0123456789");
    Answer part = registry.ask("GET", "/v2/http/a/blobs/" + text, "-H", "Range: bytes=2-4");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.body()).isEqualTo("234");
    assertThat(part.header("Content-Range")).isEqualTo("bytes 2-4/10");
    Answer outside = registry.ask("GET", "/v2/http/a/blobs/" + text, "-H", "Range: bytes=10-");
    assertThat(outside.status()).isEqualTo(416);
    assertThat(outside.header("Content-Range")).isEqualTo("bytes */10");

    String about = Digests.of("somewhere else");
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","artifactType":"a/b",
          "config":%s,"layers":[%s],"subject":%s}\
        """
            .formatted(
                OCI,
                descriptor("application/vnd.oci.empty.v1+json", config, 2),
                descriptor("text/plain", text, 10),
                descriptor(OCI, about, 5));
    String digest = Digests.of(manifest);
    Answer put = registry.put("http/a", "one", OCI, manifest);
    assertThat(put.status()).isEqualTo(201);
    assertThat(put.header("OCI-Subject")).isEqualTo(about);
    assertThat(put.header("Docker-Content-Digest")).isEqualTo(digest);
    assertThat(put.header("Location")).isEqualTo("/v2/http/a/manifests/" + digest);
    for (String reference : List.of("one", digest)) {
      Answer got = registry.ask("GET", "/v2/http/a/manifests/" + reference);
      assertThat(got.body()).isEqualTo(manifest);
      assertThat(got.header("Content-Type")).isEqualTo(OCI);
      Answer asked = registry.ask("HEAD", "/v2/http/a/manifests/" + reference);
      assertThat(asked.header("Content-Length")).isEqualTo(String.valueOf(manifest.length()));
      assertThat(asked.header("Docker-Content-Digest")).isEqualTo(digest);
    }
    assertThat(registry.put("http/a", digest, OCI, manifest).status()).isEqualTo(201);

    registry.put("http/a", "two", OCI, manifest);
    registry.put("http/a", "three", OCI, manifest);
    assertThat(registry.ask("GET", "/v2/http/a/tags/list").body())
        .isEqualTo("{\"name\":\"http/a\",\"tags\":[\"one\",\"three\",\"two\"]}\n");
    Answer page = registry.ask("GET", "/v2/http/a/tags/list?n=1&last=one");
    assertThat(page.body()).contains("[\"three\"]");
    assertThat(page.header("Link"))
        .isEqualTo("</v2/http/a/tags/list?n=1&last=three>; rel=\"next\"");
    assertThat(registry.ask("GET", "/v2/http/a/tags/list?n=0").body()).contains("\"tags\":[]");
    assertThat(registry.ask("GET", "/v2/_catalog").body()).contains("\"busybox\"", "\"http/a\"");
    Answer catalog = registry.ask("GET", "/v2/_catalog?n=1");
    assertThat(catalog.header("Link")).startsWith("</v2/_catalog?n=1&last=");
    Answer referrers = registry.ask("GET", "/v2/http/a/referrers/" + about + "?artifactType=a%2Fb");
    assertThat(referrers.header("Content-Type")).isEqualTo(INDEX);
    assertThat(referrers.header("OCI-Filters-Applied")).isEqualTo("artifactType");
    assertThat(referrers.body()).contains(digest, "\"artifactType\":\"a/b\"");

    assertThat(registry.ask("DELETE", "/v2/http/a/manifests/one").status()).isEqualTo(202);
    assertThat(registry.ask("GET", "/v2/http/a/manifests/one").status()).isEqualTo(404);
    assertThat(registry.ask("DELETE", "/v2/http/a/blobs/" + text).status()).isEqualTo(405);
    assertThat(registry.ask("DELETE", "/v2/http/a/manifests/" + digest).status()).isEqualTo(202);
    assertThat(registry.ask("GET", "/v2/http/a/manifests/two").status()).isEqualTo(404);
    String alone = registry.blob("http/a", "alone");
    assertThat(registry.ask("DELETE", "/v2/http/a/blobs/" + alone).status()).isEqualTo(202);
    assertThat(registry.ask("GET", "/v2/http/a/blobs/" + alone).status()).isEqualTo(404);
  }

  @Test
  void uploadsComeInEveryWay(Engine engine) {
    RegistryClient registry = new RegistryClient(engine, directory);
    String whole = "abcdefghij";
    String digest = Digests.of(whole);
    Answer begun = registry.ask("POST", "/v2/up/a/blobs/uploads/");
    assertThat(begun.status()).isEqualTo(202);
    String place = begun.header("Location");
    assertThat(place).startsWith("/v2/up/a/blobs/uploads/");
    Answer first = registry.ask("PATCH", place, registry.body("abcd", "Content-Range: 0-3"));
    assertThat(first.status()).isEqualTo(202);
    assertThat(first.header("Range")).isEqualTo("0-3");
    assertThat(registry.ask("PATCH", place, registry.body("xx", "Content-Range: 7-8")).status())
        .isEqualTo(416);
    assertThat(registry.ask("PATCH", place, registry.body("xx", "Content-Range: 4-9")).status())
        .isEqualTo(400);
    Answer status = registry.ask("GET", place);
    assertThat(status.status()).isEqualTo(204);
    assertThat(status.header("Range")).isEqualTo("0-3");
    registry.ask("PATCH", place, registry.body("efg", "Transfer-Encoding: chunked"));
    Answer done =
        registry.ask(
            "PUT", place + "?digest=" + digest, registry.body("hij", "Content-Range: 7-9"));
    assertThat(done.status()).isEqualTo(201);
    assertThat(done.header("Location")).isEqualTo("/v2/up/a/blobs/" + digest);
    assertThat(registry.ask("GET", "/v2/up/a/blobs/" + digest).body()).isEqualTo(whole);

    String post = registry.ask("POST", "/v2/up/a/blobs/uploads/").header("Location");
    String other = Digests.of("other");
    assertThat(registry.ask("PUT", post + "?digest=" + other, registry.body("other")).status())
        .isEqualTo(201);
    String empty = registry.ask("POST", "/v2/up/a/blobs/uploads/").header("Location");
    assertThat(registry.ask("PUT", empty + "?digest=" + Digests.of("")).status()).isEqualTo(201);

    String mount = "/v2/up/b/blobs/uploads/?from=up/a&mount=";
    assertThat(registry.ask("POST", mount + digest).status()).isEqualTo(201);
    assertThat(registry.ask("POST", mount + Digests.of("nowhere")).status()).isEqualTo(202);
    String given = registry.ask("POST", "/v2/up/a/blobs/uploads/").header("Location");
    assertThat(registry.ask("DELETE", given).status()).isEqualTo(204);
    assertThat(registry.ask("GET", given).status()).isEqualTo(404);
    for (String blob : List.of(digest, other, Digests.of(""))) {
      assertThat(registry.ask("DELETE", "/v2/up/a/blobs/" + blob).status()).isEqualTo(202);
    }
  }

  @Test
  void everyRefusalHasItsCode(Engine engine) {
    RegistryClient registry = new RegistryClient(engine, directory);
    String none = Digests.of("nowhere");
    String place = registry.ask("POST", "/v2/e/a/blobs/uploads/").header("Location");
    String unknown = "/v2/e/a/blobs/uploads/00000000-0000-0000-0000-000000000000";
    String config = registry.blob("e/a", "{}");
    String missing =
        "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}"
            .formatted(descriptor("x/y", config, 2), descriptor("x/y", none, 7));
    refused(registry, registry.ask("GET", "/v2/e/a/blobs/" + none), 404, "BLOB_UNKNOWN");
    refused(registry, registry.ask("GET", "/v2/e/a/blobs/sha256:x"), 400, "DIGEST_INVALID");
    refused(registry, registry.ask("GET", unknown), 404, "BLOB_UPLOAD_UNKNOWN");
    refused(
        registry, registry.ask("PATCH", unknown, registry.body("x")), 404, "BLOB_UPLOAD_UNKNOWN");
    refused(
        registry,
        registry.ask("PATCH", place, registry.body("x", "Content-Range: x")),
        400,
        "BLOB_UPLOAD_INVALID");
    refused(registry, registry.ask("PUT", place), 400, "DIGEST_INVALID");
    refused(
        registry,
        registry.ask("PUT", place + "?digest=" + none, registry.body("else")),
        400,
        "DIGEST_INVALID");
    refused(registry, registry.ask("GET", "/v2/e/a/manifests/no"), 404, "MANIFEST_UNKNOWN");
    refused(registry, registry.ask("DELETE", "/v2/e/a/manifests/no"), 404, "MANIFEST_UNKNOWN");
    refused(registry, registry.put("e/a", "1", OCI, "{}"), 400, "MANIFEST_INVALID");
    refused(registry, registry.put("e/a", "1", "", missing), 404, "MANIFEST_BLOB_UNKNOWN");
    refused(registry, registry.put("e/a", none, OCI, missing), 400, "DIGEST_INVALID");
    refused(
        registry, registry.put("e/a", "1", OCI, " ".repeat((4 << 20) + 1)), 413, "SIZE_INVALID");
    refused(registry, registry.ask("GET", "/v2/e/nothing/tags/list"), 404, "NAME_UNKNOWN");
    refused(registry, registry.ask("GET", "/v2/E/tags/list"), 400, "NAME_INVALID");
    refused(registry, registry.ask("GET", "/v2/e/../../x/tags/list"), 400, "NAME_INVALID");
    refused(registry, registry.ask("GET", "/v2/e%2f..%2fx/tags/list"), 400, "NAME_INVALID");
    refused(registry, registry.ask("GET", "/v2/e/a/blobs"), 404, "NAME_UNKNOWN");
    refused(registry, registry.ask("POST", "/v2/e/a/manifests/1"), 405, "UNSUPPORTED");
    refused(registry, registry.ask("GET", "/v2/_catalog?n=x"), 400, "PAGINATION_NUMBER_INVALID");
    Answer stranger = registry.anonymous("GET", "/v2/");
    refused(registry, stranger, 401, "UNAUTHORIZED");
    assertThat(stranger.header("WWW-Authenticate")).startsWith("Basic realm=");
    refused(registry, registry.anonymous("GET", "/v2/", "-u", "me:wrong"), 401, "UNAUTHORIZED");
    refused(registry, registry.anonymous("GET", "/v2/", "-u", "you:secret"), 401, "UNAUTHORIZED");
    refused(registry, registry.ask("GET", "/v2/", "-H", "Origin: http://x"), 403, "DENIED");
    refused(registry, registry.ask("GET", "/v2/", "-H", "Host: evil.example"), 403, "DENIED");
    assertThat(registry.ask("GET", "/info").status()).isEqualTo(404);
    assertThat(registry.ask("GET", "/containers/json").status()).isEqualTo(404);
    registry.ask("DELETE", "/v2/e/a/blobs/" + config);
  }

  @Test
  void theDockerCommandPushesAndPulls(Engine engine, Docker docker) throws IOException {
    String name = engine.registry() + "/cli/bb:1";
    docker.ok("tag", "busybox", name);
    assertThat(docker.run("push", name).err()).contains("no basic auth credentials");
    Docker mine = docker.withConfig(Files.createDirectories(directory.resolve("docker")));
    String registry = engine.registry();
    assertThat(mine.with("wrong", "login", "-u", "me", "--password-stdin", registry).exit())
        .isEqualTo(1);
    assertThat(mine.with("secret", "login", "-u", "me", "--password-stdin", registry).ok())
        .contains("Login Succeeded");
    assertThat(mine.ok("push", name)).containsPattern("1: digest: sha256:[0-9a-f]{64} size: ");
    assertThat(docker.inspect("{{.Id}}", "cli/bb:1"))
        .isEqualTo(docker.inspect("{{.Id}}", "busybox"));
    assertThat(docker.ok("run", "--rm", "--network", "none", "cli/bb:1", "echo", "ran"))
        .isEqualTo("ran");
    docker.ok("rmi", name);
    for (String other : List.of("/cli/bb:1", "/busybox", "/library/busybox:latest")) {
      mine.ok("pull", registry + other);
      docker.ok("rmi", registry + other);
    }
    docker.ok("rmi", "cli/bb:1");
    assertThat(mine.run("pull", name).err()).contains("manifest unknown");
  }

  @Test
  void skopeoCopiesBothWays(Engine engine, Docker docker) throws IOException {
    // A layer like no other: skopeo sends none, in whatever form, that the registry has already.
    String layer = directory.resolve("layer.tar").toString();
    String container = docker.ok("create", "busybox");
    docker.ok(
        "cp", Files.writeString(directory.resolve("mark"), layer).toString(), container + ":/");
    docker.ok("export", "--output", layer, container);
    docker.ok("rm", container);
    String layout = "oci:" + directory.resolve("layout") + ":busybox";
    skopeo(engine, "--dest-oci-accept-uncompressed-layers", "tarball:" + layer, layout);
    for (List<String> kind :
        List.of(
            List.of("zstd", "--format", "oci", "--dest-compress-format", "zstd"),
            List.of("gzip", "--format", "oci"),
            List.of("docker", "--format", "v2s2"))) {
      String tag = kind.getFirst();
      String name = "docker://" + engine.registry() + "/sk/bb:" + tag;
      List<String> in = new ArrayList<>(kind.subList(1, kind.size()));
      in.addAll(List.of("--dest-tls-verify=false", "--dest-creds", "me:secret", layout, name));
      skopeo(engine, in.toArray(String[]::new));
      assertThat(docker.ok("run", "--rm", "--network", "none", "sk/bb:" + tag, "echo", tag))
          .isEqualTo(tag);
      Path out = directory.resolve(tag);
      skopeo(engine, "--src-tls-verify=false", "--src-creds", "me:secret", name, "dir:" + out);
      String manifest = Files.readString(out.resolve("manifest.json"));
      assertThat(docker.inspect("{{json .RepoDigests}}", "sk/bb:" + tag))
          .contains(Digests.of(manifest));
      assertThat(manifest).contains(tag.equals("zstd") ? "tar+zstd" : "gzip");
    }
    docker.ok("rmi", "sk/bb:zstd", "sk/bb:gzip", "sk/bb:docker");
  }

  @Test
  void anIndexStaysWhole(Engine engine, Docker docker) {
    RegistryClient registry = new RegistryClient(engine, directory);
    String config = registry.blob("ix/bb", "{\"os\":\"linux\",\"architecture\":\"s390x\"}");
    String foreign =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[]}"
            .formatted(OCI, descriptor("application/vnd.oci.image.config.v1+json", config, 37));
    registry.put("ix/bb", Digests.of(foreign), OCI, foreign);
    docker.ok("tag", "busybox", "ix/bb:here");
    Answer here = registry.ask("GET", "/v2/ix/bb/manifests/here");
    String index =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s,%s]}"
            .formatted(
                INDEX,
                entry(OCI, Digests.of(foreign), foreign.length(), "s390x"),
                entry(
                    here.header("Content-Type"),
                    Digests.of(here.body()),
                    here.body().length(),
                    "amd64"));
    assertThat(registry.put("ix/bb", "all", INDEX, index).status()).isEqualTo(201);
    docker.ok("rmi", "ix/bb:here");
    String layout = "oci:" + directory.resolve("copy") + ":all";
    skopeo(
        engine,
        "--all",
        "--preserve-digests",
        "--src-tls-verify=false",
        "--src-creds",
        "me:secret",
        "docker://" + engine.registry() + "/ix/bb:all",
        layout);
    skopeo(
        engine,
        "--all",
        "--preserve-digests",
        "--dest-tls-verify=false",
        "--dest-creds",
        "me:secret",
        layout,
        "docker://" + engine.registry() + "/ix/copy:all");
    assertThat(registry.ask("GET", "/v2/ix/copy/manifests/all").body()).isEqualTo(index);
    assertThat(docker.inspect("{{.Id}}", "ix/copy:all"))
        .isEqualTo(docker.inspect("{{.Id}}", "busybox"));
    docker.ok("rmi", "ix/bb:all", "ix/copy:all");
    assertThat(registry.ask("GET", "/v2/ix/bb/manifests/" + Digests.of(foreign)).status())
        .isEqualTo(404);
  }

  @Test
  void whatWasKilledIsNeverSeen(Engine engine, Docker docker) throws IOException {
    RegistryClient registry = new RegistryClient(engine, directory);
    String place = registry.ask("POST", "/v2/kill/a/blobs/uploads/").header("Location");
    registry.ask("PATCH", place, registry.body("half of it"));
    String config = registry.blob("kill/a", "{}");
    engine.crash();
    engine.upUntil("image.receive.blobs-committed");
    assertThat(registry.ask("GET", place).status()).isEqualTo(404);
    assertThat(registry.ask("HEAD", "/v2/kill/a/blobs/" + config).status()).isEqualTo(200);
    try (Stream<Path> ingests = Files.list(engine.root().resolve("content/ingest"))) {
      assertThat(ingests).isEmpty();
    }
    String manifest =
        "{\"schemaVersion\":2,\"config\":%s,\"layers\":[]}".formatted(descriptor("x/y", config, 2));
    Path blob =
        engine.root().resolve("content/blobs/sha256").resolve(Digests.of(manifest).substring(7));
    var _ =
        new ProcessBuilder(
                Stream.concat(
                        engine.inside().stream(),
                        Stream.of(
                            "curl",
                            "-s",
                            "-m",
                            "60",
                            "-u",
                            "me:secret",
                            "-X",
                            "PUT",
                            "-d",
                            manifest,
                            "-H",
                            "Content-Type: " + OCI,
                            "http://" + engine.registry() + "/v2/kill/a/manifests/1"))
                    .toList())
            .start();
    engine.awaitCrash();
    engine.up();
    assertThat(registry.ask("GET", "/v2/kill/a/manifests/1").status()).isEqualTo(404);
    assertThat(blob).doesNotExist();
    assertThat(registry.put("kill/a", "1", OCI, manifest).status()).isEqualTo(201);
    assertThat(blob).exists();
    registry.ask("DELETE", "/v2/kill/a/manifests/" + Digests.of(manifest));
  }

  @Test
  void theNetworkIsServedByTlsOnly(Engine engine, Docker docker) throws IOException {
    RegistryClient registry = new RegistryClient(engine, directory);
    authority();
    signed("server", "subjectAltName=IP:" + engine.address());
    signed("client", "extendedKeyUsage=clientAuth");
    String listen = engine.address() + ":5998";
    try {
      Shell.Result refused = engine.upWith(Map.of("VARVE_LISTEN", "tcp://" + listen));
      assertThat(refused.exit()).isNotZero();
      assertThat(refused.out() + refused.err()).contains("so needs TLS: set VARVE_TLS_CERT");
      engine
          .upWith(
              Map.of(
                  "VARVE_LISTEN", "tcp://" + listen,
                  "VARVE_TLS_CERT", file("server.crt"),
                  "VARVE_TLS_KEY", file("server.key"),
                  "VARVE_TLS_CLIENT_CA", file("ca.crt")))
          .ok();
      String url = "https://" + listen;
      String[] trusted = {"--cacert", file("ca.crt")};
      assertThat(registry.anonymous("GET", url + "/v2/", trusted).status()).isEqualTo(401);
      assertThat(registry.ask("GET", url + "/v2/", trusted).status()).isEqualTo(200);
      assertThat(registry.ask("GET", url + "/info", trusted).status()).isEqualTo(404);
      String[] known = {
        "--cacert", file("ca.crt"), "--cert", file("client.crt"), "--key", file("client.key")
      };
      assertThat(registry.anonymous("GET", url + "/v2/_catalog", known).body()).contains("busybox");
      List<String> command = new ArrayList<>(engine.inside());
      command.addAll(List.of("docker", "-H", "tcp://" + listen, "--tlsverify"));
      command.addAll(List.of("--tlscacert", file("ca.crt"), "--tlscert", file("client.crt")));
      command.addAll(List.of("--tlskey", file("client.key"), "run", "--rm", "-i"));
      command.addAll(List.of("--network", "none", "busybox", "cat"));
      assertThat(Shell.run(Map.of(), "through TLS", command).ok()).isEqualTo("through TLS");
      assertThat(docker.ok("events", "--since", "1m", "--until", "0s")).isNotEmpty();
    } finally {
      engine.up();
    }
  }

  private void authority() {
    sh("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.crt");
  }

  private void signed(String name, String extension) throws IOException {
    Files.writeString(directory.resolve("ext"), extension + "\n");
    sh(
        "openssl req -newkey rsa:2048 -nodes -subj /CN=%1$s -keyout %1$s.key -out %1$s.csr"
                .formatted(name)
            + " && openssl x509 -req -in %1$s.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2"
                .formatted(name)
            + " -extfile ext -out %s.crt".formatted(name));
  }

  private void sh(String line) {
    Shell.run(Map.of(), "", List.of("sh", "-c", "cd " + directory + " && " + line)).ok();
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  /** Copies with a cache of its own: skopeo remembers for ever how a layer was packed before. */
  private static void skopeo(Engine engine, String... arguments) {
    List<String> command = new ArrayList<>(engine.inside());
    command.addAll(
        List.of(
            "unshare",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs none /var/lib && exec skopeo --insecure-policy copy -q \"$@\"",
            "sh"));
    command.addAll(List.of(arguments));
    Shell.run(Map.of(), "", command).ok();
  }

  private static void refused(RegistryClient registry, Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(registry.code(answer)).contains(code);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
  }

  private static String descriptor(String mediaType, String digest, int size) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(mediaType, digest, size);
  }

  private static String entry(String mediaType, String digest, int size, String architecture) {
    String descriptor = descriptor(mediaType, digest, size);
    return descriptor.substring(0, descriptor.length() - 1)
        + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}}".formatted(architecture);
  }
}
