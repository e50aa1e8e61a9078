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
import org.junit.jupiter.api.Test;

/** Clients that behave badly, and many of them: others don't notice, and nothing is left. */
@EndToEnd
final class AbuseTest {
  private static final int ROUNDS = 1000;
  private static final int STUCK = 200;
  private static final int WRITERS = 20;
  private static final long MIB = 1 << 20;

  /** What the engine's process has. */
  private record Footprint(long descriptors, long threads, long resident) {
    static Footprint of(Engine engine) throws IOException {
      Path process = Path.of("/proc", Long.toString(engine.pid()));
      return new Footprint(
          count(process.resolve("fd")), count(process.resolve("task")), resident(process));
    }

    private static long count(Path directory) throws IOException {
      try (Stream<Path> entries = Files.list(directory)) {
        return entries.count();
      }
    }

    private static long resident(Path process) throws IOException {
      return Files.readAllLines(process.resolve("status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void attachingAndLeavingOverAndOver(Engine engine, Docker docker) throws IOException {
    docker.ok("run", "-d", "-i", "--name", "box", "busybox", "sh", "-c", "echo begin; cat");
    attachAndLeave(engine, ROUNDS / 5);
    await().until(() -> Footprint.of(engine).descriptors() < 400);
    Footprint before = Footprint.of(engine);
    attachAndLeave(engine, ROUNDS);
    await()
        .untilAsserted(() -> {
          Footprint after = Footprint.of(engine);
          assertThat(after.descriptors()).isLessThan(before.descriptors() + 10);
          assertThat(after.threads()).isLessThan(before.threads() + 10);
          assertThat(after.resident()).isLessThan(before.resident() + 64 * MIB);
        });
    assertThat(docker.ok("exec", "box", "echo", "here")).isEqualTo("here");
  }

  private static void attachAndLeave(Engine engine, int rounds) {
    String attach = "POST /containers/box/attach?stream=1&stdout=1&stderr=1";
    for (int i = 0; i < rounds; i++) {
      String variant = List.of("", "&stdin=1", "&logs=1").get(i % 3);
      try (Connection connection = Connection.open(engine.socket(), attach + variant, "")) {
        assertThat(connection.head()).startsWith("HTTP/1.1 101 ");
      }
    }
  }

  @Test
  void clientsThatNeverRead(Engine engine, Docker docker) throws IOException {
    for (int i = 0; i < WRITERS; i++) {
      String wait = "while [ ! -e /go ]; do usleep 50000; done; ";
      String write = "yes 0123456789 | head -c 12000000; sleep 1000";
      docker.ok("run", "-d", "--name", "writer" + i, "busybox", "sh", "-c", wait + write);
    }
    Footprint before = Footprint.of(engine);
    List<Connection> clients = new ArrayList<>();
    try {
      for (int i = 0; i < STUCK; i++) {
        clients.add(neverReading(engine, docker, "writer" + i % WRITERS, i % 3));
      }
      docker.shell("seq 0 " + (WRITERS - 1) + " | xargs -I N docker exec writerN touch /go").ok();
      // All of it is in the log only when those who don't read have been given up.
      for (int i = 0; i < WRITERS; i++) {
        String container = "writer" + i;
        await()
            .atMost(Duration.ofMinutes(2))
            .until(
                () -> Files.size(Path.of(docker.inspect("{{.LogPath}}", container))) > 12_000_000);
      }
      assertThat(docker.ok("run", "--rm", "busybox", "echo", "alive")).isEqualTo("alive");
      // Far less than was written: a heap that grows from 48 to its 256 MiB, for buffers that were
      // let go lie among the old until all is full; 256 KiB on the way to each client; the rest is
      // compiled code and what malloc keeps.
      assertThat(Footprint.of(engine).resident()).isLessThan(before.resident() + 340 * MIB);
    } finally {
      clients.forEach(Connection::close);
    }
    await()
        .untilAsserted(() ->
            assertThat(Footprint.of(engine).descriptors()).isLessThan(before.descriptors() + 50));
  }

  private static Connection neverReading(Engine engine, Docker docker, String container, int kind) {
    String path = "/containers/" + container;
    Connection client =
        switch (kind) {
          case 0 ->
              Connection.open(
                  engine.socket(), "POST " + path + "/attach?stream=1&stdout=1&stderr=1", "");
          case 1 ->
              Connection.open(
                  engine.socket(), "GET " + path + "/logs?follow=1&stdout=1&stderr=1", "");
          default -> {
            String exec =
                docker
                    .shell(
                        "curl -fsS --unix-socket "
                            + engine.socket()
                            + " -H 'Content-Type: application/json' -d '{\"AttachStdout\":true,"
                            + "\"Cmd\":[\"sh\",\"-c\",\"yes 0123456789 | head -c 12000000\"]}'"
                            + " http://varve"
                            + path
                            + "/exec")
                    .ok();
            yield Connection.open(
                engine.socket(),
                "POST /exec/" + exec.replaceAll(".*\"Id\":\"(\\w+)\".*", "$1") + "/start",
                "{\"Detach\":false,\"Tty\":false}");
          }
        };
    assertThat(client.head()).startsWith("HTTP/1.1 ");
    return client;
  }

  @Test
  void whatClientsSayIsNotWhatTheEngineSays(Engine engine, Docker docker) throws IOException {
    String forged = "x\nFORGED \u001b[31m\r\u202e";
    docker.ok("run", "-d", "--name", "box", "--label", "x=" + forged, "busybox", "cat");
    for (List<String> command :
        List.of(
            List.of("exec", "box", forged),
            List.of("exec", "-w", "/" + forged, "box", "true"),
            List.of("exec", "-u", forged, "box", "true"),
            List.of("run", "--rm", "--name", forged, "busybox", "true"),
            List.of("run", "--rm", "busybox", forged),
            List.of("run", "--rm", "-w", "/" + forged, "-e", forged, "busybox", "nothing" + forged),
            List.of("run", "--rm", "-v", "/nothing/" + forged + ":/" + forged, "busybox", "true"),
            List.of("run", "--rm", "--network", forged, "busybox", "true"),
            List.of("run", "--rm", "--hostname", forged, "busybox", "true"),
            List.of("logs", forged),
            List.of("cp", "box:/" + forged, "-"),
            List.of("kill", "-s", forged, "box"),
            List.of("volume", "create", forged),
            List.of("network", "create", "--driver", forged, "net"),
            List.of("tag", "busybox", forged))) {
      var _ = docker.run(command.toArray(String[]::new));
    }
    for (String request : List.of("GET /%0aFORGED%1b", "POST /containers/%0aFORGED%1b/start")) {
      try (Connection connection = Connection.open(engine.socket(), request, "")) {
        assertThat(connection.head()).startsWith("HTTP/1.1 4");
      }
    }
    List<String> log = Files.readAllLines(engine.root().resolve("logs/engine.log"));
    assertThat(log).anyMatch(line -> line.contains("FORGED"));
    assertThat(log).noneMatch(line -> line.stripLeading().startsWith("FORGED"));
    assertThat(log).noneMatch(line -> line.chars().anyMatch(c -> c == 0x1b || c == 0x202e));
  }
}
