package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds the projects of {@code e2e/projects} and runs them. Their packages come from where this
 * machine has its own: by its package sources, which the base image was made with, and by its
 * proxies, mirrors and authorities.
 */
@EndToEnd
final class ProjectsTest {
  private static final Path PROJECTS = Path.of("projects").toAbsolutePath();
  private static final Path AUTHORITIES = Path.of("/usr/local/share/ca-certificates");
  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private static final Duration START = Duration.ofSeconds(60);

  /** What a build is told of this machine, where this machine was told. */
  private static final List<String> SETTINGS =
      List.of(
          "http_proxy",
          "https_proxy",
          "no_proxy",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "NO_PROXY",
          "MAVEN_OPTS",
          "NPM_CONFIG_REGISTRY");

  @TempDir Path work;

  private final List<String> images = new ArrayList<>();

  @AfterEach
  void nothingIsLeft(Docker docker) {
    docker.removeContainers();
    images.forEach(image -> docker.run("rmi", "-f", image));
    docker.ok("builder", "prune", "-af");
    docker
        .ok("volume", "ls", "-q")
        .lines()
        .filter(volume -> volume.startsWith("build-cache-"))
        .forEach(volume -> docker.ok("volume", "rm", volume));
  }

  /** A copy of a project with this machine's authorities, built. */
  private String built(Docker docker, String name) throws IOException {
    Path from = PROJECTS.resolve(name);
    Path context = work.resolve(name);
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, context.resolve(from.relativize(path).toString()));
      }
    }
    addAuthorities(context.resolve("certificates"));
    return built(docker, name, context.toString());
  }

  private static void addAuthorities(Path authorities) throws IOException {
    if (Files.isDirectory(authorities) && Files.isDirectory(AUTHORITIES)) {
      try (Stream<Path> all = Files.list(AUTHORITIES)) {
        for (Path path : all.filter(it -> it.toString().endsWith(".crt")).toList()) {
          Files.copy(path, authorities.resolve(path.getFileName()));
        }
      }
    }
  }

  /**
   * @param arguments of the build that are its own
   */
  private String built(Docker docker, String name, String... arguments) {
    String image = "project-" + name;
    images.add(image);
    List<String> command = new ArrayList<>(List.of("build", "-t", image));
    SETTINGS.stream()
        .filter(setting -> System.getenv(setting) != null)
        .forEach(setting -> command.addAll(List.of("--build-arg", setting)));
    command.addAll(List.of(arguments));
    docker.patiently(PATIENCE, command.toArray(String[]::new)).ok();
    return image;
  }

  @Test
  void aDatabaseFromPackages(Docker docker) throws IOException {
    String image = built(docker, "postgres");
    docker.ok("run", "-d", "--name", "project", "-e", "POSTGRES_PASSWORD=secret", image);
    await()
        .atMost(START)
        .until(
            () -> docker.inspect("{{.State.Health.Status}}", "project"),
            it -> it.equals("healthy"));
    assertThat(
            docker.ok(
                "exec",
                "-e",
                "PGPASSWORD=secret",
                "project",
                "psql",
                "-h",
                "127.0.0.1",
                "-Atc",
                "select 6 * 7"))
        .isEqualTo("42");
  }

  @Test
  void aServiceOfJava(Engine engine, Docker docker) throws IOException {
    String image = built(docker, "java");
    docker.ok("run", "-d", "--name", "project", image);
    assertThat(answer(engine, docker, "/order/7")).isEqualTo("{\"path\":\"/order/7\"}");
    assertThat(docker.run("exec", "project", "sh", "-c", "command -v javac mvn").out()).isEmpty();
  }

  /** Debian's npm is hundreds of packages, and minutes. */
  @Test
  @EnabledIfEnvironmentVariable(
      named = "VARVE_E2E_PROJECTS",
      matches = "all",
      disabledReason = "takes minutes of fetching packages; VARVE_E2E_PROJECTS=all runs it")
  void aServiceOfNode(Engine engine, Docker docker) throws IOException {
    String image = built(docker, "node");
    docker.ok("run", "-d", "--name", "project", image);
    assertThat(answer(engine, docker, "/hello/you")).isEqualTo("{\"hello\":\"you\"}");
    assertThat(docker.run("exec", "project", "sh", "-c", "command -v npm").out()).isEmpty();
  }

  /** All that Maven fetches, and an engine within an engine. */
  @Test
  @EnabledIfEnvironmentVariable(
      named = "VARVE_E2E_PROJECTS",
      matches = "all",
      disabledReason = "takes minutes of fetching packages; VARVE_E2E_PROJECTS=all runs it")
  void varveItself(Docker docker) throws IOException {
    images.add("project-jdk");
    docker
        .shell(
            "tar -C '%s' -ch --transform 's,^\\./,opt/java/openjdk/,' . | docker import - project-jdk"
                .formatted(System.getProperty("java.home")))
        .ok();
    Path context = Files.createDirectory(work.resolve("varve"));
    docker
        .shell(
            "cd '%s/../..' && git ls-files -z | tar --null -T - -c | tar -x -C '%s'"
                .formatted(PROJECTS, context))
        .ok();
    addAuthorities(context.resolve("e2e/projects/varve/certificates"));
    String image =
        built(
            docker,
            "varve",
            "--build-arg",
            "JDK=project-jdk",
            "-f",
            context.resolve("e2e/projects/varve/Dockerfile").toString(),
            context.toString());
    docker.ok("run", "-d", "--init", "--privileged", "--name", "project", image);
    assertThat(
            await()
                .atMost(PATIENCE)
                .until(
                    () ->
                        docker.run(
                            "exec", "project", "docker", "run", "--rm", "busybox", "echo",
                            "inside"),
                    it -> it.exit() == 0)
                .ok())
        .isEqualTo("inside");
  }

  private static String answer(Engine engine, Docker docker, String path) {
    Networks networks = new Networks(engine, docker);
    String url = "http://" + networks.addressOf("project", "bridge") + ":8080" + path;
    return await()
        .atMost(START)
        .until(() -> networks.attempt("curl", "-fsS", url), it -> it.exit() == 0)
        .ok();
  }
}
