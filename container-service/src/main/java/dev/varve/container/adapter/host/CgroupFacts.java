package dev.varve.container.adapter.host;

import dev.varve.container.domain.KernelSupport;
import dev.varve.container.domain.KernelSupport.BlockIo;
import dev.varve.container.domain.KernelSupport.Cpu;
import dev.varve.container.domain.KernelSupport.Cpuset;
import dev.varve.container.domain.KernelSupport.Memory;
import dev.varve.container.domain.NumberList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What the cgroup file systems of a machine offer: of version 1 a directory per controller, of
 * version 2 one for all.
 */
final class CgroupFacts {
  private final Path cgroups;
  private final Path system;

  /**
   * @param cgroups usually {@code /sys/fs/cgroup}
   * @param system usually {@code /sys}
   */
  CgroupFacts(Path cgroups, Path system) {
    this.cgroups = cgroups;
    this.system = system;
  }

  KernelSupport read(boolean cgroupNamespaces, boolean ipForwarding) throws IOException {
    String controllers = text(cgroups.resolve("cgroup.controllers"));
    return controllers.isEmpty()
        ? version1(cgroupNamespaces, ipForwarding)
        : version2(Set.of(controllers.split("\\s+")), cgroupNamespaces, ipForwarding);
  }

  private KernelSupport version1(boolean cgroupNamespaces, boolean ipForwarding)
      throws IOException {
    Path memory = cgroups.resolve("memory");
    Path cpu = cgroups.resolve("cpu");
    Path blockIo = cgroups.resolve("blkio");
    return new KernelSupport(
        false,
        cgroupNamespaces,
        ipForwarding,
        processors(),
        new Memory(
            has(memory, "memory.limit_in_bytes"),
            has(memory, "memory.memsw.limit_in_bytes"),
            has(memory, "memory.soft_limit_in_bytes"),
            has(memory, "memory.swappiness"),
            has(memory, "memory.oom_control"),
            has(memory, "memory.kmem.tcp.limit_in_bytes")),
        new Cpu(
            has(cpu, "cpu.shares"), has(cpu, "cpu.cfs_quota_us"), has(cpu, "cpu.rt_runtime_us")),
        cpuset(cgroups.resolve("cpuset"), "cpuset.cpus", "cpuset.mems"),
        new BlockIo(
            has(blockIo, "blkio.weight"),
            has(blockIo, "blkio.weight_device"),
            has(blockIo, "blkio.throttle.read_bps_device"),
            has(blockIo, "blkio.throttle.write_bps_device"),
            has(blockIo, "blkio.throttle.read_iops_device"),
            has(blockIo, "blkio.throttle.write_iops_device")),
        Files.isDirectory(cgroups.resolve("pids")),
        appArmor());
  }

  private KernelSupport version2(
      Set<String> controllers, boolean cgroupNamespaces, boolean ipForwarding) throws IOException {
    boolean memory = controllers.contains("memory");
    boolean cpu = controllers.contains("cpu");
    boolean io = controllers.contains("io");
    return new KernelSupport(
        true,
        cgroupNamespaces,
        ipForwarding,
        processors(),
        new Memory(memory, memory && swapIsCounted(), memory, false, false, false),
        new Cpu(cpu, cpu, false),
        controllers.contains("cpuset")
            ? cpuset(cgroups, "cpuset.cpus.effective", "cpuset.mems.effective")
            : new Cpuset(false, List.of(), List.of(), "", ""),
        new BlockIo(io, io, io, io, io, io),
        controllers.contains("pids"),
        appArmor());
  }

  /** The root of the hierarchy has no bounds, so any group below it tells. */
  private boolean swapIsCounted() throws IOException {
    try (var groups = Files.list(cgroups)) {
      return groups.anyMatch(group -> has(group, "memory.swap.max"));
    }
  }

  private static Cpuset cpuset(Path directory, String cpus, String mems) throws IOException {
    String processors = text(directory.resolve(cpus));
    String memoryNodes = text(directory.resolve(mems));
    return new Cpuset(
        !processors.isEmpty(), numbers(processors), numbers(memoryNodes), processors, memoryNodes);
  }

  private static List<Integer> numbers(String text) {
    return NumberList.parse(text).map(List::copyOf).orElse(List.of());
  }

  private boolean appArmor() throws IOException {
    return text(system.resolve("module/apparmor/parameters/enabled")).equals("Y");
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static boolean has(Path directory, String file) {
    return Files.exists(directory.resolve(file));
  }

  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file).strip();
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
