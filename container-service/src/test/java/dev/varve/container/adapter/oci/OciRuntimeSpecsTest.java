package dev.varve.container.adapter.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.container.adapter.SpecBuilder;
import dev.varve.container.application.ContainerRuntime.ExecRequest;
import dev.varve.container.application.ContainerRuntime.RunRequest;
import dev.varve.container.application.MountSources;
import dev.varve.container.application.RuntimeRefusedException;
import dev.varve.container.domain.DeviceAccess;
import dev.varve.container.domain.HostSpec;
import dev.varve.container.domain.Namespaces;
import dev.varve.container.domain.Resources;
import dev.varve.container.domain.Secret;
import dev.varve.eventlog.ProblemException;
import dev.varve.linux.files.KernelFileCalls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OciRuntimeSpecsTest {
  private static final long ALL = 0x1ffffffffffL;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @TempDir Path root;
  private OciRuntimeSpecs specs;
  private List<MountSources.Ready> mounts = List.of();
  private List<Secret> linked = List.of();
  private String rootPropagation = "";

  @BeforeEach
  void open() throws IOException {
    specs = new OciRuntimeSpecs(new KernelFileCalls(), ALL, "varve");
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(root.resolve("etc/passwd"), "root:x:0:0::/root:\nbob:x:7:8::/home/bob:\n");
    Files.writeString(root.resolve("etc/group"), "eight:x:8:\nnine:x:9:bob\n");
  }

  private RunRequest request(SpecBuilder spec) {
    return new RunRequest(
        "c0ffee",
        spec.build(),
        linked,
        root,
        Optional.of(Path.of("/run/varve/netns/172.17.0.2")),
        "box",
        Path.of("/var/lib/varve/containers/c0ffee/resolv.conf"),
        Path.of("/var/lib/varve/containers/c0ffee/hosts"),
        Path.of("/var/lib/varve/containers/c0ffee/hostname"),
        mounts,
        rootPropagation,
        Optional.empty(),
        Optional.empty());
  }

  private ObjectNode config(SpecBuilder spec) throws IOException {
    return (ObjectNode) JSON.readTree(specs.config(request(spec), Optional.empty()));
  }

  /** Without what depends on the machine. */
  private String comparable(ObjectNode config) throws IOException {
    ((ObjectNode) config.get("root")).put("path", "ROOT");
    JsonNode masked = config.at("/linux/maskedPaths");
    if (masked instanceof ArrayNode paths) {
      for (int i = paths.size() - 1; i >= 0; i--) {
        if (paths.get(i).asText().endsWith("thermal_throttle")) {
          paths.remove(i);
        }
      }
    }
    return JSON.writeValueAsString(config) + "\n";
  }

  private void assertGolden(String name, ObjectNode config) throws IOException {
    try (InputStream golden = OciRuntimeSpecsTest.class.getResourceAsStream(name)) {
      assertThat(golden).as(name).isNotNull();
      assertThat(comparable(config))
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void itsOwnVariablesPrevailOverThoseOfLinks() throws IOException {
    linked = List.of(new Secret("DB_NAME=/box/db"), new Secret("A=0"));
    SpecBuilder spec = new SpecBuilder("true");
    spec.env = List.of("A=1");
    assertThat(config(spec).at("/process/env").toString()).contains("\"DB_NAME=/box/db\",\"A=1\"");
  }

  /** As with a file of variables and {@code -e NAME} of one that the client has not. */
  @Test
  void aNameAloneTakesAwayWhatOthersSaidAndNotWhatTheClientDid() throws IOException {
    linked = List.of(new Secret("DB_NAME=/box/db"));
    SpecBuilder spec = new SpecBuilder("true");
    spec.env = List.of("A=1", "A", "DB_NAME", "HOSTNAME");
    assertThat(config(spec).at("/process/env").toString())
        .contains("\"A=1\"")
        .doesNotContain("DB_NAME", "HOSTNAME");
  }

  @Test
  void theDefaultsAreDockers() throws IOException {
    SpecBuilder spec = new SpecBuilder("sh", "-c", "true");
    spec.env = List.of("A=1", "PATH=/bin");
    assertGolden("default.json", config(spec));
  }

  @Test
  void everythingThatCanBeAskedFor() throws IOException {
    SpecBuilder spec = new SpecBuilder("sh");
    spec.entrypoint = List.of("/entry");
    spec.user = "bob";
    spec.groupAdd = List.of("eight", "77");
    spec.workingDir = "/made/here";
    spec.tty = true;
    spec.consoleSize = new HostSpec.ConsoleSize(24, 80);
    spec.domainname = "example.org";
    spec.capAdd = List.of("net_admin", "CAP_SYS_TIME");
    spec.capDrop = List.of("MKNOD");
    spec.readonlyRootfs = true;
    spec.securityOpt = List.of("no-new-privileges", "seccomp=unconfined");
    spec.shmSize = 1 << 20;
    spec.tmpfs = Map.of("/scratch", "rw,exec,size=64k");
    spec.namespaces = new Namespaces("host", "shareable", "", "", "");
    spec.ulimits = List.of(new HostSpec.Ulimit("core", 0, 0));
    spec.sysctls = Map.of("net.core.somaxconn", "99");
    spec.memory =
        new Resources.Memory(
            64 << 20, 32 << 20, 128 << 20, OptionalLong.of(10), Optional.of(true), 0, 8 << 20);
    spec.cpu = new Resources.Cpu(512, 1_500_000_000, 0, 0, 1000, 100, "0-1", "0");
    spec.blockIo =
        new Resources.BlockIo(
            100,
            List.of(new Resources.DeviceRate("/dev/null", 200)),
            List.of(new Resources.DeviceRate("/dev/null", 1)),
            List.of(new Resources.DeviceRate("/dev/null", 2)),
            List.of(new Resources.DeviceRate("/dev/null", 3)),
            List.of(new Resources.DeviceRate("/dev/null", 4)));
    spec.pidsLimit = OptionalLong.of(50);
    spec.oomScoreAdj = OptionalInt.of(100);
    spec.devices =
        new DeviceAccess(
            List.of(new DeviceAccess.Mapping("/dev/null", "/dev/nothing", "r")),
            List.of("c 10:* rwm"),
            List.of());
    spec.cgroupParent = "some/../where";
    spec.annotations = Map.of("org.example.a", "b");
    spec.maskedPaths = Optional.of(List.of("/proc/masked"));
    spec.readonlyPaths = Optional.of(List.of());
    ObjectNode config = config(spec);
    assertGolden("everything.json", config);
    assertThat(root.resolve("made/here")).isDirectory();
  }

  @Test
  void whatTheUserMountsTakesItsPlaceOuterMountsFirst() throws IOException {
    SpecBuilder spec = new SpecBuilder("sh");
    spec.tmpfs = Map.of("/a/t", "");
    mounts =
        List.of(
            new MountSources.Ready("/a/b/c", "bind", "/three", List.of("rbind", "rprivate")),
            new MountSources.Ready("/dev/shm", "bind", "/shm", List.of("rbind", "rprivate")),
            new MountSources.Ready("/a", "bind", "/one", List.of("rbind", "rslave", "ro", "rro")));
    rootPropagation = "rslave";
    ObjectNode config = config(spec);
    List<String> targets = config.get("mounts").findValuesAsText("destination");
    assertThat(targets).containsSubsequence("/a", "/a/t", "/dev/shm", "/a/b/c");
    assertThat(targets).doesNotHaveDuplicates();
    assertThat(config.at("/linux/rootfsPropagation").asText()).isEqualTo("rslave");
    JsonNode shm = config.get("mounts").get(targets.indexOf("/dev/shm"));
    assertThat(shm.get("source").asText()).isEqualTo("/shm");
  }

  @Test
  void theEnginesFilesAreInWhatTheUserMounts() throws IOException {
    mounts =
        List.of(
            new MountSources.Ready("/etc", "bind", "/volume", List.of("rbind", "rprivate")),
            new MountSources.Ready("/etc/hosts", "bind", "/own", List.of("rbind", "rprivate")));
    JsonNode made = config(new SpecBuilder("sh")).get("mounts");
    List<String> targets = made.findValuesAsText("destination");
    assertThat(targets)
        .containsSubsequence("/etc", "/etc/hostname")
        .containsSubsequence("/etc", "/etc/resolv.conf")
        .doesNotHaveDuplicates();
    assertThat(made.get(targets.indexOf("/etc/hosts")).get("source").asText()).isEqualTo("/own");
  }

  @Test
  void privilegedHasAllTheEngineHas() throws IOException {
    long withoutSysResource = ALL & ~(1L << 24);
    specs = new OciRuntimeSpecs(new KernelFileCalls(), withoutSysResource, "varve");
    SpecBuilder spec = new SpecBuilder("sh");
    spec.privileged = true;
    ObjectNode config = config(spec);
    assertThat(config.at("/process/capabilities/bounding")).hasSize(40);
    assertThat(config.at("/linux/seccomp").isMissingNode()).isTrue();
    assertThat(config.at("/linux/maskedPaths").isMissingNode()).isTrue();
    assertThat(config.at("/linux/resources/devices").toString())
        .isEqualTo("[{\"allow\":true,\"access\":\"rwm\"}]");
    assertThat(config.at("/linux/devices").toString()).contains("/dev/null", "/dev/tty");
    assertThat(config.get("mounts").toString())
        .contains("\"sysfs\",\"options\":[\"nosuid\",\"noexec\",\"nodev\",\"rw\"]");
  }

  @Test
  void addsWhatProgramsLookForAndKeepsWhatTheImageHas() throws IOException {
    config(new SpecBuilder("sh"));
    assertThat(root.resolve(".dockerenv")).isEmptyFile();
    assertThat(Files.readSymbolicLink(root.resolve("etc/mtab"))).hasToString("/proc/mounts");
    Files.delete(root.resolve("etc/mtab"));
    Files.writeString(root.resolve("etc/mtab"), "the image's own");
    config(new SpecBuilder("sh"));
    assertThat(root.resolve("etc/mtab")).hasContent("the image's own");
  }

  @Test
  void seccompFollowsTheCapabilities() throws IOException {
    assertThat(allowedUnconditionally(new SpecBuilder("sh"))).doesNotContain("mount", "bpf");
    SpecBuilder admin = new SpecBuilder("sh");
    admin.capAdd = List.of("SYS_ADMIN");
    assertThat(allowedUnconditionally(admin)).contains("mount", "clone", "clone3", "unshare");
    assertThat(allowedUnconditionally(admin)).doesNotContain("reboot", "io_uring_setup");
  }

  private List<String> allowedUnconditionally(SpecBuilder spec) throws IOException {
    List<String> names = new ArrayList<>();
    for (JsonNode rule : config(spec).at("/linux/seccomp/syscalls")) {
      if (rule.path("action").asText().equals("SCMP_ACT_ALLOW") && !rule.has("args")) {
        rule.path("names").forEach(name -> names.add(name.asText()));
      }
    }
    return names;
  }

  @Test
  void takesAProfileOfTheUser() throws IOException {
    SpecBuilder spec = new SpecBuilder("sh");
    spec.securityOpt =
        List.of(
            "seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"name\":\"chmod\","
                + "\"action\":\"SCMP_ACT_ERRNO\",\"excludes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}}]}");
    assertThat(config(spec).at("/linux/seccomp").toString())
        .isEqualTo(
            "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[],\"syscalls\":"
                + "[{\"names\":[\"chmod\"],\"action\":\"SCMP_ACT_ERRNO\"}]}");
    spec.securityOpt = List.of("seccomp=/no/json");
    assertThatThrownBy(() -> config(spec))
        .isInstanceOf(ProblemException.class)
        .hasMessageStartingWith("Decoding seccomp profile failed: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/proc/self/fd/7", "/proc/1/fd/9/..//8", "relative", "/proc/thread-self/cwd"})
  void refusesWorkingDirectoriesThatNameADescriptor(String directory) {
    SpecBuilder spec = new SpecBuilder("sh");
    spec.workingDir = directory;
    assertThatThrownBy(() -> config(spec)).isInstanceOf(ProblemException.class);
  }

  @Test
  void followsNoLinkOutOfTheRoot() throws IOException {
    Path outside = Files.createTempDirectory("outside");
    try {
      Files.createSymbolicLink(root.resolve("link"), outside);
      Files.createDirectories(root.resolve("proc"));
      Files.createSymbolicLink(root.resolve("fds"), Path.of("/proc/self/fd"));
      SpecBuilder spec = new SpecBuilder("sh");
      spec.workingDir = "/link/made";
      assertThatThrownBy(() -> config(spec)).isInstanceOf(IOException.class);
      assertThat(outside).isEmptyDirectory();
      spec.workingDir = "/fds/7";
      assertThatThrownBy(() -> config(spec)).isInstanceOf(Exception.class);

      Files.delete(root.resolve("etc/passwd"));
      Files.writeString(outside.resolve("passwd"), "evil:x:0:0::/:\n");
      Files.createSymbolicLink(root.resolve("etc/passwd"), outside.resolve("passwd"));
      SpecBuilder evil = new SpecBuilder("sh");
      evil.user = "evil";
      assertThatThrownBy(() -> config(evil))
          .isInstanceOf(RuntimeRefusedException.class)
          .hasMessage("unable to find user evil: no matching entries in passwd file");
    } finally {
      Files.deleteIfExists(outside.resolve("passwd"));
      Files.delete(outside);
    }
  }

  @Test
  void readsNoUserListThatIsNoFile() throws Exception {
    Files.delete(root.resolve("etc/passwd"));
    assertThat(
            new ProcessBuilder("mkfifo", root.resolve("etc/passwd").toString()).start().waitFor())
        .isZero();
    assertThatThrownBy(() -> config(new SpecBuilder("sh")))
        .isInstanceOf(RuntimeRefusedException.class)
        .hasMessageContaining("etc/passwd");
  }

  @Test
  void refusesLimitsAboveTheEnginesOwn() {
    SpecBuilder spec = new SpecBuilder("sh");
    spec.ulimits = List.of(new HostSpec.Ulimit("nofile", 10, 1L << 40));
    assertThatThrownBy(() -> config(spec))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("above the engine's own hard limit");
    spec.ulimits = List.of(new HostSpec.Ulimit("nofile", 10, 5));
    assertThatThrownBy(() -> config(spec)).isInstanceOf(ProblemException.class);
    spec.ulimits = List.of(new HostSpec.Ulimit("nonsense", 1, 1));
    assertThatThrownBy(() -> config(spec)).hasMessage("invalid ulimit type: nonsense");
  }

  @Test
  void anExecIsLikeItsContainer() throws IOException {
    SpecBuilder spec = new SpecBuilder("sh");
    spec.env = List.of("A=1", "B=2");
    spec.user = "bob";
    ExecRequest request =
        new ExecRequest(
            "e",
            "c0ffee",
            spec.build(),
            List.of(new Secret("B=0"), new Secret("DB_NAME=/box/db")),
            root,
            List.of("ls"),
            List.of(new Secret("B=3")),
            "/tmp",
            "",
            false,
            false,
            true,
            0,
            0);
    JsonNode process = JSON.readTree(specs.process(request));
    assertThat(process.at("/user").toString())
        .isEqualTo("{\"uid\":7,\"gid\":8,\"additionalGids\":[8,9]}");
    assertThat(process.get("cwd").asText()).isEqualTo("/tmp");
    assertThat(process.get("env").toString())
        .contains("\"HOSTNAME=box\",\"B=3\",\"DB_NAME=/box/db\",\"A=1\",\"HOME=/home/bob\"");
    assertThat(process.at("/capabilities/effective")).hasSize(41);
  }
}
