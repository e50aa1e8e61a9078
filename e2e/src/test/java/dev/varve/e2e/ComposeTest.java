package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docker compose, in both of its forms. */
@EndToEnd
final class ComposeTest {
  private static final int WEB = 18_094;
  private static final int DATABASE = 18_095;
  private static final int ANSWER_LINES = 4;

  @TempDir Path work;

  @AfterEach
  void nothingIsLeft(Docker docker) {
    docker.removeContainers();
    docker.ok("network", "prune", "-f");
    docker.ok("volume", "prune", "-af");
  }

  /** A copy of a project of the tests' resources, to be changed at will. */
  private Path project(String name) throws IOException {
    URL resources = Objects.requireNonNull(ComposeTest.class.getResource("compose/" + name));
    Path from;
    try {
      from = Path.of(resources.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
    Path to = work.resolve(name);
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
    return to;
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void aShopOutlivesItsEngine(String version, Engine engine, Docker docker) throws Exception {
    engine.seed("--only", "postgres");
    Set<String> before = traces(engine, docker);
    Compose shop = new Compose(version, engine, project("shop"));
    shop.ok("up", "-d");
    try (Visitor visitor = new Visitor(engine);
        Session session = new Session(engine)) {
      assertThat(visitor.visit()).isEqualTo("1");
      engine.crash();
      assertThat(visitor.visit()).isEqualTo("2");
      assertThat(session.remembers()).isTrue();
      engine.up();
      assertThat(visitor.visit()).isEqualTo("3");
      engine.down();
      assertThat(visitor.visit()).isEqualTo("4");
      assertThat(session.remembers()).isTrue();
      engine.up();
      assertThat(visitor.visit()).isEqualTo("5");
      assertThat(session.remembers()).isTrue();
      Set<String> containers = containers(docker);
      shop.ok("up", "-d");
      assertThat(containers(docker)).isEqualTo(containers);
      assertThat(visitor.visit()).isEqualTo("6");
    }
    shop.ok("down", "-v", "-t", "1");
    assertThat(traces(engine, docker)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void aServiceIsBuiltByTheEnginesOwnBuilder(String version, Engine engine, Docker docker)
      throws Exception {
    Path directory = Files.createDirectory(work.resolve("built"));
    Files.writeString(directory.resolve("Dockerfile"), "FROM busybox\nCMD [\"echo\", \"built\"]\n");
    Files.writeString(
        directory.resolve("compose.yml"),
        "version: '3'\nservices: {app: {build: ., image: compose-built}}\n");
    Compose compose = new Compose(version, engine, directory);
    for (Compose way : List.of(compose, compose.classic())) {
      way.ok("build");
      assertThat(way.ok("up")).contains("built");
      way.ok("down", "-t", "1");
      docker.ok("rmi", "compose-built");
    }
  }

  private static Set<String> containers(Docker docker) {
    return Set.copyOf(docker.ok("ps", "-aq").lines().toList());
  }

  /** All that a project could leave behind. */
  private static Set<String> traces(Engine engine, Docker docker) {
    Set<String> traces = new HashSet<>(containers(docker));
    traces.addAll(docker.ok("volume", "ls", "-q").lines().toList());
    traces.addAll(docker.ok("network", "ls", "-q").lines().toList());
    List<String> bridges = new ArrayList<>(engine.inside());
    bridges.addAll(List.of("ip", "-o", "link", "show", "type", "bridge"));
    for (String line : Shell.run(Map.of(), "", bridges).ok().lines().toList()) {
      traces.add(line.split(" ")[1]);
    }
    return traces;
  }

  /** A connection to the web tier which lasts, and counts what it sends. */
  private static final class Visitor implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    Visitor(Engine engine) throws IOException {
      socket = await().ignoreExceptions().until(() -> connect(engine), Objects::nonNull);
      socket.setSoTimeout(60_000);
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The container is up before its program listens. */
    private static Socket connect(Engine engine) throws IOException {
      Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(engine.address(), WEB));
        return socket;
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    }

    String visit() throws IOException {
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: shop\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      String line = "";
      for (int i = 0; i < ANSWER_LINES; i++) {
        line = String.valueOf(in.readLine());
      }
      return line;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** A session of the database, which has a table that no other has. */
  private static final class Session implements AutoCloseable {
    private final Connection connection;

    Session(Engine engine) throws SQLException {
      connection =
          DriverManager.getConnection(
              "jdbc:postgresql://%s:%d/shop".formatted(engine.address(), DATABASE),
              "postgres",
              "s3cret");
      try (Statement statement = connection.createStatement()) {
        statement.execute("CREATE TEMPORARY TABLE kept AS SELECT 1 AS one");
      }
    }

    boolean remembers() throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT one FROM kept")) {
        return row.next() && row.getInt(1) == 1;
      }
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void everyDay(String version, Engine engine, Docker docker) throws IOException {
    Path project = project("tiers");
    Compose compose = new Compose(version, engine, project);
    assertThat(compose.run("up", "-d").err()).contains("outside");
    docker.ok("volume", "create", "outside");
    compose.ok("up", "-d");
    String web = only(compose, "web");
    assertThat(docker.ok("logs", web)).isEqualTo("the job is done");
    assertThat(compose.ok("logs", "-f", "--no-color", "job")).contains("the job is done");
    assertThat(compose.running("debug")).isEmpty();
    assertThat(inside(compose, "cat /run/secrets/token; echo $COLOUR $SHAPE"))
        .isEqualTo("sesamered round");
    assertThat(inside(compose, "wget -qO- http://warehouse http://10.215.0.10"))
        .isEqualTo("of the store\nof the store");
    String port = compose.ok("port", "web", "80");
    assertThat(get(engine, port.substring(port.lastIndexOf(':') + 1))).isEqualTo("welcome");
    assertThat(compose.ok("top", "web")).contains("httpd -f -p 80");
    assertThat(compose.ok("run", "--rm", "-T", "web", "echo", "once")).contains("once");

    lifecycle(compose, docker, web);
    recreation(compose, project);

    compose.ok("up", "-d", "--scale", "web=3");
    assertThat(compose.running("web")).hasSize(3);
    compose.ok("up", "-d", "--scale", "web=1");
    assertThat(compose.running("web")).hasSize(1);
    compose.ok("--profile", "debug", "up", "-d");
    assertThat(compose.running("debug")).hasSize(1);

    compose.ok("--profile", "debug", "down", "-v", "-t", "0");
    assertThat(containers(docker)).isEmpty();
    // One made again has its predecessor's anonymous volume by name, and named ones stay.
    assertThat(
            docker.ok("volume", "ls", "-q", "--filter", "label=com.docker.compose.project=tiers"))
        .isEmpty();
    assertThat(docker.ok("volume", "ls", "-q").lines()).contains("outside");
    assertThat(docker.ok("network", "ls", "-q", "--filter", "type=custom")).isEmpty();
  }

  private static String only(Compose compose, String service) {
    Set<String> running = compose.running(service);
    assertThat(running).hasSize(1);
    return running.iterator().next();
  }

  private static String inside(Compose compose, String line) {
    return compose.ok("exec", "-T", "web", "sh", "-c", line);
  }

  private static String get(Engine engine, String port) {
    return Shell.run(
            Map.of(), "", List.of("curl", "-fsS", "http://" + engine.address() + ":" + port + "/"))
        .ok();
  }

  private static void lifecycle(Compose compose, Docker docker, String web) {
    compose.ok("pause", "web");
    assertThat(status(docker, web)).isEqualTo("paused");
    compose.ok("unpause", "web");
    compose.ok("stop", "-t", "0", "web");
    assertThat(status(docker, web)).isEqualTo("exited");
    compose.ok("start", "web");
    assertThat(status(docker, web)).isEqualTo("running");
    compose.ok("restart", "-t", "0", "web");
    assertThat(docker.inspect("{{.RestartCount}} {{.State.Status}}", web)).isEqualTo("0 running");
    compose.ok("kill", "-s", "KILL", "web");
    compose.ok("up", "-d");
    assertThat(only(compose, "web")).isEqualTo(web);
  }

  private static String status(Docker docker, String id) {
    return docker.inspect("{{.State.Status}}", id);
  }

  /** What has changed is made anew, with its data, and nothing else. */
  private static void recreation(Compose compose, Path project) throws IOException {
    Path file = project.resolve("compose.yml");
    String store = only(compose, "store");
    String web = only(compose, "web");
    Files.writeString(file, Files.readString(file).replace("COLOUR: red", "COLOUR: blue"));
    compose.ok("up", "-d");
    assertThat(only(compose, "store")).isEqualTo(store);
    assertThat(only(compose, "web")).isNotEqualTo(web);
    assertThat(inside(compose, "echo $COLOUR; cat /kept/job")).isEqualTo("blue\nthe job is done");
    if (!compose.isFirst()) {
      compose.ok("cp", project.resolve("site").toString(), "web:/tmp/site");
      assertThat(inside(compose, "cat /tmp/site/index.html")).isEqualTo("welcome");
    }
    compose.ok("exec", "-T", "store", "touch", "/scratch/old");
    compose.ok("up", "-d", "--force-recreate", "--no-deps", "store");
    assertThat(only(compose, "store")).isNotEqualTo(store);
    // An anonymous volume goes over to the container's successor.
    assertThat(compose.ok("exec", "-T", "store", "ls", "/scratch")).isEqualTo("old");
  }
}
