package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Published ports over the engine's own life, seen from another host. */
@EndToEnd
final class PublishedPortsTest {
  private static final int PORT = 18_090;

  @Test
  void connectionsOutliveAKilledEngine(Engine engine, Docker docker) throws IOException {
    docker.ok("run", "-d", "-p", PORT + ":80", "busybox", "nc", "-l", "-p", "80", "-e", "cat");
    try (Socket socket = connect(engine)) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      send(socket, "before");
      assertThat(in.readLine()).isEqualTo("before");
      engine.crash();
      send(socket, "without");
      assertThat(in.readLine()).isEqualTo("without");
      engine.up();
      send(socket, "after");
      assertThat(in.readLine()).isEqualTo("after");
      assertThat(docker.run("run", "--rm", "-p", PORT + ":80", "busybox", "true").err())
          .contains("port is already allocated");
    }
  }

  private static Socket connect(Engine engine) throws IOException {
    Socket socket = new Socket();
    await()
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> {
          socket.connect(new InetSocketAddress(engine.address(), PORT), 1000);
          return true;
        });
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static void send(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aStartThatWasKilledHoldsNoPort(Engine engine, Docker docker) throws IOException {
    engine.down();
    engine.upUntil("container.ports.published");
    docker.run("run", "-d", "--name", "killed", "-p", PORT + ":80", "busybox", "sleep", "1000");
    engine.awaitCrash();
    assertThat(rules(engine)).contains("tcp . " + PORT);
    engine.up();
    assertThat(rules(engine)).doesNotContain("elements");
    assertThat(docker.inspect("{{.State.Status}} {{.State.ExitCode}}", "killed"))
        .isEqualTo("created 128");
    docker.ok("start", "killed");
    assertThat(docker.ok("port", "killed", "80")).contains("0.0.0.0:" + PORT);
  }

  @Test
  void rulesThatAnotherProgramTookAwayAreBack(Engine engine, Docker docker) throws IOException {
    docker.ok(
        "run", "-d", "-p", PORT + ":80", "busybox", "nc", "-ll", "-p", "80", "-e", "echo", "hello");
    connect(engine).close();
    String table = "inet " + engine.prefix() + "-ports";
    nft(engine, "delete", "table", "inet", engine.prefix() + "-ports");
    await().until(() -> nft(engine, "list", "tables").contains(table));
    connect(engine).close();
    docker.removeContainers();
    await().untilAsserted(() -> assertThat(rules(engine)).doesNotContain("elements"));
  }

  private static String rules(Engine engine) {
    return nft(engine, "list", "table", "inet", engine.prefix() + "-ports");
  }

  private static String nft(Engine engine, String... arguments) {
    List<String> command =
        Stream.of(engine.inside().stream(), Stream.of("nft"), Stream.of(arguments))
            .flatMap(words -> words)
            .toList();
    return Shell.run(Map.of(), "", command).ok();
  }
}
