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
 * docker buildx with the engine's own builder, and with a BuildKit in a container. That BuildKit is
 * the one within Docker's daemon, as no distribution packages another.
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

  private Shell.Result own(String... options) {
    return docker.shell(
        "docker build --progress plain " + String.join(" ", options) + " " + context + " 2>&1");
  }

  @Test
  void theEnginesOwnBuilderTellsItsStepsAndWhatItMade() throws IOException {
    write("word", "said\n");
    write("left-out", "never\n");
    write(".dockerignore", "left-*\n");
    Files.createDirectory(context.resolve("dir"));
    write("dir/deep", "x".repeat(300_000));
    Files.createSymbolicLink(context.resolve("link"), Path.of("word"));
    write(
        "Dockerfile", "FROM busybox\nCOPY . /all/\nRUN echo out; cat /all/link >/made; ls /all\n");
    Path id = work.resolve("id");
    Path metadata = work.resolve("metadata");
    String told =
        own(
                "-t",
                "loaded",
                "-t",
                "classic",
                "--iidfile",
                id.toString(),
                "--metadata-file",
                metadata.toString())
            .ok();
    assertThat(told)
        .contains("[internal] load build definition from Dockerfile", "[1/3] FROM busybox")
        .contains("[2/3] COPY . /all/", "[3/3] RUN echo out", "naming to docker.io/library/loaded")
        .containsPattern("#\\d+ \\d\\.\\d+ out\\n")
        .doesNotContain("left-out", "CACHED");
    assertThat(docker.ok("run", "--rm", "loaded", "cat", "/made")).isEqualTo("said");
    assertThat(docker.ok("run", "--rm", "classic", "wc", "-c", "/all/dir/deep"))
        .startsWith("300000 ");
    assertThat(docker.ok("inspect", "-f", "{{.Id}}", "loaded"))
        .isEqualTo(Files.readString(id).strip());
    assertThat(metadata).content().contains("containerimage.config.digest", "image.name");
    assertThat(own().ok()).containsPattern("\\[3/3\\] RUN .*\\n#\\d+ CACHED");
    assertThat(docker.shell("docker build -q " + context).ok())
        .isEqualTo(Files.readString(id).strip());
    assertThat(docker.ok("ps", "-aq")).isEmpty();
    assertThat(docker.ok("buildx", "du")).contains("Total:");
    docker.ok("builder", "prune", "-af");
    assertThat(own().ok()).doesNotContain("CACHED");
  }

  @Test
  void aFailedStepIsShownWithItsOutputAndItsLine() throws IOException {
    write("Dockerfile", "FROM busybox\nRUN true\nRUN echo so it was; exit 7\n");
    Shell.Result failed = own();
    assertThat(failed.exit()).isEqualTo(1);
    assertThat(failed.out())
        .contains("so it was", "Dockerfile:3", ">>> RUN echo so it was; exit 7", "7");
    write("Dockerfile", "FROM busybox\nRUNN true\n");
    assertThat(own().out()).contains("unknown instruction: RUNN");
    write("Dockerfile", "FROM busybox\nCOPY missing /\n");
    assertThat(own().out()).contains("missing", "Dockerfile:2");
    assertThat(own("-f", context.resolve("none").toString()).out()).contains("none");
    assertThat(docker.ok("ps", "-aq")).isEmpty();
  }

  @Test
  void optionsReachTheEnginesOwnBuilder() throws IOException {
    write(
        "Dockerfile",
        """
        FROM busybox AS first
        ARG WORD=none
        RUN grep -c up /etc/hosts >/made; grep there /etc/hosts >>/made; ulimit -n >>/made; echo $WORD >>/made; df -k /dev/shm | tail -n1 | awk '{print $2}' >>/made
        FROM first AS second
        RUN exit 1
        """);
    own(
            "-t loaded --target first --build-arg WORD=word --label a=b --add-host there:10.9.8.7",
            "--add-host up:host-gateway --ulimit nofile=99:99 --shm-size 3m --no-cache --platform"
                + " linux/amd64")
        .ok();
    assertThat(docker.ok("run", "--rm", "loaded", "cat", "/made"))
        .isEqualTo("1\n10.9.8.7\tthere\n99\nword\n3072");
    assertThat(docker.ok("inspect", "-f", "{{.Config.Labels.a}}", "loaded")).isEqualTo("b");
    for (String refused :
        List.of("--no-cache-filter first", "--build-context o=https://h/o", "--output out")) {
      assertThat(own("--target", "first", refused).out()).contains("is not there");
    }
  }

  @Test
  void dockerfilesAndContextsComeByStandardInput() throws IOException {
    write("word", "said\n");
    docker
        .shell("echo 'FROM busybox\nCOPY word /made' | docker build -q -t loaded -f - " + context)
        .ok();
    assertThat(docker.ok("run", "--rm", "loaded", "cat", "/made")).isEqualTo("said");
    docker.shell("printf 'FROM busybox\nRUN echo alone >/made' | docker build -q -t loaded -").ok();
    assertThat(docker.ok("run", "--rm", "loaded", "cat", "/made")).isEqualTo("alone");
    write("Dockerfile", "FROM busybox\nCOPY . /all\n");
    docker.shell("tar -cz -C " + context + " . | docker build -q -t loaded -").ok();
    assertThat(docker.ok("run", "--rm", "loaded", "cat", "/all/word")).isEqualTo("said");
  }

  @Test
  void secretsAreThereForTheStepAloneAndAgentsToo() throws IOException {
    Path secret = Files.writeString(work.resolve("s"), "whispered\n");
    write(
        "Dockerfile",
        """
        FROM busybox
        RUN --mount=type=secret,id=s,required cat /run/secrets/s >/made && stat -c %a /run/secrets/s >>/made
        RUN --mount=type=secret,id=s,env=HEARD,target=/x/y echo $HEARD $(cat /x/y) >>/made
        RUN test ! -e /run/secrets && test ! -e /x && test ! -e "$HEARD"
        """);
    own("-t", "loaded", "--secret", "id=s,src=" + secret).ok();
    assertThat(docker.ok("run", "--rm", "loaded", "cat", "/made"))
        .isEqualTo("whispered\n400\nwhispered whispered");
    assertThat(own("--no-cache").out()).contains("secret s: not found");
    assertThat(docker.ok("ps", "-aq")).isEmpty();
  }

  @Test
  void aClientsAgentAnswers() throws IOException {
    assumeTrue(docker.shell("command -v ssh-agent").exit() == 0, "there is no ssh-agent here");
    write(
        "Dockerfile",
        """
        FROM debian:bookworm
        RUN --mount=type=ssh,required <<END
        #!/usr/bin/perl
        use IO::Socket::UNIX;
        my $agent = IO::Socket::UNIX->new(Peer => $ENV{SSH_AUTH_SOCK}) or die "no agent: $!";
        print $agent pack("NC", 1, 11);
        read($agent, my $answer, 9) == 9 or die "no answer";
        print join(" ", "said", unpack("NCN", $answer)), "\\n";
        END
        """);
    Path socket = work.resolve("agent");
    String agent = "eval $(ssh-agent -a " + socket + ") >/dev/null; ";
    String build = "docker build --progress plain --ssh default=" + socket + " " + context;
    Shell.Result told =
        docker.shell(agent + build + " 2>&1; s=$?; ssh-agent -k >/dev/null; exit $s");
    // No keys: five bytes, of the type of an answer.
    assertThat(told.ok()).contains("said 5 12 0");
    assertThat(own("--no-cache").out()).contains("unset ssh forward key default");
  }

  @Test
  void furtherContextsHaveNames() throws IOException {
    Path other = Files.createDirectory(work.resolve("other"));
    Files.writeString(other.resolve("word"), "other\n");
    Files.writeString(other.resolve("left-out"), "never\n");
    Files.writeString(other.resolve(".dockerignore"), "left-*\n");
    write(
        "Dockerfile",
        "FROM base\nCOPY --from=it . /all/\nRUN --mount=from=it,target=/m cat /m/word >/made\n");
    String contexts =
        "--build-context it=" + other + " --build-context base=docker-image://busybox";
    own("-t", "loaded", contexts).ok();
    assertThat(docker.ok("run", "--rm", "loaded", "sh", "-c", "ls /all; cat /made"))
        .isEqualTo("word\nother");
    assertThat(own(contexts).ok()).contains("CACHED");
    Files.writeString(other.resolve("word"), "changed\n");
    own("-t", "loaded", contexts).ok();
    assertThat(docker.ok("run", "--rm", "loaded", "cat", "/made")).isEqualTo("changed");
  }

  @Test
  void anImageIsPushedWithTheClientsCredentials(Engine engine) throws IOException {
    docker.with("secret", "login", "-u", "me", "--password-stdin", engine.registry()).ok();
    write("Dockerfile", "FROM %s/busybox\nRUN echo pushed >/made\n".formatted(engine.registry()));
    own("--pull", "--push", "-t", engine.registry() + "/pushed").ok();
    docker.ok("rmi", engine.registry() + "/pushed");
    assertThat(docker.ok("run", "--rm", engine.registry() + "/pushed", "cat", "/made"))
        .isEqualTo("pushed");
    docker.ok("rmi", engine.registry() + "/pushed", engine.registry() + "/busybox");
  }

  @Test
  void aClientThatGoesAwayEndsItsBuild() throws IOException {
    write("Dockerfile", "FROM busybox\nRUN echo begun; sleep 600\n");
    Shell.Result gone =
        docker.shell("timeout -s INT 5 docker build --progress plain " + context + " 2>&1");
    assertThat(gone.exit()).isNotZero();
    assertThat(gone.out()).contains("begun");
    await().untilAsserted(() -> assertThat(docker.ok("ps", "-aq")).isEmpty());
  }
}
