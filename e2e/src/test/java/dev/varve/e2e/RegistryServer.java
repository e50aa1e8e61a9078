package dev.varve.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Debian's {@code docker-registry} in the network of an engine, with a directory of its own. */
final class RegistryServer implements AutoCloseable {
  /** What curl says when nobody listens: another failure is an answer, to one unasked for. */
  private static final int REFUSED = 7;

  private final Engine engine;
  private final Path directory;
  private final String authority;
  private final Process process;

  /**
   * @param authority where it shall listen
   * @param more lines of its configuration
   */
  RegistryServer(Engine engine, Path directory, String authority, String tls, String more)
      throws IOException {
    this.engine = engine;
    this.directory = Files.createDirectories(directory);
    this.authority = authority;
    Path config =
        Files.writeString(
            directory.resolve("config.yml"),
            """
            version: 0.1
            log: {accesslog: {disabled: false}, level: warn}
            storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
            http: {addr: '%s'%s}
            %s
            """
                .formatted(directory.resolve("data"), authority, tls, more));
    List<String> command = new ArrayList<>(engine.inside());
    command.addAll(List.of("docker-registry", "serve", config.toString()));
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log().toFile())
            .start();
    try {
      String scheme = tls.isEmpty() ? "http" : "https";
      Awaitility.await()
          .pollInterval(20, TimeUnit.MILLISECONDS)
          .until(
              () -> inside("curl", "-sk", scheme + "://" + authority + "/v2/").exit() != REFUSED);
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  static RegistryServer plain(Engine engine, Path directory, int port) throws IOException {
    return new RegistryServer(engine, directory, "127.0.0.1:" + port, "", "");
  }

  String name(String rest) {
    return authority + "/" + rest;
  }

  /** How often a blob or manifest was asked for. */
  long asked(String method, String path) throws IOException {
    try (var lines = Files.lines(log())) {
      return lines.filter(line -> line.contains("\"" + method + " /v2/" + path)).count();
    }
  }

  /** Another command beside the registry. */
  Shell.Result inside(String... command) {
    List<String> all = new ArrayList<>(engine.inside());
    all.addAll(List.of(command));
    return Shell.run(Map.of(), "", all);
  }

  /** Puts a manifest there by hand. */
  void put(String path, String mediaType, Path manifest) {
    inside(
            "curl",
            "-fsS",
            "-X",
            "PUT",
            "-H",
            "Content-Type: " + mediaType,
            "--data-binary",
            "@" + manifest,
            "http://" + authority + "/v2/" + path)
        .ok();
  }

  /** What the registry answers for a manifest, byte for byte. */
  String manifest(String repository, String reference) {
    return inside(
            "curl",
            "-fsS",
            "-H",
            "Accept: application/vnd.oci.image.manifest.v1+json,"
                + " application/vnd.docker.distribution.manifest.v2+json",
            "http://" + authority + "/v2/" + repository + "/manifests/" + reference)
        .ok();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }

  private Path log() {
    return directory.resolve("log");
  }
}
