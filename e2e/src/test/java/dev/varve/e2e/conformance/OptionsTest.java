package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Options of create and run: what a container sees of them, and which are refused and how. */
final class OptionsTest extends Conformance {
  private Map<String, String> ended() {
    String ended = created("true");
    String alive = sleeper();
    return Map.of(
        "{missing}",
        "cf-missing",
        "{ended.id}",
        idOf(ended),
        "{ended}",
        ended,
        "{private.id}",
        idOf(alive),
        "{private}",
        alive);
  }

  @TestFactory
  Stream<DynamicTest> creationsThatAreRefused() {
    Map<String, String> names = ended();
    return Table.rows("refused-options.table")
        .map(row -> row.stream().map(cell -> fill(cell, names)).toList())
        .map(row ->
            DynamicTest.dynamicTest(
                row.get(0),
                () -> {
                  Reply reply = create(row.get(0));
                  assertThat(Statuses.of(row.get(1))).as(reply.text()).contains(reply.status());
                  assertThat(reply.message()).matches(Pattern.compile(row.get(2), Pattern.DOTALL));
                }));
  }

  @TestFactory
  Stream<DynamicTest> startsThatAreRefused() {
    Map<String, String> names = ended();
    return Table.rows("refused-starts.table")
        .map(row -> row.stream().map(cell -> fill(cell, names)).toList())
        .map(row ->
            DynamicTest.dynamicTest(
                row.get(0),
                () -> {
                  String id = create(row.get(0)).json().get("Id").asText();
                  Reply reply = wire.post("/containers/" + id + "/start");
                  assertThat(reply.status()).as(reply.text()).isEqualTo(500);
                  assertThat(reply.message()).matches(Pattern.compile(row.get(1), Pattern.DOTALL));
                  JsonNode state = inspect(id).get("State");
                  assertThat(state.get("Status").asText()).isEqualTo("created");
                  assertThat(state.get("ExitCode").asInt()).isEqualTo(128);
                  assertThat(state.get("Error").asText()).isEqualTo(reply.message());
                }));
  }

  private Reply create(String part) {
    return wire.post(
        "/containers/create?name=" + name(),
        "{\"Image\":\"" + IMAGE + "\",\"Cmd\":[\"true\"]," + part + "}");
  }

  @TestFactory
  Stream<DynamicTest> whatAContainerSees() {
    Map<String, String> names = Map.of("{disk}", disk(), "{runtime}", "runc");
    return Table.rows("seen-options.table")
        .map(row -> row.stream().map(cell -> fill(cell, names)).toList())
        .map(row ->
            DynamicTest.dynamicTest(
                row.get(0),
                () -> {
                  List<String> run = new ArrayList<>(List.of("run", "--rm", "--name", name()));
                  run.addAll(words(row.get(0)));
                  run.add(IMAGE);
                  run.addAll(
                      row.get(0).contains("--entrypoint")
                          ? List.of("-c", row.get(1))
                          : List.of("sh", "-c", row.get(1)));
                  Docker.Result result = docker.run(run.toArray(String[]::new));
                  assertThat(result.out().strip().replaceAll("\\s+", " "))
                      .as(result.err())
                      .matches(Pattern.compile(row.get(2), Pattern.DOTALL));
                }));
  }

