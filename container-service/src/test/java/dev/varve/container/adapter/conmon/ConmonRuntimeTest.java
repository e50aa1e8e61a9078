package dev.varve.container.adapter.conmon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.container.adapter.BusyboxRoot;
import dev.varve.container.adapter.PrivateMounts;
import dev.varve.container.adapter.SpecBuilder;
import dev.varve.container.adapter.oci.OciRuntimeSpecs;
import dev.varve.container.application.ContainerRuntime.ExecHandle;
import dev.varve.container.application.ContainerRuntime.ExecRequest;
import dev.varve.container.application.ContainerRuntime.Exit;
import dev.varve.container.application.ContainerRuntime.Observation;
import dev.varve.container.application.ContainerRuntime.PreparedExec;
import dev.varve.container.application.ContainerRuntime.RunRequest;
import dev.varve.container.application.Frames;
import dev.varve.container.application.RuntimeRefusedException;
import dev.varve.container.application.StandardStreams;
import dev.varve.container.application.StandardStreams.Source;
import dev.varve.container.domain.ContainerSpec;
import dev.varve.container.domain.HostSpec;
import dev.varve.container.domain.Resources;
import dev.varve.linux.files.KernelFileCalls;
import dev.varve.linux.mounts.KernelMountCalls;
import dev.varve.linux.process.ProcessFacts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("kernel")
@ExtendWith(PrivateMounts.class)
class ConmonRuntimeTest {
  private static final String PREFIX = "rtt" + ProcessHandle.current().pid();

