package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes wrong with some containers is nothing that others, or the engine, notice. */
@EndToEnd
final class FaultsTest {
  private static final int MONITORS = 12;
  private static final int MANY = 100;
  private static final int CLIENTS = 4;
  private static final int LIVES = 12;

  private String bystander = "";

  @BeforeEach
  void start(Docker docker) {
    docker.ok("run", "-d", "--name", "bystander", "busybox", "sleep", "10000");
    bystander = pidAndStart(docker);
  }

  @AfterEach
  void theBystanderSawNothing(Engine engine, Docker docker) {
    assertThat(pidAndStart(docker)).isEqualTo(bystander);
    assertThat(docker.ok("exec", "bystander", "echo", "here")).isEqualTo("here");
    assertThat(docker.ok("run", "--rm", "busybox", "echo", "alive")).isEqualTo("alive");
    docker.removeContainers();
    await().untilAsserted(() -> assertThat(engine.cgroups()).isEmpty());
  }

  private static String pidAndStart(Docker docker) {
    return docker.inspect("{{.State.Status}} {{.State.Pid}} {{.State.StartedAt}}", "bystander");
  }

  @Test
  void monitorsThatAreKilledAllAtOnce(Docker docker) {
    for (int i = 0; i < MONITORS; i++) {
      docker.ok("run", "-d", "--name", "box" + i, "busybox", "sleep", "10000");
    }
    List<String> ids =
        docker.ok("ps", "-q", "--no-trunc", "--filter", "name=^box").lines().toList();
    assertThat(ids).hasSize(MONITORS);
    ids.forEach(id -> monitor(id).destroyForcibly());
    // Whatever becomes of their programs, nothing is said to run that does not.
    ids.forEach(id -> awaitTruth(docker, id));
    docker.ok(Stream.concat(Stream.of("rm", "-f"), ids.stream()).toArray(String[]::new));
    assertThat(docker.ok("ps", "-aq").lines()).hasSize(1);
  }

  /** It is made to go on when its program has ended: then there is nothing else for it to do. */
  @Test
  void aMonitorThatIsStopped(Docker docker) {
    for (String end : List.of("stop -t 1", "kill", "rm -f")) {
      String id =
          docker.ok(
              "run", "-d", "--name", "box", "busybox", "sh", "-c", "echo x; exec sleep 10000");
      await().until(() -> docker.ok("logs", "box").equals("x"));
      signal("-STOP", monitor(id).pid());
      assertThat(docker.inspect("{{.State.Status}}", "box")).isEqualTo("running");
      docker.shell("docker " + end + " box").ok();
      if (!end.equals("rm -f")) {
        assertThat(docker.inspect("{{.State.Status}} {{.State.ExitCode}}", "box"))
            .isEqualTo("exited 137");
        docker.ok("rm", "box");
      }
    }
    String wait = "while [ ! -e /go ]; do usleep 50000; done; echo end; exit 3";
    String id = docker.ok("run", "-d", "--name", "box", "busybox", "sh", "-c", wait);
    signal("-STOP", monitor(id).pid());
    docker.ok("exec", "box", "touch", "/go");
    assertThat(docker.ok("wait", "box")).isEqualTo("3");
    assertThat(docker.ok("logs", "box")).isEqualTo("end");
  }

  private static void signal(String signal, long pid) {
    Shell.run(Map.of(), "", List.of("kill", signal, Long.toString(pid))).ok();
  }

  /** Waits until what is said of the container is what its process shows. */
  private static void awaitTruth(Docker docker, String container) {
    await()
        .untilAsserted(() -> {
          String[] state =
              docker.inspect("{{.State.Running}} {{.State.Pid}}", container).split(" ");
          long pid = Long.parseLong(state[1]);
          assertThat(state[0])
              .isEqualTo(String.valueOf(pid > 0 && ProcessHandle.of(pid).isPresent()));
        });
  }

