package dev.varve.e2e.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.HealthCheck;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.output.OutputFrame.OutputType;
import org.testcontainers.containers.output.ToStringConsumer;
import org.testcontainers.containers.output.WaitingConsumer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.MountableFile;

/** Run by {@link SuiteMain}. */
final class ContainersSuite {
  private static final String SERVER = "echo hello >/index.html; exec httpd -f -v -p 80";

  @TempDir Path files;

  /** Named as a type of its own, since the library's is its own parameter. */
  private static final class Busybox extends GenericContainer<Busybox> {
    Busybox(String... command) {
      super("busybox:latest");
      withCommand(command);
    }
  }

  private static Busybox shell(String line) {
    return new Busybox("sh", "-c", line);
  }

  private static String get(GenericContainer<?> web) throws IOException, InterruptedException {
    URI address =
        URI.create("http://" + web.getHost() + ":" + web.getMappedPort(80) + "/index.html");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
          .body()
          .strip();
    }
  }

  @Test
  void waitsForAPort() throws Exception {
    try (Busybox web = shell("sleep 1; " + SERVER).withExposedPorts(80)) {
      web.start();
      assertThat(get(web)).isEqualTo("hello");
    }
  }

  @Test
  void waitsForAnAnswer() throws Exception {
    try (Busybox web =
        shell("sleep 1; " + SERVER)
            .withExposedPorts(80)
            .waitingFor(Wait.forHttp("/index.html").forStatusCode(200))) {
      web.start();
      assertThat(get(web)).isEqualTo("hello");
    }
  }

  @Test
  void waitsForALine() {
    try (Busybox box =
        shell("echo one; sleep 1; echo ready now; exec sleep 1000")
            .waitingFor(Wait.forLogMessage("ready.*\\n", 1))) {
      box.start();
      assertThat(box.getLogs(OutputType.STDOUT)).isEqualTo("one\nready now\n");
    }
  }

  @Test
  void waitsForHealth() {
    try (Busybox box =
        shell("sleep 1; touch /healthy; exec sleep 1000")
            .withCreateContainerCmdModifier(command ->
                command.withHealthcheck(
                    new HealthCheck()
                        .withTest(List.of("CMD", "test", "-f", "/healthy"))
                        .withInterval(TimeUnit.MILLISECONDS.toNanos(200))))
            .waitingFor(Wait.forHealthcheck())) {
      box.start();
      assertThat(box.isHealthy()).isTrue();
    }
  }

  @Test
  void waitsForACommandsSuccess() {
    try (Busybox box =
        shell("sleep 1; touch /done; exec sleep 1000")
            .waitingFor(Wait.forSuccessfulCommand("test -f /done"))) {
      box.start();
      assertThat(box.isRunning()).isTrue();
    }
  }

  @Test
  void tellsWhyAStartFailed() {
    // Of one that is over before its ports were looked at, the library says that they are missing.
    try (Busybox box = shell("sleep 1; echo broken >&2; exit 7").withExposedPorts(80)) {
      assertThatThrownBy(box::start)
          .isInstanceOf(ContainerLaunchException.class)
          .hasStackTraceContaining("Container exited with code 7");
    }
  }

  @Test
  void findsNeighboursByTheirAliases() throws Exception {
    try (Network network = Network.newNetwork();
        Busybox web = shell(SERVER).withNetwork(network).withNetworkAliases("web", "www");
        Busybox client = new Busybox("sleep", "1000").withNetwork(network).dependsOn(web)) {
      client.start();
      for (String name : List.of("web", "www")) {
        ExecResult answer = client.execInContainer("wget", "-qO-", "http://" + name);
        assertThat(answer.getStdout()).isEqualTo("hello\n");
      }
    }
  }

  @Test
  void executes() throws Exception {
    try (Busybox box = new Busybox("sleep", "1000").withEnv("GREETING", "hello")) {
      box.start();
      ExecResult result = box.execInContainer("sh", "-c", "echo $GREETING; echo oh >&2; exit 3");
      assertThat(List.of(result.getStdout(), result.getStderr(), "" + result.getExitCode()))
          .containsExactly("hello\n", "oh\n", "3");
    }
  }

  @Test
  void copiesInAndOut() throws Exception {
    Path tree = Files.createDirectories(files.resolve("tree/below"));
    Files.writeString(tree.resolve("file"), "deep");
    try (Busybox box =
        new Busybox("sleep", "1000")
            .withCopyToContainer(Transferable.of("before", 0100600), "/before")) {
      box.start();
      box.copyFileToContainer(Transferable.of("after"), "/made/on/the/way");
      box.copyFileToContainer(MountableFile.forHostPath(files.resolve("tree")), "/tree");
      assertThat(
              box.execInContainer(
                      "sh",
                      "-c",
                      "cat /before /made/on/the/way /tree/below/file; stat -c %a /before")
                  .getStdout())
          .isEqualTo("beforeafterdeep600\n");
      box.execInContainer("sh", "-c", "echo back >/tmp/back");
      String back =
          box.copyFileFromContainer(
              "/tmp/back", it -> new String(it.readAllBytes(), StandardCharsets.UTF_8));
      assertThat(back).isEqualTo("back\n");
      box.copyFileFromContainer("/tmp/back", files.resolve("back").toString());
      assertThat(files.resolve("back")).hasContent("back\n");
    }
  }

  @Test
  void mountsFilesOfTheHost() throws Exception {
    Files.writeString(files.resolve("given"), "from the host");
    try (Busybox box =
        new Busybox("sleep", "1000")
            .withFileSystemBind(files.toString(), "/host", BindMode.READ_ONLY)
            .withTmpFs(Map.of("/scratch", "rw,size=1m"))) {
      box.start();
      assertThat(box.execInContainer("cat", "/host/given").getStdout()).isEqualTo("from the host");
      assertThat(box.execInContainer("touch", "/host/new").getExitCode()).isNotZero();
      assertThat(box.execInContainer("touch", "/scratch/new").getExitCode()).isZero();
    }
  }

  @Test
  void followsTheLog() throws TimeoutException {
    var waiting = new WaitingConsumer();
    var all = new ToStringConsumer();
    try (Busybox box =
        shell("for i in 1 2 3; do echo line $i; echo error $i >&2; done; exec sleep 1000")
            .withLogConsumer(waiting.andThen(all))) {
      box.start();
      waiting.waitUntil(
          frame ->
              frame.getType() == OutputType.STDERR && frame.getUtf8String().contains("error 3"),
          30,
          TimeUnit.SECONDS);
      await()
          .untilAsserted(() ->
              assertThat(all.toUtf8String().lines())
                  .containsExactlyInAnyOrder(
                      "line 1", "line 2", "line 3", "error 1", "error 2", "error 3"));
    }
  }

  @Test
  void takesUpWhatItLeft() {
    try (Busybox first = new Busybox("sleep", "1000").withReuse(true)) {
      first.start();
      Busybox second = new Busybox("sleep", "1000").withReuse(true);
      second.start();
      assertThat(second.getContainerId()).isEqualTo(first.getContainerId());
    }
  }

  @Test
  void leavesNothingOfWhatItStops() {
    Busybox box = new Busybox("sleep", "1000");
    box.start();
    String id = box.getContainerId();
    box.stop();
    assertThatThrownBy(() -> DockerClientFactory.lazyClient().inspectContainerCmd(id).exec())
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void runsADatabase() throws SQLException {
    try (var database = new PostgreSQLContainer("postgres:15").withDatabaseName("shop")) {
      database.start();
      try (Connection connection =
              DriverManager.getConnection(
                  database.getJdbcUrl(), database.getUsername(), database.getPassword());
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT current_database()")) {
        assertThat(row.next()).isTrue();
        assertThat(row.getString(1)).isEqualTo("shop");
      }
    }
  }

  /** For the reaper, or for the library's own tidying up at the JVM's end. */
  @Test
  void forgetsWhatItMade() {
    Network network = Network.newNetwork();
    new Busybox("sleep", "1000").withNetwork(network).start();
  }
}
