package dev.varve.container.adapter;

import dev.varve.container.domain.ContainerSpec;
import dev.varve.container.domain.DeviceAccess;
import dev.varve.container.domain.FileSystems;
import dev.varve.container.domain.HostSpec;
import dev.varve.container.domain.LogConfig;
import dev.varve.container.domain.NameResolution;
import dev.varve.container.domain.Namespaces;
import dev.varve.container.domain.PortBindings;
import dev.varve.container.domain.Privileges;
import dev.varve.container.domain.ProcessSpec;
import dev.varve.container.domain.Resources;
import dev.varve.container.domain.RestartPolicy;
import dev.varve.container.domain.Secret;
import dev.varve.container.domain.Storage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A container as {@code docker run busybox …} makes it; tests change the fields they are about. */
public final class SpecBuilder {
  public List<String> entrypoint = List.of();
  public List<String> cmd;
  public List<String> env = List.of();
  public String workingDir = "";
  public String user = "";
  public boolean tty;
  public boolean openStdin;
  public boolean stdinOnce;
  public String domainname = "";
  public boolean privileged;
  public List<String> capAdd = List.of();
  public List<String> capDrop = List.of();
  public boolean readonlyRootfs;
  public Optional<Boolean> init = Optional.empty();
  public List<String> securityOpt = List.of();
  public List<String> groupAdd = List.of();
  public String runtime = "";
  public long shmSize;
  public Storage storage = Storage.NONE;
  public Map<String, String> tmpfs = Map.of();
  public Optional<List<String>> maskedPaths = Optional.empty();
  public Optional<List<String>> readonlyPaths = Optional.empty();
  public Namespaces namespaces = Namespaces.DEFAULT;
  public DeviceAccess devices = DeviceAccess.NONE;
  public String cgroupParent = "";
  public Map<String, String> annotations = Map.of();
  public List<HostSpec.Ulimit> ulimits = List.of();
  public Map<String, String> sysctls = Map.of();
  public Resources.Memory memory = Resources.Memory.UNLIMITED;
  public Resources.Cpu cpu = Resources.Cpu.UNLIMITED;
  public Resources.BlockIo blockIo = Resources.BlockIo.UNLIMITED;
  public OptionalLong pidsLimit = OptionalLong.empty();
  public LogConfig log = LogConfig.DEFAULT;
  public OptionalInt oomScoreAdj = OptionalInt.empty();
  public HostSpec.ConsoleSize consoleSize = new HostSpec.ConsoleSize(0, 0);

  /** What most tests bound. */
  public void memory(long bytes) {
    memory = new Resources.Memory(bytes, 0, 0, OptionalLong.empty(), Optional.empty(), 0, 0);
  }

  public SpecBuilder(String... cmd) {
    this(List.of(cmd));
  }

  public SpecBuilder(List<String> cmd) {
    this.cmd = cmd;
  }

  public ContainerSpec build() {
    ProcessSpec process =
        new ProcessSpec(
            entrypoint,
            cmd,
            env.stream().map(Secret::new).toList(),
            workingDir,
            user,
            tty,
            openStdin,
            stdinOnce,
            openStdin,
            true,
            true,
            "",
            OptionalInt.empty());
    HostSpec host =
        new HostSpec(
            "default",
            false,
            runtime,
            init,
            RestartPolicy.NONE,
            log,
            namespaces,
            new Privileges(
                privileged, capAdd, capDrop, securityOpt, groupAdd, maskedPaths, readonlyPaths),
            new FileSystems(readonlyRootfs, tmpfs, shmSize, Map.of(), "", storage),
            NameResolution.DEFAULT,
            devices,
            new Resources(memory, cpu, blockIo, pidsLimit),
            cgroupParent,
            ulimits,
            oomScoreAdj,
            sysctls,
            annotations,
            "",
            consoleSize,
            PortBindings.NONE,
            List.of());
    return new ContainerSpec(
        "busybox",
        "sha256:0",
        "box",
        domainname,
        Map.of(),
        process,
        host,
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        List.of(),
        false);
  }
}
