package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process in a container may do when nobody asked for more or less. */
final class SecurityDefaultsTest extends Conformance {
  /**
   * CHOWN, DAC_OVERRIDE, FSETID, FOWNER, MKNOD, NET_RAW, SETGID, SETUID, SETFCAP, SETPCAP,
   * NET_BIND_SERVICE, SYS_CHROOT, KILL, AUDIT_WRITE.
   */
  private static final String FOURTEEN = "00000000a80425fb";

  private static final String NOTHING = "0000000000000000";

  private String name = "";

  @BeforeEach
  void aContainerWithTheDefaults() {
    name = sleeper();
  }

  @Test
  void theFirstProcessHasFourteenCapabilitiesAndAFilter() {
    assertThat(status("exec", name, "cat", "/proc/1/status"))
        .containsEntry("CapEff", FOURTEEN)
        .containsEntry("CapPrm", FOURTEEN)
        .containsEntry("CapBnd", FOURTEEN)
        .containsEntry("CapInh", NOTHING)
        .containsEntry("CapAmb", NOTHING)
        .containsEntry("Seccomp", "2")
        .containsEntry("NoNewPrivs", "0");
  }

  @Test
  void anExecHasNoMore() {
    assertThat(status("exec", name, "cat", "/proc/self/status"))
        .containsEntry("CapEff", FOURTEEN)
        .containsEntry("CapBnd", FOURTEEN)
        .containsEntry("CapInh", NOTHING)
        .containsEntry("CapAmb", NOTHING)
        .containsEntry("Seccomp", "2");
  }

  @Test
  void anotherUserHasNoneInEffect() {
    assertThat(
            status(
                "run", "--rm", "--name", name(), "-u", "nobody", IMAGE, "cat", "/proc/self/status"))
        .containsEntry("CapEff", NOTHING)
        .containsEntry("CapPrm", NOTHING)
        .containsEntry("CapBnd", FOURTEEN)
        .containsEntry("CapInh", NOTHING);
    assertThat(status("exec", "-u", "nobody", name, "cat", "/proc/self/status"))
        .containsEntry("CapEff", NOTHING)
        .containsEntry("CapInh", NOTHING);
  }

  @Test
  void capabilitiesAreDroppedAndAdded() {
    assertThat(
            status(
                "run",
                "--rm",
                "--name",
                name(),
                "--cap-drop",
                "ALL",
                IMAGE,
                "cat",
                "/proc/self/status"))
        .containsEntry("CapEff", NOTHING)
        .containsEntry("CapBnd", NOTHING);
    assertThat(
            status(
                "run",
                "--rm",
                "--name",
                name(),
                "--cap-drop",
                "ALL",
                "--cap-add",
                "CHOWN",
                IMAGE,
                "cat",
                "/proc/self/status"))
        .containsEntry("CapBnd", "0000000000000001");
    assertThat(
            status(
                "run",
                "--rm",
                "--name",
                name(),
                "--security-opt",
                "no-new-privileges",
                IMAGE,
                "cat",
                "/proc/self/status"))
        .containsEntry("NoNewPrivs", "1");
    assertThat(
            status(
                "run",
                "--rm",
                "--name",
                name(),
                "--security-opt",
                "seccomp=unconfined",
                IMAGE,
                "cat",
                "/proc/self/status"))
        .containsEntry("Seccomp", "0");
  }

  /** dockerd fails on hosts that lack a capability; Varve gives what the host has. */
  @Test
  void privilegedGetsWhatTheEngineHas() {
    EngineUnderTest.supposedNew("it fails on hosts that lack a capability");
    assertThat(
            status(
                    "run",
                    "--rm",
                    "--privileged",
                    "--name",
                    name(),
                    IMAGE,
                    "cat",
                    "/proc/self/status")
                .get("CapEff"))
        .isGreaterThan(FOURTEEN);
  }

