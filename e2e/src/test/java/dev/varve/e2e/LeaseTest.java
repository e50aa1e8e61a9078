package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is made under a lease goes with it, however it ends. */
@EndToEnd
final class LeaseTest {
  private static final Duration A_COLD_START = Duration.ofSeconds(60);
  private static final String SHORT_GRACE = "10";
  private static final String LONG_GRACE = "60";
  private static final String THINGS =
      "docker network create leased-net >/dev/null; docker volume create leased-vol >/dev/null;"
          + " docker run -d --name leased --network leased-net -v leased-vol:/v -v named:/n"
          + " -v /anon busybox sleep 10000 >/dev/null";

  @AfterEach
  void nothingIsLeft(Docker docker) {
    docker.removeContainers();
    docker.ok("volume", "prune", "-af");
    docker.ok("network", "prune", "-f");
  }

  private static void assertThere(Docker docker) {
    assertThat(docker.ok("ps", "-aq", "--filter", "name=leased")).isNotEmpty();
    assertThat(docker.ok("network", "ls", "-q", "--filter", "name=leased-net")).isNotEmpty();
    assertThat(docker.ok("volume", "ls", "-q")).contains("leased-vol", "named");
  }

  private static void assertGone(Docker docker) {
    assertThat(docker.ok("ps", "-aq", "--filter", "name=leased")).isEmpty();
    assertThat(docker.ok("network", "ls", "-q", "--filter", "name=leased-net")).isEmpty();
    assertThat(docker.ok("volume", "ls", "-q")).isEmpty();
  }

  @Test
  void aCommandsThingsGoWithTheCommand(Engine engine, Docker docker) {
    docker.ok("run", "-d", "--name", "mine", "busybox", "sleep", "10000");
    Shell.Result run =
        engine.varve(
            "lease", "run", "--", "sh", "-c", THINGS + "; docker ps --format '{{.Names}}'; exit 3");
    assertThat(run.exit()).as(run.err()).isEqualTo(3);
    assertThat(run.out().lines()).contains("leased", "mine");
    assertGone(docker);
    assertThat(docker.inspect("{{.State.Status}}", "mine")).isEqualTo("running");
    assertThat(engine.varve("lease", "ls").ok().lines()).hasSize(1);
  }

  @Test
  void aCommandThatIsKilledLeavesNothing(Engine engine, Docker docker) throws Exception {
    Process run = engine.start("lease", "run", "--", "sh", "-c", THINGS + "; sleep 10000");
    await().untilAsserted(() -> assertThere(docker));
    killAlone(run);
    await().untilAsserted(() -> assertGone(docker));
  }

  /** What it started goes on, as it does when a command is killed; then that ends as well. */
  private static void killAlone(Process run) throws InterruptedException {
    List<ProcessHandle> started = run.descendants().toList();
    run.destroyForcibly().waitFor();
    started.stream().filter(LeaseTest::isOfTheCommand).forEach(ProcessHandle::destroyForcibly);
    await().until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
  }

  private static boolean isOfTheCommand(ProcessHandle process) {
    return process.info().command().filter(it -> !it.endsWith("curl")).isPresent()
        && process.info().arguments().filter(it -> List.of(it).contains("hold")).isEmpty();
  }

