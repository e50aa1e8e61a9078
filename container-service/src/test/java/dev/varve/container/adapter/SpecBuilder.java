package dev.varve.container.adapter;

import dev.varve.container.domain.ContainerSpec;
import dev.varve.container.domain.HostSpec;
import dev.varve.container.domain.ProcessSpec;
import dev.varve.container.domain.Secret;
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
  public Map<String, String> tmpfs = Map.of();
  public String pidMode = "";
  public String ipcMode = "";
  public String utsMode = "";
  public String cgroupnsMode = "";
  public List<HostSpec.Ulimit> ulimits = List.of();
  public Map<String, String> sysctls = Map.of();
  public long memory;
  public long nanoCpus;
  public long cpuShares;
  public OptionalLong pidsLimit = OptionalLong.empty();
  public String logDriver = "";
  public Map<String, String> logOptions = Map.of();
  public OptionalInt oomScoreAdj = OptionalInt.empty();
  public int consoleHeight;
  public int consoleWidth;

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
            privileged,
            capAdd,
            capDrop,
            readonlyRootfs,
            init,
            securityOpt,
            groupAdd,
            runtime,
            shmSize,
            tmpfs,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            pidMode,
            ipcMode,
            utsMode,
            cgroupnsMode,
            ulimits,
            sysctls,
            memory,
            nanoCpus,
            cpuShares,
            pidsLimit,
            "no",
            0,
            logDriver,
            logOptions,
            oomScoreAdj,
            consoleHeight,
            consoleWidth);
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