  /**
   * However the engine was started (nohup ignores HUP), containers begin with nothing ignored and
   * nothing blocked.
   */
  @Test
  void signalsAreAsAtTheirDefault() {
    for (String process : List.of("/proc/1/status", "/proc/self/status")) {
      assertThat(status("exec", name, "cat", process))
          .containsEntry("SigIgn", NOTHING)
          .containsEntry("SigBlk", NOTHING);
    }
    String terminal = name();
    docker.ok("run", "-d", "-t", "--name", terminal, IMAGE, "sleep", "1000");
    assertThat(status("exec", terminal, "cat", "/proc/1/status"))
        .containsEntry("SigIgn", NOTHING)
        .containsEntry("SigBlk", NOTHING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/proc/kcore",
        "/proc/keys",
        "/proc/timer_list",
        "/proc/sched_debug",
        "/proc/latency_stats",
        "/proc/timer_stats"
      })
  void maskedFilesAreEmptyOrAbsent(String path) {
    assertThat(inside("cat " + path + " 2>/dev/null | wc -c")).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/proc/acpi", "/proc/asound", "/proc/scsi", "/sys/firmware"})
  void maskedDirectoriesAreEmptyOrAbsent(String path) {
    assertThat(inside("ls -A " + path + " 2>/dev/null | wc -l")).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys"})
  void partsOfProcAreReadOnly(String path) {
    assertThat(mounts().get(path)).startsWith("ro,");
  }

  /**
   * What is written is harmless where an engine fails this: the value that is there already, and
   * the request for help.
   */
  @Test
  void kernelSettingsCannotBeWritten() {
    assertThat(
            docker
                .run(
                    "exec",
                    name,
                    "sh",
                    "-c",
                    "value=$(cat /proc/sys/kernel/panic); echo $value > /proc/sys/kernel/panic")
                .code())
        .isNotZero();
    assertThat(docker.run("exec", name, "sh", "-c", "echo h > /proc/sysrq-trigger").code())
        .isNotZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/proc | rw,nosuid,nodev,noexec",
        "/dev | rw,nosuid",
        "/dev/pts | rw,nosuid,noexec",
        "/dev/shm | rw,nosuid,nodev,noexec",
        "/dev/mqueue | rw,nosuid,nodev,noexec",
        "/sys | ro,nosuid,nodev,noexec",
      })
  void mountsHaveTheirFlags(String path, String flags) {
    assertThat(List.of(mounts().get(path).split(","))).containsAll(List.of(flags.split(",")));
  }

  @Test
  void theSizesAndModesOfMemoryFileSystems() {
    assertThat(mounts().get("/dev")).contains("size=65536k", "mode=755");
    assertThat(mounts().get("/dev/shm")).contains("size=65536k");
    assertThat(mounts().get("/dev/pts")).contains("ptmxmode=666", "mode=620");
    assertThat(inside("stat -c %a /dev/shm /dev/mqueue").lines()).containsExactly("1777", "1777");
  }

  @Test
  void cgroupsCannotBeWritten() {
    assertThat(
            mounts().entrySet().stream()
                .filter(mount -> mount.getKey().startsWith("/sys/fs/cgroup/"))
                .map(Map.Entry::getValue))
        .allMatch(flags -> flags.startsWith("ro,"));
    assertThat(
            docker
                .run(
                    "exec",
                    name,
                    "sh",
                    "-c",
                    "for d in /sys/fs/cgroup /sys/fs/cgroup/*/; do mkdir $d/escape 2>/dev/null && exit 0; done; exit 1")
                .code())
        .isEqualTo(isTmpfs() ? 0 : 1);
  }

  /**
   * Under cgroup v1 the directory of the hierarchies is a tmpfs of the container's own, which may
   * be written; the hierarchies may not.
   */
  private boolean isTmpfs() {
    return docker.run("exec", name, "sh", "-c", "mkdir /sys/fs/cgroup/probe").code() == 0;
  }

  @Test
  void onlyTheHarmlessDevicesExist() {
    assertThat(inside("ls /dev").lines())
        .contains(
            "fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin",
            "stdout", "tty", "urandom", "zero")
        .doesNotContain("mem", "kmsg", "sda", "vda", "fuse", "kvm", "loop0");
    assertThat(
            inside(
                    "stat -c '%n %t:%T %a' /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty")
                .lines())
        .containsExactly(
            "/dev/null 1:3 666",
            "/dev/zero 1:5 666",
            "/dev/full 1:7 666",
            "/dev/random 1:8 666",
            "/dev/urandom 1:9 666",
            "/dev/tty 5:0 666");
    assertThat(inside("for d in fd stdin stdout stderr ptmx; do readlink /dev/$d; done").lines())
        .containsExactly(
            "/proc/self/fd", "/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2", "pts/ptmx");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mknod /tmp/disk b 8 0 && head -c 1 /tmp/disk",
        "mknod /tmp/fuse c 10 229 && : < /tmp/fuse",
        "mount -t tmpfs t /mnt",
        "mount -t proc p /tmp",
        "unshare -m true",
        "unshare -U true",
        "hostname changed",
      })
  void refusedWithoutMoreCapabilities(String command) {
    Docker.Result result = docker.run("exec", name, "sh", "-c", command);
    assertThat(result.code()).as(result.out()).isNotZero();
    assertThat(result.err()).containsPattern("(?i)not permitted|denied|are you root");
  }

