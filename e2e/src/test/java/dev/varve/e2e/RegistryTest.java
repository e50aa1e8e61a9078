package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pull, push and login against real registries. */
@EndToEnd
final class RegistryTest {
  /** The bcrypt form of {@code secret}. */
  private static final String HTPASSWD =
      "me:$2b$05$DyqU4yXile6CN/XLjnKOeewGYCvajQMhenXiM4hB2777rb0mToXwi\n";

  @TempDir Path directory;

  @Test
  void whatIsPushedComesBackAsItWas(Engine engine, Docker docker) throws IOException {
    try (RegistryServer registry = RegistryServer.plain(engine, directory, freePort())) {
      String name = registry.name("t/bb:1");
      String id = docker.inspect("{{.Id}}", "busybox");
      docker.ok("tag", "busybox", name);
      String pushed = docker.ok("push", name);
      assertThat(pushed)
          .contains("Pushed")
          .containsPattern("1: digest: sha256:[0-9a-f]{64} size: ");
      assertThat(docker.ok("push", name)).contains("Layer already exists");
      assertThat(docker.inspect("{{json .RepoDigests}}", name))
          .contains(registry.name("t/bb@sha256:"));
      docker.ok("tag", name, registry.name("other/bb:1"));
      assertThat(docker.ok("push", registry.name("other/bb:1"))).contains("Mounted from t/bb");
      docker.ok("rmi", name, registry.name("other/bb:1"));
      String pulled = docker.ok("pull", name);
      assertThat(pulled).contains("Status: Downloaded newer image for " + name);
      assertThat(docker.inspect("{{.Id}}", name)).isEqualTo(id);
      assertThat(docker.ok("pull", name)).contains("Status: Image is up to date for " + name);
      String digest = docker.inspect("{{index .RepoDigests 0}}", name);
      assertThat(pulled).contains(digest.substring(digest.indexOf('@') + 1));
      docker.ok("tag", name, registry.name("t/bb:again"));
      String again = docker.ok("push", registry.name("t/bb:again"));
      assertThat(again).contains(digest.substring(digest.indexOf('@') + 1));
      docker.ok("rmi", name, registry.name("t/bb:again"));
      assertThat(docker.ok("run", "--rm", digest, "echo", "ran")).isEqualTo("ran");
      docker.ok("rmi", digest);
      assertThat(docker.ok("pull", "-a", registry.name("t/bb")))
          .contains("1: Pulling from t/bb", "again: Pulling from t/bb");
      docker.ok("rmi", name, registry.name("t/bb:again"));
      Shell.Result missing = docker.run("pull", registry.name("t/bb:none"));
      assertThat(missing.exit()).isEqualTo(1);
      assertThat(missing.err())
          .contains(
              "manifest for %s not found: manifest unknown".formatted(registry.name("t/bb:none")));
    }
  }

  @Test
  void skopeosImagesKeepTheirDigests(Engine engine, Docker docker) throws IOException {
    try (RegistryServer registry = RegistryServer.plain(engine, directory, freePort())) {
      String archive = Path.of("target/seed/busybox.tar").toAbsolutePath().toString();
      String layout = "oci:" + directory.resolve("layout") + ":busybox";
      skopeo(
          registry, "--dest-oci-accept-uncompressed-layers", "docker-archive:" + archive, layout);
      for (List<String> kind :
          List.of(
              List.of("zstd", "--format", "oci", "--dest-compress-format", "zstd"),
              List.of("gzip", "--format", "oci"),
              List.of("docker", "--format", "v2s2"))) {
        String name = registry.name("s/bb:" + kind.getFirst());
        List<String> copy = new ArrayList<>(kind.subList(1, kind.size()));
        copy.addAll(List.of("--dest-tls-verify=false", layout, "docker://" + name));
        skopeo(registry, copy.toArray(String[]::new));
        assertThat(registry.manifest("s/bb", kind.getFirst()))
            .contains(kind.getFirst().equals("zstd") ? "tar+zstd" : "gzip");
        assertThat(docker.ok("run", "--rm", name, "echo", kind.getFirst()))
            .isEqualTo(kind.getFirst());
        String copied = registry.name("copied/bb:" + kind.getFirst());
        docker.ok("tag", name, copied);
        docker.ok("push", copied);
        assertThat(registry.manifest("copied/bb", kind.getFirst()))
            .isEqualTo(registry.manifest("s/bb", kind.getFirst()));
        String read = "dir:" + directory.resolve(kind.getFirst());
        skopeo(registry, "--src-tls-verify=false", "docker://" + copied, read);
        docker.ok("rmi", "-f", name, copied);
      }
    }
  }

