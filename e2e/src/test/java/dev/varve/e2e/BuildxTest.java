package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * docker buildx, with a BuildKit in a container and without one. The BuildKit is the one within
 * Docker's daemon, as no distribution packages another.
 */
@EndToEnd
final class BuildxTest {
  /** Where {@code ./varve test} puts the plugin and the BuildKit. */
  private static final Path FETCHED =
      Path.of("").toAbsolutePath().getParent().resolve("target/buildx");

  private static final String BUILDER = "shed";
  private static final String CONTAINER = "buildx_buildkit_shed0";
  private static final String STATE = "buildx_buildkit_shed0_state";
  private static final String IMAGE = "buildx-test/buildkit";

  @TempDir Path work;

  private Docker docker;
  private Path context;

  @BeforeEach
  void giveThePlugin(Docker without) throws IOException {
    assumeTrue(
        Files.isDirectory(FETCHED.resolve("buildkit")),
        "no docker buildx or no BuildKit: './varve test e2e' fetches them, or says why it cannot");
    Path config = Files.createDirectory(work.resolve("config"));
    Files.writeString(
        config.resolve("config.json"),
        "{\"cliPluginsExtraDirs\":[\"" + FETCHED.resolve("cli-plugins") + "\"]}");
    docker = without.withConfig(config);
    context = Files.createDirectory(work.resolve("context"));
  }

  @AfterEach
  void nothingIsLeft(Docker without) {
    without.removeContainers();
    without.ok("volume", "prune", "-af");
    for (String image : List.of(IMAGE, "loaded", "pushed", "classic")) {
      without.run("rmi", "-f", image);
    }
    without.ok("builder", "prune", "-af");
  }

  /** The image of the builder: what was fetched, with two programs of buildx's names before it. */
  private void makeBuildKit() throws IOException {
    URL resources = Objects.requireNonNull(BuildxTest.class.getResource("buildkit"));
    Path programs;
    try {
      programs = Path.of(resources.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
    String image = Files.createDirectory(work.resolve("image")).toString();
    List<String> copy =
        List.of("cp", "-a", FETCHED.resolve("buildkit") + "/.", programs + "/.", image);
    Shell.run(Map.of(), "", copy).ok();
    docker.shell("DOCKER_BUILDKIT=0 docker build -q -t " + IMAGE + " " + image).ok();
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(context.resolve(file), text);
  }

  private String build(String... options) {
    return docker
        .shell(
            "docker buildx build --builder shed --progress plain "
                + String.join(" ", options)
                + " "
                + context
                + " 2>&1")
        .ok();
  }

  private String create(Engine engine) throws IOException {
    Path settings = Files.writeString(work.resolve("buildkitd.toml"), "debug = true\n");
    return docker.ok(
        "buildx",
        "create",
        "--name",
        BUILDER,
        "--driver=docker-container",
        "--driver-opt",
        "image=%s,network=host,memory=3g,cpu-shares=512,cgroup-parent=/%s,env.WHO=me"
            .formatted(IMAGE, engine.prefix()),
        "--config",
        settings.toString());
  }

  private String status() {
    return docker.ok("buildx", "inspect", BUILDER).replaceAll("(?s).*Status: *(\\w+).*", "$1");
  }

  @Test
  void aBuildKitInAContainerBuilds(Engine engine) throws IOException {
    makeBuildKit();
    create(engine);
    assertThat(status()).isEqualTo("inactive");
    assertThat(docker.ok("buildx", "inspect", "--bootstrap", BUILDER))
        .contains("containerd.namespace");
    assertThat(status()).isEqualTo("running");
    assertItsContainerIsAsAskedFor(engine);

    docker.with("secret", "login", "-u", "me", "--password-stdin", engine.registry()).ok();
    write("word", "said\n");
    write(
        "Dockerfile",
        """
        FROM %1$s/busybox AS first
        COPY word /word
        RUN --network=none --mount=type=cache,target=/cache --mount=type=secret,id=s \\
          cat /word /run/secrets/s >/made
        FROM %1$s/busybox
        COPY --from=first /made /made
        CMD ["cat", "/made"]
        """
            .formatted(engine.registry()));
    String secret = "--secret id=s,src=" + Files.writeString(work.resolve("s"), "whispered\n");
    build(secret, "--load", "-t", "loaded");
    assertThat(docker.ok("run", "--rm", "loaded")).isEqualTo("said\nwhispered");
    build(secret, "--push", "-t", engine.registry() + "/pushed");
    assertThat(docker.ok("run", "--rm", "pushed")).isEqualTo("said\nwhispered");
    build(secret, "--output", "type=local,dest=" + work.resolve("out"));
    assertThat(work.resolve("out/made")).hasContent("said\nwhispered");
    assertThat(docker.ok("buildx", "du", "--builder", BUILDER)).contains("Total:");
    await().until(() -> !docker.ok("exec", CONTAINER, "ps").contains("dial-stdio"));

    engine.crash();
    engine.up();
    assertThat(build(secret, "--load", "-t", "loaded")).contains("CACHED");
    docker.ok("buildx", "stop", BUILDER);
    assertThat(status()).isEqualTo("stopped");
    assertThat(build(secret, "--load", "-t", "loaded")).contains("CACHED");
    assertThat(status()).isEqualTo("running");

    docker.ok("buildx", "rm", "--keep-state", BUILDER);
    assertThat(docker.ok("ps", "-aq")).isEmpty();
    create(engine);
    assertThat(build(secret, "--load", "-t", "loaded")).contains("CACHED");
    docker.ok("buildx", "rm", BUILDER);
    assertThat(docker.ok("ps", "-aq")).isEmpty();
    assertThat(docker.ok("volume", "ls", "-q")).isEmpty();
  }

  private void assertItsContainerIsAsAskedFor(Engine engine) {
    assertThat(
            docker.inspect(
                """
                {{with .HostConfig}}{{.Privileged}} {{.Init}} {{.NetworkMode}} {{.Memory}} \
                {{.CpuShares}} {{.CgroupParent}} {{.RestartPolicy.Name}}{{end}} {{.Args}} \
                {{(index .Config.Env 0)}} {{range .Mounts}}{{.Name}} {{.Destination}}{{end}}\
                """,
                CONTAINER))
        .isEqualTo(
            "true true host 3221225472 512 /"
                + engine.prefix()
                + " unless-stopped [--config /etc/buildkit/buildkitd.toml"
                + " --allow-insecure-entitlement=network.host] WHO=me "
                + STATE
                + " /var/lib/buildkit");
    assertThat(docker.ok("exec", CONTAINER, "cat", "/etc/buildkit/buildkitd.toml"))
        .isEqualTo("debug = true");
  }

  /** Nothing is begun that nobody asked for, and the classic builder is a variable away. */
  @Test
  void withoutABuildKitItSaysWhatToDo() throws IOException {
    write("Dockerfile", "FROM busybox\n");
    Shell.Result refused = docker.run("buildx", "build", context.toString());
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("DOCKER_BUILDKIT=0", "docker buildx create");
    assertThat(docker.ok("buildx", "inspect")).contains("DOCKER_BUILDKIT=0");
    assertThat(docker.ok("ps", "-aq")).isEmpty();
    docker.shell("DOCKER_BUILDKIT=0 docker build -q -t classic " + context).ok();
    docker.ok("run", "--rm", "classic", "true");
  }
}
