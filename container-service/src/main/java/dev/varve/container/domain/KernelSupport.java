package dev.varve.container.domain;

import java.util.List;

/**
 * What a machine's kernel can bound and share, as its cgroups and namespaces show.
 *
 * @param cgroupV2 only the unified hierarchy is there
 * @param processors how many may be used
 * @param ipForwarding packets pass between containers and the network outside
 */
public record KernelSupport(
    boolean cgroupV2,
    boolean cgroupNamespaces,
    boolean ipForwarding,
    int processors,
    Memory memory,
    Cpu cpu,
    Cpuset cpuset,
    BlockIo blockIo,
    boolean pids,
    boolean appArmor) {

  /** Which of the memory controller's bounds there are. */
  public record Memory(
      boolean limit,
      boolean swap,
      boolean reservation,
      boolean swappiness,
      boolean oomKillDisable,
      boolean kernelTcp) {}

  /** Which of the CPU controller's bounds there are; a quota is per period. */
  public record Cpu(boolean shares, boolean quota, boolean realtime) {}

  /**
   * @param processors numbers of those that containers may be bound to
   * @param memoryNodes likewise
   * @param processorsText the same as the kernel writes them
   * @param memoryNodesText likewise
   */
  public record Cpuset(
      boolean supported,
      List<Integer> processors,
      List<Integer> memoryNodes,
      String processorsText,
      String memoryNodesText) {}

  /** Which of the block I/O controller's bounds there are. */
  public record BlockIo(
      boolean weight,
      boolean weightDevice,
      boolean readBps,
      boolean writeBps,
      boolean readIops,
      boolean writeIops) {}
}