  /** Copies with a cache of its own: skopeo remembers for ever how a layer was packed before. */
  private static void skopeo(RegistryServer registry, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs none /var/lib && exec skopeo --insecure-policy copy -q \"$@\"",
                "sh"));
    command.addAll(List.of(arguments));
    registry.inside(command.toArray(String[]::new)).ok();
  }

  @Test
  void anIndexIsReadForThisPlatform(Engine engine, Docker docker) throws IOException {
    try (RegistryServer registry = RegistryServer.plain(engine, directory, freePort())) {
      String type = "application/vnd.docker.distribution.manifest.v2+json";
      String name = registry.name("i/bb");
      docker.ok("tag", "busybox", name + ":amd64");
      String pushed = docker.ok("push", name + ":amd64");
      String digest = pushed.replaceAll("(?s).*digest: (sha256:[0-9a-f]{64}) size: (\\d+).*", "$1");
      String size = pushed.replaceAll("(?s).*digest: (sha256:[0-9a-f]{64}) size: (\\d+).*", "$2");
      String entry =
          "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%s,\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}}";
      Path index =
          Files.writeString(
              directory.resolve("index.json"),
              "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[%s,%s]}"
                  .formatted(
                      entry.formatted(type, digest, size, "s390x"),
                      entry.formatted(type, digest, size, "amd64")));
      registry.put("i/bb/manifests/multi", "application/vnd.oci.image.index.v1+json", index);
      docker.ok("rmi", name + ":amd64");
      docker.ok("pull", name + ":multi");
      assertThat(docker.inspect("{{len .RepoDigests}}", name + ":multi")).isEqualTo("1");
      assertThat(engine.get("/distribution/" + name + ":multi/json")).contains("s390x", "amd64");
      Shell.Result missing = docker.run("pull", "--platform", "linux/riscv64", name + ":multi");
      assertThat(missing.err())
          .contains("no matching manifest for linux/riscv64 in the manifest list entries");
      docker.ok("rmi", name + ":multi");
    }
  }

  @Test
  void aPasswordIsNeeded(Engine engine, Docker docker) throws IOException {
    Path htpasswd = Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
    String auth = "auth: {htpasswd: {realm: here, path: %s}}".formatted(htpasswd);
    String authority = "127.0.0.1:" + freePort();
    try (RegistryServer registry =
        new RegistryServer(engine, directory.resolve("r"), authority, "", auth)) {
      logsIn(docker, registry, authority, "no basic auth credentials");
    }
  }

  @Test
  void aTokenIsNeeded(Engine engine, Docker docker) throws IOException {
    certificate("token", "subjectAltName=DNS:token");
    int port = freePort();
    List<String> command = new ArrayList<>(engine.inside());
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "dev.varve.e2e.TokenServer",
            String.valueOf(port),
            directory.resolve("token.crt").toString(),
            directory.resolve("token.key").toString()));
    Process tokens = new ProcessBuilder(command).inheritIO().start();
    String auth =
        "auth: {token: {realm: 'http://127.0.0.1:%d/token', service: varve-registry, issuer: varve-test, rootcertbundle: %s}}"
            .formatted(port, directory.resolve("token.crt"));
    String authority = "127.0.0.1:" + freePort();
    try (RegistryServer registry =
        new RegistryServer(engine, directory.resolve("r"), authority, "", auth)) {
      Awaitility.await()
          .pollInterval(50, TimeUnit.MILLISECONDS)
          .until(() ->
              registry.inside("curl", "-s", "http://127.0.0.1:" + port + "/token?").exit() == 0);
      logsIn(docker, registry, authority, "requested access to the resource is denied");
      Path config = directory.resolve("docker/config.json");
      Docker mine = docker.withConfig(config.getParent());
      mine.with("secret", "login", "-u", "me", "--password-stdin", authority).ok();
      // What the token server gave for the password is kept in its place.
      assertThat(config).content().contains(TokenServer.IDENTITY);
      String name = registry.name("t/bb:identity");
      docker.ok("tag", "busybox", name);
      mine.ok("push", name);
      mine.ok("logout", authority);
      docker.ok("rmi", name);
    } finally {
      tokens.destroy();
      tokens.onExit().join();
    }
  }

  @Test
  void aPrivateAuthorityIsTrustedWhereItIsNamed(Engine engine, Docker docker) throws IOException {
    certificate("tls", "subjectAltName=IP:" + engine.address());
    String authority = engine.address() + ":" + freePort();
    String tls =
        ", tls: {certificate: '%s', key: '%s'}"
            .formatted(directory.resolve("tls.crt"), directory.resolve("tls.key"));
    Path trusted = engine.root().resolve("certs.d").resolve(authority);
    try (RegistryServer registry =
        new RegistryServer(engine, directory.resolve("r"), authority, tls, "")) {
      String name = registry.name("t/bb:1");
      docker.ok("tag", "busybox", name);
      assertThat(docker.run("push", name).err())
          .contains("x509: certificate signed by unknown authority");
      Files.createDirectories(trusted);
      Files.copy(directory.resolve("tls.crt"), trusted.resolve("ca.crt"));
      docker.ok("push", name);
      docker.ok("rmi", name);
      docker.ok("pull", name);
      docker.ok("rmi", name);
    } finally {
      Files.deleteIfExists(trusted.resolve("ca.crt"));
      Files.deleteIfExists(trusted);
    }
  }

  @Test
  void aPullThatWasKilledGoesOnWhereItWas(Engine engine, Docker docker) throws IOException {
    try (RegistryServer registry = RegistryServer.plain(engine, directory, freePort())) {
      String name = registry.name("k/bb:1");
      twoLayers(docker, name);
      docker.ok("push", name);
      docker.ok("rmi", name);
      List<String> layers = layers(registry.manifest("k/bb", "1"));
      engine.restartUntil("image.pull.blob-committed");
      assertThat(docker.run("pull", name).exit()).isNotZero();
      engine.awaitCrash();
      engine.up();
      assertThat(docker.ok("images", "-q", registry.name("k/bb"))).isEmpty();
      try (var ingests = Files.list(engine.root().resolve("content/ingest"))) {
        assertThat(ingests).isEmpty();
      }
      docker.ok("pull", name);
      long asked = 0;
      for (String layer : layers) {
        asked += registry.asked("GET", "k/bb/blobs/" + layer);
      }
      assertThat(asked).isLessThan(2L * layers.size());
      assertThat(docker.ok("run", "--rm", name, "cat", "/added")).isEqualTo("added");
      docker.ok("rmi", name);
    }
  }

  @Test
  void aPullWhoseUnpackingWasKilledIsWholeAfterwards(Engine engine, Docker docker)
      throws IOException {
    try (RegistryServer registry = RegistryServer.plain(engine, directory, freePort())) {
      String name = registry.name("u/bb:1");
      twoLayers(docker, name);
      docker.ok("push", name);
      docker.ok("rmi", name);
      List<String> layers = layers(registry.manifest("u/bb", "1"));
      engine.restartUntil("snapshot.layer.half-unpacked");
      docker.run("pull", name);
      engine.awaitCrash();
      List<String> complete = new ArrayList<>();
      long askedForComplete = 0;
      for (String layer : layers) {
        if (Files.exists(engine.root().resolve("content/blobs").resolve(layer.replace(':', '/')))) {
          complete.add(layer);
          askedForComplete += registry.asked("GET", "u/bb/blobs/" + layer);
        }
      }
      assertThat(complete).isNotEmpty();
      engine.up();
      Awaitility.await()
          .untilAsserted(
              () -> assertThat(engine.kept()).noneMatch(entry -> entry.contains("/tmp-")));
      docker.ok("pull", name);
      long asked = 0;
      for (String layer : complete) {
        asked += registry.asked("GET", "u/bb/blobs/" + layer);
      }
      assertThat(asked).isEqualTo(askedForComplete);
      assertThat(docker.ok("run", "--rm", name, "cat", "/added")).isEqualTo("added");
      docker.ok("rmi", name);
    }
  }

  @Test
  void aCertificateIsShownToWhoAsksForOne(Engine engine, Docker docker) throws IOException {
    certificate("tls", "subjectAltName=IP:" + engine.address());
    certificate("client", "extendedKeyUsage=clientAuth");
    String authority = engine.address() + ":" + freePort();
    String tls =
        ", tls: {certificate: '%1$s/tls.crt', key: '%1$s/tls.key', clientcas: ['%1$s/client.crt']}"
            .formatted(directory);
    Path certs = engine.root().resolve("certs.d").resolve(authority);
    List<Path> files = new ArrayList<>();
    try (RegistryServer registry =
        new RegistryServer(engine, directory.resolve("r"), authority, tls, "")) {
      String name = registry.name("t/bb:1");
      docker.ok("tag", "busybox", name);
      Files.createDirectories(certs);
      files.add(Files.copy(directory.resolve("tls.crt"), certs.resolve("ca.crt")));
      assertThat(docker.run("push", name).exit()).isEqualTo(1);
      files.add(Files.copy(directory.resolve("client.crt"), certs.resolve("client.cert")));
      files.add(Files.copy(directory.resolve("client.key"), certs.resolve("client.key")));
      docker.ok("push", name);
      docker.ok("rmi", name);
      docker.ok("pull", name);
      docker.ok("rmi", name);
    } finally {
      for (Path file : files) {
        Files.delete(file);
      }
      Files.deleteIfExists(certs);
    }
  }

  /** The engine has no build yet: an archive with one more layer is put together by hand. */
  private void twoLayers(Docker docker, String name) throws IOException {
    Path tree = Files.createDirectories(directory.resolve("tree"));
    docker.shell("docker save busybox:latest | tar -C " + tree + " -xf -").ok();
    ObjectMapper json = new ObjectMapper();
    var manifest = json.readTree(tree.resolve("manifest.json").toFile()).path(0);
    Path layer = tree.resolve("added.tar");
    Files.writeString(directory.resolve("added"), "added");
    shell("tar", "-C", directory.toString(), "-cf", layer.toString(), "added");
    String diffId = "sha256:" + shell("sha256sum", layer.toString()).substring(0, 64);
    var config =
        (com.fasterxml.jackson.databind.node.ObjectNode)
            json.readTree(tree.resolve(manifest.path("Config").asText()).toFile());
    ((com.fasterxml.jackson.databind.node.ArrayNode) config.path("rootfs").path("diff_ids"))
        .add(diffId);
    config.remove("history");
    json.writeValue(tree.resolve("new.json").toFile(), config);
    json.writeValue(
        tree.resolve("manifest.json").toFile(),
        List.of(
            Map.of(
                "Config", "new.json",
                "RepoTags", List.of(name),
                "Layers", List.of(manifest.path("Layers").path(0).asText(), "added.tar"))));
    docker.shell("tar -C " + tree + " -cf - . | docker load").ok();
  }

  private static List<String> layers(String manifest) throws IOException {
    List<String> digests = new ArrayList<>();
    new ObjectMapper()
        .readTree(manifest)
        .path("layers")
        .forEach(layer -> digests.add(layer.path("digest").asText()));
    return digests;
  }

  private void logsIn(Docker docker, RegistryServer registry, String authority, String without)
      throws IOException {
    String name = registry.name("t/bb:1");
    docker.ok("tag", "busybox", name);
    assertThat(docker.run("push", name).err()).contains(without);
    Docker mine = docker.withConfig(Files.createDirectories(directory.resolve("docker")));
    Shell.Result wrong = mine.with("wrong", "login", "-u", "me", "--password-stdin", authority);
    assertThat(wrong.exit()).isEqualTo(1);
    assertThat(wrong.err()).containsIgnoringCase("unauthorized");
    assertThat(mine.with("secret", "login", "-u", "me", "--password-stdin", authority).ok())
        .contains("Login Succeeded");
    mine.ok("push", name);
    docker.ok("rmi", name);
    assertThat(docker.run("pull", name).err()).contains(without);
    mine.ok("pull", name);
    docker.ok("rmi", name);
    mine.ok("logout", authority);
    assertThat(mine.run("pull", name).exit()).isEqualTo(1);
  }

  private void certificate(String name, String extension) {
    shell(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=" + name,
        "-addext",
        extension,
        "-keyout",
        directory.resolve(name + ".key").toString(),
        "-out",
        directory.resolve(name + ".crt").toString());
  }

  private static String shell(String... command) {
    return Shell.run(Map.of(), "", List.of(command)).ok();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