  /** A block device that is there on every host: any whole disk. */
  private static String disk() {
    try (Stream<Path> disks = Files.list(Path.of("/sys/block"))) {
      return disks
          .map(disk -> "/dev/" + disk.getFileName())
          .filter(disk -> !disk.startsWith("/dev/loop") && !disk.startsWith("/dev/ram"))
          .filter(disk -> Files.exists(Path.of(disk)))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Parted by blanks; what stands in single quotes is one word. */
  private static List<String> words(String flags) {
    return Arrays.stream(flags.split(" (?=(?:[^']*'[^']*')*[^']*$)"))
        .map(word -> word.replace("'", ""))
        .toList();
  }

  private static String fill(String cell, Map<String, String> names) {
    String filled = cell;
    for (Map.Entry<String, String> name : names.entrySet()) {
      filled = filled.replace(name.getKey(), name.getValue());
    }
    return filled;
  }

  @Test
  void namespacesOfAnotherContainer() {
    String donor = sleeper("--ipc", "shareable", "--shm-size", "3m");
    docker.ok("exec", donor, "sh", "-c", "echo ours > /dev/shm/note");
    String guest = name();
    String seen =
        docker.ok(
            "run",
            "--name",
            guest,
            "--pid",
            "container:" + donor,
            "--ipc",
            "container:" + donor,
            IMAGE,
            "sh",
            "-c",
            "readlink /proc/self/ns/ipc; readlink /proc/self/ns/pid; cat /dev/shm/note; cat /proc/1/comm");
    assertThat(seen.lines())
        .containsExactly(
            docker.ok("exec", donor, "readlink", "/proc/1/ns/ipc"),
            docker.ok("exec", donor, "readlink", "/proc/1/ns/pid"),
            "ours",
            "sleep");
    assertThat(inspect(guest).at("/HostConfig/PidMode").asText())
        .isEqualTo("container:" + idOf(donor));
    docker.ok("rm", "-f", donor);
    assertThat(docker.run("start", guest).err()).contains("No such container: ");
  }

  @Test
  void inspectTellsThemAll() {
    String id =
        create(
                "\"HostConfig\":{\"Memory\":67108864,\"CpuShares\":512,\"CpusetCpus\":\"0\","
                    + "\"Devices\":[{\"PathOnHost\":\"/dev/null\",\"PathInContainer\":\"/dev/n\","
                    + "\"CgroupPermissions\":\"r\"}],\"DeviceCgroupRules\":[\"c 1:3 r\"],"
                    + "\"BlkioDeviceReadBps\":[{\"Path\":\"/dev/null\",\"Rate\":5}],"
                    + "\"CgroupParent\":\"/cf\",\"MaskedPaths\":[],\"Annotations\":{\"a\":\"b\"},"
                    + "\"Sysctls\":{\"kernel.msgmax\":\"9000\"},\"UsernsMode\":\"host\","
                    + "\"PidsLimit\":-1,\"MemorySwappiness\":-1}")
            .json()
            .get("Id")
            .asText();
    JsonNode host = inspect(id).get("HostConfig");
    assertThat(host.get("MemorySwap").asLong()).isEqualTo(134217728);
    assertThat(host.get("OomKillDisable").asBoolean()).isFalse();
    assertThat(host.get("MemorySwappiness").isNull()).isTrue();
    assertThat(host.get("PidsLimit").isNull()).isTrue();
    assertThat(host.get("CpuShares").asInt()).isEqualTo(512);
    assertThat(host.get("CpusetCpus").asText()).isEqualTo("0");
    assertThat(host.at("/Devices/0/PathInContainer").asText()).isEqualTo("/dev/n");
    assertThat(host.at("/DeviceCgroupRules/0").asText()).isEqualTo("c 1:3 r");
    assertThat(host.at("/BlkioDeviceReadBps/0/Rate").asInt()).isEqualTo(5);
    assertThat(host.get("CgroupParent").asText()).isEqualTo("/cf");
    assertThat(host.get("MaskedPaths")).isEmpty();
    assertThat(host.get("ReadonlyPaths")).isNotEmpty();
    assertThat(host.get("UsernsMode").asText()).isEqualTo("host");
    assertThat(host.at("/Sysctls/kernel.msgmax").asText()).isEqualTo("9000");
    if (EngineUnderTest.speaks("1.43")) {
      assertThat(host.at("/Annotations/a").asText()).isEqualTo("b");
    }
  }

  @Test
  void whatTheKernelLacksIsSaidAtCreation() {
    Reply reply =
        create("\"HostConfig\":{\"OomKillDisable\":true,\"CpuPercent\":1,\"BlkioWeight\":100}");
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    List<String> warnings = new ArrayList<>();
    reply.json().get("Warnings").forEach(warning -> warnings.add(warning.asText()));
    assertThat(warnings)
        .contains(
            "linux does not support CPU percent. Percent discarded.",
            "OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.");
    boolean weight =
        inspect(reply.json().get("Id").asText()).at("/HostConfig/BlkioWeight").asInt() > 0;
    assertThat(
            warnings.contains(
                "Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded."))
        .isNotEqualTo(weight);
  }

  @Test
  void aCgroupBelowAParent() {
    String parent = "/cf-" + ProcessHandle.current().pid();
    try {
      String name = sleeper("--cgroup-parent", parent);
      int pid = inspect(name).at("/State/Pid").asInt();
      assertThat(Path.of("/proc/" + pid + "/cgroup"))
          .content()
          .contains(":" + parent + "/" + idOf(name));
      docker.ok("pause", name);
      docker.ok("unpause", name);
      assertThat(docker.ok("top", name)).contains("sleep 1000");
      assertThat(docker.ok("exec", name, "echo", "in")).isEqualTo("in");
      docker.ok("rm", "-f", name);
    } finally {
      removeCgroups(parent);
    }
  }

  /** Docker leaves the parents that it made. */
  private static void removeCgroups(String parent) {
    try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
      for (Path hierarchy : hierarchies.toList()) {
        Path cgroup = hierarchy.resolve(parent.substring(1));
        assertThat(cgroup.resolve("cgroup.procs"))
            .satisfiesAnyOf(
                procs -> assertThat(procs).doesNotExist(),
                procs -> assertThat(procs).isEmptyFile());
        cgroup.toFile().delete();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