  @Test
  void nothingOfTheEngineIsOpenInTheContainer() {
    assertThat(inside("ls /proc/1/fd").lines()).containsExactly("0", "1", "2");
    assertThat(inside("ls /proc/self/fd").lines())
        .as("and the directory itself")
        .containsExactly("0", "1", "2", "3");
  }

  @Test
  void namespacesAreTheContainersOwn() {
    for (String namespace : List.of("pid", "net", "ipc", "uts", "mnt")) {
      assertThat(inside("readlink /proc/1/ns/" + namespace))
          .isNotEqualTo(host("/proc/self/ns/" + namespace));
    }
    assertThat(inside("ps | wc -l")).as("a header and what runs inside").matches("[3-6]");
  }

  @Test
  void filesThatTheEngineWrites() {
    String id = idOf(name);
    assertThat(inside("cat /etc/hostname")).isEqualTo(id.substring(0, 12));
    List<String> hosts =
        inside("cat /etc/hosts").lines().map(line -> line.replaceAll("\\s+", " ")).toList();
    assertThat(hosts)
        .contains("127.0.0.1 localhost")
        .anyMatch(line -> line.matches("::1 (localhost )?ip6-localhost ip6-loopback( localhost)?"));
    assertThat(hosts)
        .anyMatch(line ->
            line.equals(
                inspect(name).at("/NetworkSettings/Networks/bridge/IPAddress").asText()
                    + " "
                    + id.substring(0, 12)));
    assertThat(inside("grep -c nameserver /etc/resolv.conf")).matches("[1-9]");
    assertThat(inside("readlink /etc/mtab")).isEqualTo("/proc/mounts");
    assertThat(inside("test -e /.dockerenv && echo there")).isEqualTo("there");
  }

  @Test
  void theGivenHostNameIsInHosts() {
    String named = sleeper("--hostname", "web.example.org");
    assertThat(docker.ok("exec", named, "cat", "/etc/hosts"))
        .containsPattern("\\sweb\\.example\\.org web\\b");
  }

  @Test
  void aReadOnlyRootIsReadOnly() {
    Docker.Result result =
        docker.run("run", "--rm", "--read-only", "--name", name(), IMAGE, "touch", "/x");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("Read-only file system");
  }

  @Test
  void nothingAdjustsTheOutOfMemoryScore() {
    assertThat(inside("cat /proc/1/oom_score_adj")).isEqualTo("0");
  }

  private String inside(String line) {
    return docker.run("exec", name, "sh", "-c", line).out().stripTrailing();
  }

  private Map<String, String> mounts() {
    return inside("cat /proc/mounts")
        .lines()
        .map(line -> line.split(" "))
        .collect(Collectors.toMap(parts -> parts[1], parts -> parts[3], (first, last) -> last));
  }

  private Map<String, String> status(String... command) {
    return docker
        .ok(command)
        .lines()
        .map(line -> line.split(":\\s*", 2))
        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (first, last) -> last));
  }

  private static String host(String link) {
    try {
      return Files.readSymbolicLink(Path.of(link)).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