  private Path directory;
  private Path root;
  private ConmonRuntime runtime;
  private final Map<String, Exit> exits = new ConcurrentHashMap<>();
  private final List<String> made = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    directory = Files.createTempDirectory("varve-runtime-");
    root = BusyboxRoot.make(directory.resolve("rootfs"));
    for (String file : List.of("resolv.conf", "hosts", "hostname")) {
      Files.writeString(directory.resolve(file), "");
    }
    runtime = newRuntime();
    runtime.watchExits(exits::put);
  }

  private ConmonRuntime newRuntime() throws IOException {
    return new ConmonRuntime(
        new OciRuntimeSpecs(new KernelFileCalls(), ProcessFacts.ownBoundingSet(), PREFIX),
        new KernelMountCalls(new KernelFileCalls()),
        directory.resolve("root"),
        directory.resolve("run"),
        PREFIX,
        Clock.systemUTC());
  }

  @AfterEach
  void close() throws IOException {
    for (String id : made) {
      runtime.delete(id);
    }
    runtime.close();
    Path cgroups = Path.of("/sys/fs/cgroup");
    try (var hierarchies = Files.list(cgroups)) {
      for (Path hierarchy : hierarchies.toList()) {
        Files.deleteIfExists(hierarchy.resolve(PREFIX));
      }
    }
    BusyboxRoot.delete(directory);
  }

  private RunRequest request(String id, ContainerSpec spec) {
    made.add(id);
    return new RunRequest(
        id,
        spec,
        List.of(),
        root,
        Optional.empty(),
        "box",
        directory.resolve("resolv.conf"),
        directory.resolve("hosts"),
        directory.resolve("hostname"),
        List.of(),
        "",
        Optional.empty(),
        Optional.empty());
  }

  private String newId(int n) {
    return String.format("%064x", 0xabc000 + n);
  }

  private record Result(Exit exit, String out, String err) {}

  private Result run(ContainerSpec spec) throws Exception {
    return run(newId(made.size()), spec);
  }

  private Result run(String id, ContainerSpec spec) throws Exception {
    runtime.create(request(id, spec));
    try (StandardStreams streams = runtime.openStreams(id)) {
      runtime.start(id);
      Map<Source, String> output = drain(streams);
      await().until(() -> exits.containsKey(id));
      return new Result(
          exits.get(id),
          output.getOrDefault(Source.STDOUT, ""),
          output.getOrDefault(Source.STDERR, ""));
    }
  }

  private static Map<Source, String> drain(StandardStreams streams) throws Exception {
    Map<Source, StringBuilder> outputs = new EnumMap<>(Source.class);
    Frames frames = new Frames(true, true, true);
    while (streams.read(frames)) {
      ByteBuffer bytes = frames.take();
      while (bytes.hasRemaining()) {
        Source source = bytes.getInt() >>> 24 == 1 ? Source.STDOUT : Source.STDERR;
        byte[] data = new byte[bytes.getInt()];
        bytes.get(data);
        outputs
            .computeIfAbsent(source, _ -> new StringBuilder())
            .append(new String(data, StandardCharsets.UTF_8));
      }
    }
    return outputs.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().toString()));
  }

  private static String next(StandardStreams streams) throws Exception {
    Frames frames = new Frames(false, true, true);
    assertThat(streams.read(frames)).isTrue();
    return StandardCharsets.UTF_8.decode(frames.take()).toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void runsAProgramAndReportsItsOutputAndExitCode(String name) throws Exception {
    SpecBuilder spec = new SpecBuilder("sh", "-c", "echo out; echo err >&2; exit 7");
    spec.runtime = name;
    Result result = run(spec.build());
    assertThat(result.out()).isEqualTo("out\n");
    assertThat(result.err()).isEqualTo("err\n");
    assertThat(result.exit().exitCode()).isEqualTo(7);
    assertThat(result.exit().oomKilled()).isFalse();
    assertThat(Files.readString(runtime.logPath(newId(0)))).contains("stdout F out");
  }

  /** A second container gets the filter that was compiled for the first. */
  @Test
  void hasDockersDefaultIsolation() throws Exception {
    run(new SpecBuilder("true").build());
    Result result =
        run(
            new SpecBuilder(
                    "sh",
                    "-c",
                    "grep -E 'Cap|NoNew|Seccomp:' /proc/self/status; cat /proc/keys | wc -c;"
                        + " touch /proc/sys/kernel/x; mount -t tmpfs x /tmp; hostname; pwd; id;"
                        + " ls /proc/self/fd | wc -l; echo $HOME $HOSTNAME; unshare -U true")
                .build());
    assertThat(result.out())
        .contains("CapInh:\t0000000000000000", "CapAmb:\t0000000000000000")
        .contains("CapEff:\t00000000a80425fb", "CapBnd:\t00000000a80425fb")
        .contains("Seccomp:\t2", "\n0\n", "box\n/\nuid=0(root) gid=0(root)", "/root box");
    assertThat(result.err())
        .contains("touch: /proc/sys/kernel/x: ")
        .contains("mount: permission denied")
        .contains("unshare");
  }

  @Test
  void becomesTheUserOfTheImage() throws Exception {
    SpecBuilder spec = new SpecBuilder("sh", "-c", "id; pwd; echo $HOME");
    spec.user = "alice";
    spec.workingDir = "/made/for/it";
    Result result = run(spec.build());
    assertThat(result.out())
        .isEqualTo(
            "uid=1000(alice) gid=1000(alice) groups=50(staff),1000(alice)\n/made/for/it\n"
                + "/home/alice\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void refusesWhatCannotBeExecutedInDockersWords(String name) throws Exception {
    Files.writeString(root.resolve("etc/plain"), "no program");
    record Case(String program, int code, String text) {}
    List<Case> cases =
        List.of(
            new Case("foo", 127, "exec: \"foo\": executable file not found in $PATH: unknown"),
            new Case("/nope", 127, "exec: \"/nope\": stat /nope: no such file or directory"),
            new Case("/etc/plain", 126, "exec: \"/etc/plain\": permission denied"),
            new Case("/etc", 126, "exec: \"/etc\": "));
    for (Case c : cases) {
      SpecBuilder spec = new SpecBuilder(c.program());
      spec.runtime = name;
      String id = newId(made.size());
      assertThatThrownBy(
              () -> {
                runtime.create(request(id, spec.build()));
                runtime.start(id);
              })
          .isInstanceOfSatisfying(
              RuntimeRefusedException.class,
              e -> assertThat(e.exitCode()).as(e.getMessage()).isEqualTo(c.code()))
          .hasMessageStartingWith("failed to create task for container: ")
          .hasMessageContaining(c.text());
      assertThat(runtime.observe(id)).isEqualTo(new Observation.Absent());
    }
  }

  @Test
  void givesTheProgramItsInputAndItsEnd() throws Exception {
    SpecBuilder spec = new SpecBuilder("sh", "-c", "cat; echo done");
    spec.openStdin = true;
    spec.stdinOnce = true;
    String id = newId(0);
    runtime.create(request(id, spec.build()));
    try (StandardStreams streams = runtime.openStreams(id);
        StandardStreams other = runtime.openStreams(id)) {
      runtime.start(id);
      other.close();
      byte[] much = "0123456789abcdef\n".repeat(100_000).getBytes(StandardCharsets.UTF_8);
      Thread writer =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  streams.write(much, 0, much.length);
                  streams.closeStdin();
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      String out = drain(streams).get(Source.STDOUT);
      writer.join();
      assertThat(out).hasSize(much.length + 5).endsWith("done\n");
    }
  }

  @Test
  void aSlowClientGetsEverything() throws Exception {
    String id = newId(0);
    runtime.create(request(id, new SpecBuilder("sh", "-c", "yes | head -c 20000000").build()));
    try (StandardStreams streams = runtime.openStreams(id)) {
      runtime.start(id);
      // Its buffer is full long before the first read.
      await().until(() -> Files.size(runtime.logPath(id)) > BufferedBytes.MUCH);
      assertThat(drain(streams).get(Source.STDOUT)).hasSize(20_000_000);
    }
  }

  @Test
  void aSlowClientGetsEverythingThoughNobodyReadItsInput() throws Exception {
    SpecBuilder spec = new SpecBuilder("sh", "-c", "yes | head -c 2200000");
    spec.openStdin = true;
    spec.stdinOnce = true;
    String id = newId(0);
    runtime.create(request(id, spec.build()));
    try (StandardStreams streams = runtime.openStreams(id)) {
      Thread writer =
          Thread.startVirtualThread(() -> {
            try {
              streams.write(new byte[1 << 20], 0, 1 << 20);
            } catch (IOException e) {
              // The program ended without it.
            }
          });
      runtime.start(id);
      // The rest waits in the socket that the monitor has closed by then.
      await().until(() -> exits.containsKey(id));
      assertThat(drain(streams).get(Source.STDOUT)).hasSize(2_200_000);
      writer.join();
    }
  }

  @Test
  void streamsAreOpenWhenTheMonitorHasTakenThemIn() throws Exception {
    String id = newId(0);
    runtime.create(request(id, new SpecBuilder("echo", "hello").build()));
    int monitor =
        RunFiles.number(RunFiles.ofContainer(directory.resolve("run/bundles"), id).monitorPid())
            .orElseThrow();
    signal(monitor, "STOP");
    FutureTask<StandardStreams> opening = new FutureTask<>(() -> runtime.openStreams(id));
    Thread opener = Thread.ofPlatform().start(opening);
    try {
      await().until(() -> opener.getState() == Thread.State.TIMED_WAITING);
      assertThat(opening.isDone()).isFalse();
    } finally {
      signal(monitor, "CONT");
    }
    try (StandardStreams streams = opening.get()) {
      runtime.start(id);
      assertThat(drain(streams)).containsEntry(Source.STDOUT, "hello\n");
    }
  }

  private static void signal(int pid, String signal) throws Exception {
    int code = new ProcessBuilder("kill", "-" + signal, Integer.toString(pid)).start().waitFor();
    assertThat(code).isZero();
  }

  @Test
  void resizesATerminal() throws Exception {
    SpecBuilder spec = new SpecBuilder("sh", "-c", "stty size; cat; stty size");
    spec.tty = true;
    spec.openStdin = true;
    spec.consoleSize = new HostSpec.ConsoleSize(33, 44);
    String id = newId(0);
    runtime.create(request(id, spec.build()));
    try (StandardStreams streams = runtime.openStreams(id)) {
      runtime.start(id);
      assertThat(next(streams)).contains("33 44");
      assertThat(runtime.resize(id, 55, 66)).isTrue();
      streams.write(new byte[] {'\n', 4}, 0, 2);
      assertThat(drain(streams).get(Source.STDOUT)).contains("55 66");
    }
    await().until(() -> exits.containsKey(id));
    await().until(() -> !runtime.resize(id, 77, 88));
    runtime.delete(id);
    assertThat(runtime.resize(id, 77, 88)).isFalse();
  }

  @Test
  void observesEachStage() throws Exception {
    String id = newId(0);
    assertThat(runtime.observe(id)).isEqualTo(new Observation.Absent());
    var process = runtime.create(request(id, new SpecBuilder("sleep", "1000").build()));
    assertThat(runtime.observe(id)).isEqualTo(new Observation.Created(process));
    runtime.start(id);
    assertThat(runtime.observe(id)).isEqualTo(new Observation.Running(process));
    assertThat(runtime.processes(id)).containsExactly(process.pid());
    assertThat(runtime.signal(id, 9)).isTrue();
    await().until(() -> exits.containsKey(id));
    assertThat(runtime.observe(id)).isEqualTo(new Observation.Ended(exits.get(id)));
    assertThat(exits.get(id).exitCode()).isEqualTo(137);
    assertThat(runtime.signal(id, 9)).isFalse();
    runtime.delete(id);
    runtime.delete(id);
    assertThat(runtime.observe(id)).isEqualTo(new Observation.Absent());
    assertThat(directory.resolve("run/bundles").resolve(id)).doesNotExist();
    assertThat(Path.of("/sys/fs/cgroup/pids", PREFIX, id)).doesNotExist();
  }

  @Test
  void goesOnAfterARestartOfTheEngine() throws Exception {
    String running = newId(0);
    String ended = newId(1);
    String lost = newId(2);
    for (String id : List.of(running, ended, lost)) {
      // With its monitor a program loses its input, so one of them must not wait for it.
      SpecBuilder spec =
          new SpecBuilder(id.equals(running) ? List.of("cat") : List.of("sleep", "1000"));
      spec.openStdin = id.equals(running);
      runtime.create(request(id, spec.build()));
      runtime.start(id);
    }
    runtime.close();
    new ProcessBuilder("kill", "-9", Long.toString(pid(ended))).start().waitFor();
    new ProcessBuilder("kill", "-9", Long.toString(monitor(lost))).start().waitFor();
    await().until(() -> Files.exists(directory.resolve("run/bundles/" + ended + "/exit")));

    exits.clear();
    runtime = newRuntime();
    assertThat(runtime.observe(running)).isInstanceOf(Observation.Running.class);
    assertThat(runtime.observe(lost)).isInstanceOf(Observation.Running.class);
    runtime.watchExits(exits::put);
    await().until(() -> exits.containsKey(ended));
    assertThat(exits.get(ended).exitCode()).isEqualTo(137);
    assertThat(exits).doesNotContainKeys(running, lost);

    runtime.signal(lost, 9);
    await().until(() -> exits.containsKey(lost));
    assertThat(exits.get(lost).error()).isNotEmpty();
    try (StandardStreams streams = runtime.openStreams(running)) {
      streams.write("hello\n".getBytes(StandardCharsets.UTF_8), 0, 6);
      assertThat(next(streams)).isEqualTo("hello\n");
    }
    runtime.signal(running, 9);
    await().until(() -> exits.containsKey(running));
  }

  private long monitor(String id) throws IOException {
    return Long.parseLong(
        Files.readString(directory.resolve("run/bundles/" + id + "/monitor.pid")).strip());
  }

  private long pid(String id) throws IOException {
    return Long.parseLong(
        Files.readString(directory.resolve("run/bundles/" + id + "/pid")).strip());
  }

  @Test
  void tellsWhenTheKernelKilledForMemory() throws Exception {
    SpecBuilder spec = new SpecBuilder("sh", "-c", "x=$(yes | head -c 100000000); echo $x | wc -c");
    spec.memory(16 << 20);
    spec.pidsLimit = OptionalLong.of(20);
    spec.cpu = new Resources.Cpu(0, 500_000_000, 0, 0, 0, 0, "", "");
    Result result = run(spec.build());
    assertThat(result.exit().exitCode()).isEqualTo(137);
    assertThat(result.exit().oomKilled()).isTrue();
  }

  @Test
  void tellsAtOnceThatAChildWasKilledForItsMemory() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    runtime.watchOutOfMemory(told::add);
    // The kernel is told whom to kill: left to itself it now and then takes the parent.
    String hog = "echo 1000 > /proc/self/oom_score_adj; x=$(yes | head -c 100000000)";
    SpecBuilder spec = new SpecBuilder("sh", "-c", "sh -c '" + hog + "'; exec sleep 1000");
    spec.memory(16 << 20);
    String id = newId(0);
    runtime.create(request(id, spec.build()));
    runtime.start(id);

    await().until(() -> told.contains(id));
    assertThat(runtime.observe(id)).isInstanceOf(Observation.Running.class);
    runtime.signal(id, 9);
    await().until(() -> exits.containsKey(id));
    assertThat(exits.get(id).oomKilled()).isTrue();
    runtime.delete(id);
  }

  @Test
  void runsAnInitAndWhatTheHostMayGive() throws Exception {
    SpecBuilder spec =
        new SpecBuilder(
            "sh",
            "-c",
            "head -c 11 /proc/1/cmdline; touch /x; stat -f -c %s /dev/shm; grep /scratch"
                + " /proc/mounts; sysctl -n net.ipv4.ip_unprivileged_port_start; ulimit -n");
    spec.init = Optional.of(true);
    spec.readonlyRootfs = true;
    spec.tmpfs = Map.of("/scratch", "size=64k");
    spec.ulimits = List.of(new HostSpec.Ulimit("nofile", 100, 200));
    Files.createDirectories(root.resolve("scratch"));
    Files.writeString(root.resolve("sbin/docker-init"), "");
    Result result = run(spec.build());
    assertThat(result.out()).startsWith("/sbin/docke").contains("size=64k").endsWith("100\n");
    assertThat(result.err()).contains("touch: /x: Read-only file system");
  }

  @Test
  void executesInARunningContainer() throws Exception {
    String id = newId(0);
    runtime.create(request(id, new SpecBuilder("sleep", "1000").build()));
    runtime.start(id);
    ExecHandle handle =
        runtime.prepareExec(exec(id, "e1", "sh", "-c", "echo out; echo err >&2; exit 3")).run();
    Map<Source, String> output = drain(handle.streams().orElseThrow());
    assertThat(output).containsEntry(Source.STDOUT, "out\n").containsEntry(Source.STDERR, "err\n");
    await().until(() -> exits.containsKey(id + "/e1"));
    assertThat(exits.get(id + "/e1").exitCode()).isEqualTo(3);
    assertThat(runtime.observeExec(id, "e1"))
        .isEqualTo(new Observation.Ended(exits.get(id + "/e1")));
    runtime.deleteExec(id, "e1");
    assertThat(runtime.observeExec(id, "e1")).isEqualTo(new Observation.Absent());

    assertThatThrownBy(() -> runtime.prepareExec(exec(id, "e2", "foo")).run())
        .isInstanceOfSatisfying(
            RuntimeRefusedException.class, e -> assertThat(e.exitCode()).isEqualTo(127))
        .hasMessage(
            "OCI runtime exec failed: exec failed: unable to start container process: exec:"
                + " \"foo\": executable file not found in $PATH: unknown");

    ExecHandle cat = runtime.prepareExec(exec(id, "e3", "cat")).run();
    StandardStreams streams = cat.streams().orElseThrow();
    streams.write("ping".getBytes(StandardCharsets.UTF_8), 0, 4);
    assertThat(next(streams)).isEqualTo("ping");
    streams.closeStdin();
    await().until(() -> exits.containsKey(id + "/e3"));
    assertThat(exits.get(id + "/e3").exitCode()).isZero();
  }

  @Test
  void whatIsPreparedRunsOnlyWhenToldTo() throws Exception {
    String id = newId(0);
    runtime.create(request(id, new SpecBuilder("sleep", "1000").build()));
    runtime.start(id);
    // Often, because it matters how far a monitor has come.
    for (int i = 0; i < 40; i++) {
      runtime.prepareExec(exec(id, "e1", "sh", "-c", ": >/ran")).close();
    }
    PreparedExec _ = runtime.prepareExec(exec(id, "e2", "sh", "-c", ": >/ran"));
    assertThat(runtime.observeExec(id, "e2")).isEqualTo(new Observation.Absent());
    runtime.deleteExec(id, "e2");

    runtime.prepareExec(exec(id, "e3", "sh", "-c", "[ -e /ran ]")).run();
    await().until(() -> exits.containsKey(id + "/e3"));
    assertThat(exits.get(id + "/e3").exitCode()).isEqualTo(1);
    await()
        .until(() ->
            ProcessHandle.allProcesses()
                .filter(ProcessHandle::isAlive)
                .noneMatch(it -> it.info().commandLine().orElse("").contains(id + "/execs/e")));
  }

  @Test
  void executesWithATerminal() throws Exception {
    String id = newId(0);
    SpecBuilder spec = new SpecBuilder("sleep", "1000");
    runtime.create(request(id, spec.build()));
    runtime.start(id);
    ExecHandle handle =
        runtime
            .prepareExec(
                new ExecRequest(
                    "t",
                    id,
                    spec.build(),
                    List.of(),
                    root,
                    List.of("sh", "-c", "read a; stty size; exit 4"),
                    List.of(),
                    "",
                    "alice",
                    true,
                    true,
                    false,
                    20,
                    30))
            .run();
    try (StandardStreams streams = handle.streams().orElseThrow()) {
      runtime.resizeExec(id, "t", 40, 50);
      // The end of a client's input is not the end of a terminal's.
      streams.closeStdin();
      streams.write(new byte[] {'\n'}, 0, 1);
      assertThat(drain(streams).get(Source.STDOUT)).contains("40 50");
    }
    await().until(() -> exits.containsKey(id + "/t"));
    assertThat(exits.get(id + "/t").exitCode()).isEqualTo(4);
  }

  @Test
  void anEndedProgramHasEndedStreams() throws Exception {
    String id = newId(0);
    run(id, new SpecBuilder("true").build());
    try (StandardStreams streams = runtime.openStreams(id)) {
      assertThat(streams.read(new Frames(false, true, true))).isFalse();
    }
    assertThatThrownBy(() -> runtime.openStreams(newId(7))).isInstanceOf(IOException.class);
  }

  private ExecRequest exec(String id, String execId, String... cmd) {
    return new ExecRequest(
        execId,
        id,
        new SpecBuilder("sleep", "1000").build(),
        List.of(),
        root,
        List.of(cmd),
        List.of(),
        "",
        "",
        false,
        true,
        false,
        0,
        0);
  }

  @Test
  void givesAPrivilegedContainerWhatTheEngineHas() throws Exception {
    SpecBuilder spec =
        new SpecBuilder("sh", "-c", "grep -E 'CapEff|Seccomp:' /proc/self/status; ls /dev/vda");
    spec.privileged = true;
    Result result = run(spec.build());
    assertThat(result.out())
        .contains(String.format("CapEff:\t%016x", ProcessFacts.ownBoundingSet()))
        .contains("Seccomp:\t0", "/dev/vda");
  }
}