  private static ProcessHandle monitor(String id) {
    return ProcessHandle.allProcesses()
        .filter(process -> commandLine(process.pid()).contains("conmon\0"))
        .filter(process -> commandLine(process.pid()).contains("--cid\0" + id))
        .findFirst()
        .orElseThrow();
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
    } catch (IOException e) {
      return ""; // it has ended
    }
  }

  @Test
  void aForkBombWithinItsLimit(Docker docker) {
    // What cannot fork ends, and it is chance how many are left of a tree of shells: so one forks
    // until it may not.
    String bomb = "yes 1000 | xargs -n 1 -P 1000 sleep 2>/dev/null & exec sleep 1000";
    docker.ok("run", "-d", "--name", "bomb", "--pids-limit", "60", "busybox", "sh", "-c", bomb);
    await().until(() -> docker.ok("top", "bomb").lines().count() > 50);
    assertThat(docker.ok("exec", "bystander", "echo", "here")).isEqualTo("here");
    docker.ok("rm", "-f", "bomb");
  }

  @Test
  void aMemoryHogWithinItsLimit(Docker docker) {
    docker.ok("run", "-d", "--name", "hog", "-m", "32m", "busybox", "tail", "/dev/zero");
    assertThat(docker.ok("wait", "hog")).isEqualTo("137");
    assertThat(docker.inspect("{{.State.OOMKilled}}", "hog")).isEqualTo("true");
  }

  @Test
  void oneHundredAtOnce(Docker docker) {
    docker
        .shell(
            "seq " + MANY + " | xargs -P 10 -I N docker run -d --name many-N busybox sleep 10000")
        .ok();
    assertThat(docker.ok("ps", "-q", "--filter", "name=^many-").lines()).hasSize(MANY);
    docker.shell("docker ps -q --filter name=^many- | xargs docker rm -f").ok();
    assertThat(docker.ok("ps", "-aq").lines()).hasSize(1);
  }

  @Test
  void aProgramThatIsStoppedByASignal(Docker docker) {
    docker.ok("run", "-d", "--name", "box", "busybox", "sleep", "10000");
    signal("-STOP", Long.parseLong(docker.inspect("{{.State.Pid}}", "box")));
    assertThat(docker.ok("ps", "-q").lines()).hasSize(2);
    assertThat(docker.inspect("{{.State.Status}}", "box")).isEqualTo("running");
    docker.ok("stop", "-t", "1", "box");
    assertThat(docker.inspect("{{.State.ExitCode}}", "box")).isEqualTo("137");
  }

  /** Frozen by somebody else than the engine: not even SIGKILL ends what does not run. */
  @Test
  void aProgramThatIsFrozenBehindTheEnginesBack(Engine engine, Docker docker) throws IOException {
    for (String end : List.of("stop -t 1", "kill", "rm -f")) {
      String id = docker.ok("run", "-d", "--name", "box", "busybox", "sleep", "10000");
      engine.freeze(id);
      assertThat(docker.ok("ps", "-q").lines()).hasSize(2);
      assertThat(docker.inspect("{{.State.Status}}", "box")).isEqualTo("running");
      docker.shell("docker " + end + " box").ok();
      docker.run("rm", "box");
    }
  }

  @Test
  void aDatabaseThatIsKilled(Engine engine, Docker docker) throws IOException {
    engine.crash("postgres");
    assertThat(docker.ok("run", "--rm", "busybox", "echo", "without")).isEqualTo("without");
    engine.up();
  }

  /** Each command fails and says why, or succeeds; what it said is so afterwards. */
  @Test
  void aBrokerThatIsKilledAmidTheLivesOfContainers(Engine engine, Docker docker)
      throws IOException {
    List<CompletableFuture<List<String>>> lives = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      int client = i;
      lives.add(
          CompletableFuture.supplyAsync(() -> live(docker, client), Thread::startVirtualThread));
    }
    await().until(() -> docker.ok("ps", "-q").lines().count() > 2 * CLIENTS);
    engine.crash("broker");
    assertThat(docker.ok("ps", "-q").lines()).hasSizeGreaterThan(2 * CLIENTS);
    engine.up();
    List<String> succeeded = lives.stream().flatMap(it -> it.join().stream()).toList();
    assertThat(docker.ok("run", "--rm", "busybox", "echo", "back")).isEqualTo("back");
    assertThat(names(docker, "ps")).containsAll(succeeded);
    for (String name : names(docker, "ps", "-a")) {
      awaitTruth(docker, name);
      docker.ok("start", name);
    }
  }

  private static List<String> names(Docker docker, String... command) {
    Stream<String> words = Stream.of("--filter", "name=^life-", "--format", "{{.Names}}");
    return docker
        .ok(Stream.concat(Stream.of(command), words).toArray(String[]::new))
        .lines()
        .toList();
  }

  /** Runs one container after the other; gives those that are said to run. */
  private static List<String> live(Docker docker, int client) {
    List<String> succeeded = new ArrayList<>();
    for (int i = 0; i < LIVES; i++) {
      String name = "life-" + client + "-" + i;
      Shell.Result run = docker.run("run", "-d", "--name", name, "busybox", "sleep", "10000");
      if (run.exit() == 0) {
        succeeded.add(name);
      } else {
        assertThat(run.err()).contains("The event log is away");
      }
    }
    return succeeded;
  }
}