  @Test
  void aHolderComesBackAfterTheEngineWasKilled(Engine engine, Docker docker) throws Exception {
    Process run =
        engine.start("lease", "run", "--name", "held", "--", "sh", "-c", THINGS + "; sleep 10000");
    await().untilAsserted(() -> assertThere(docker));
    engine.crash();
    engine.up();
    await().untilAsserted(() -> assertHeld(engine));
    assertThere(docker);
    engine.crash();
    killAlone(run);
    engine.up();
    await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertGone(docker));
  }

  /**
   * What the command makes afterwards, through the socket that it was given before, goes as well.
   */
  @Test
  void aHolderGoesOnOverARestart(Engine engine, Docker docker) throws Exception {
    goesOnOver(engine, docker, LONG_GRACE, engine::restart);
  }

  /** The services come back one after the other; what answers first cannot say yet who is held. */
  @Test
  void aHolderGoesOnWhateverOfFourProcessesIsAway(Engine engine, Docker docker) throws Exception {
    engine.down();
    try {
      engine.up("--processes");
      goesOnOver(engine, docker, LONG_GRACE, engine::restart);
      // Its start begins the grace, in which the gateway finds it.
      goesOnOver(engine, docker, SHORT_GRACE, () -> crash(engine, "container"));
      goesOnOver(engine, docker, LONG_GRACE, () -> crash(engine, "gateway"));
    } finally {
      engine.down();
      engine.up();
    }
  }

  private static void crash(Engine engine, String service) throws IOException {
    engine.crash(service);
    engine.up("--processes");
  }

  @FunctionalInterface
  private interface Interruption {
    void happen() throws IOException;
  }

  private void goesOnOver(Engine engine, Docker docker, String grace, Interruption interruption)
      throws Exception {
    Path go = Files.createTempFile("go", "");
    Files.delete(go);
    String more =
        "; while [ ! -e " + go + " ]; do sleep 0.1; done; docker run -d --name leased-too";
    Process run =
        engine.start(
            "lease",
            "run",
            "--name",
            "held",
            "--grace",
            grace,
            "--",
            "sh",
            "-c",
            THINGS + more + " busybox sleep 10000; exec sleep 10000");
    try {
      await().atMost(A_COLD_START).untilAsserted(() -> assertThere(docker));
      interruption.happen();
      await().atMost(A_COLD_START).untilAsserted(() -> assertHeld(engine));
      Files.createFile(go);
      await()
          .atMost(A_COLD_START)
          .until(() -> docker.ok("ps", "--format", "{{.Names}}").contains("leased-too"));
      assertThere(docker);
    } finally {
      Files.deleteIfExists(go);
      killAlone(run);
    }
    await().atMost(A_COLD_START).untilAsserted(() -> assertGone(docker));
    await()
        .atMost(A_COLD_START)
        .untilAsserted(() -> assertThat(engine.varve("lease", "ls").ok().lines()).hasSize(1));
  }

  private static void assertHeld(Engine engine) {
    assertThat(engine.varve("lease", "ls").ok()).containsPattern("held.*true");
  }

  @Test
  void whoHoldsOneIsToldWhenAnotherEndsIt(Engine engine, Docker docker) throws Exception {
    Process run =
        engine.start("lease", "run", "--name", "held", "--", "sh", "-c", THINGS + "; sleep 10000");
    try {
      await().untilAsserted(() -> assertThere(docker));
      engine.varve("lease", "end", "held").ok();
      await().untilAsserted(() -> assertGone(docker));
      // After what its own programs complain of.
      String over = " is over: what the command made is removed";
      assertThat(run.errorReader().lines().anyMatch(line -> line.endsWith(over))).isTrue();
      assertThat(run.isAlive()).isTrue();
    } finally {
      killAlone(run);
    }
  }

  @Test
  void itEndsWithTheLastWhoHoldsIt(Engine engine, Docker docker) throws Exception {
    Process run =
        engine.start("lease", "run", "--name", "held", "--", "sh", "-c", THINGS + "; sleep 10000");
    await().untilAsserted(() -> assertThere(docker));
    String id = engine.get("/varve/v1/leases").replaceAll("(?s).*\"Id\":\"(\\w+)\".*", "$1");
    try (Connection second =
        Connection.open(engine.socket(), "POST /varve/v1/leases/" + id + "/hold", "")) {
      assertThat(second.head()).startsWith("HTTP/1.1 200 ");
      killAlone(run);
      // Another's whole life takes longer than the news of the first one's end.
      engine.varve("lease", "run", "--", "true").ok();
      assertThere(docker);
    }
    await().untilAsserted(() -> assertGone(docker));
  }

  /** An end that cannot be written down is written down when it can. */
  @Test
  void aLeaseThatEndsWhileTheLogIsAwayIsOverWhenItIsBack(Engine engine, Docker docker)
      throws Exception {
    Process run = engine.start("lease", "run", "--", "sh", "-c", THINGS + "; sleep 10000");
    await().untilAsserted(() -> assertThere(docker));
    long pid = engine.pid();
    engine.crash("broker");
    killAlone(run);
    engine.up();
    assertThat(engine.pid()).isEqualTo(pid);
    await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> assertGone(docker));
  }

  @Test
  void anEndThatIsKilledGoesOn(Engine engine, Docker docker) throws IOException {
    for (String point : List.of("container.lease.ended", "snapshot.volume.remove-requested")) {
      engine.restartUntil(point);
      engine.varve("lease", "run", "--", "sh", "-c", THINGS);
      engine.awaitCrash();
      engine.up();
      await().untilAsserted(() -> assertGone(docker));
    }
  }

  @Test
  void clientsDoNotSayWhatIsUnderALease(Docker docker) {
    for (List<String> command :
        List.of(
            List.of("create", "--label", "dev.varve.lease=x", "busybox"),
            List.of("network", "create", "--label", "dev.varve.lease=x", "n"),
            List.of("volume", "create", "--label", "dev.varve.lease=x"))) {
      assertThat(docker.run(command.toArray(String[]::new)).err())
          .contains("label dev.varve.lease is the engine's own");
    }
  }
}
