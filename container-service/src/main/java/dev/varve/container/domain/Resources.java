package dev.varve.container.domain;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the container may use of the machine, as its cgroup bounds it; zeros mean no bound of its
 * own. May be changed while the container runs.
 *
 * @param pidsLimit absent: not asked for; negative or 0: no limit
 */
public record Resources(Memory memory, Cpu cpu, BlockIo blockIo, OptionalLong pidsLimit) {
  public static final Resources UNLIMITED =
      new Resources(Memory.UNLIMITED, Cpu.UNLIMITED, BlockIo.UNLIMITED, OptionalLong.empty());

  /** These, but what the other names as the other has it. */
  Resources changedBy(Resources other) {
    return new Resources(
        memory.changedBy(other.memory),
        cpu.changedBy(other.cpu),
        other.blockIo.weight() == 0 ? blockIo : blockIo.weighing(other.blockIo.weight()),
        other.pidsLimit.isPresent() ? other.pidsLimit : pidsLimit);
  }

  private static long or(long other, long own) {
    return other == 0 ? own : other;
  }

  /**
   * All in bytes.
   *
   * @param swap memory and swap together; -1 for as much swap as there is, 0 for as much as memory
   * @param swappiness 0 to 100, absent (or -1) for the machine's own
   * @param kernel obsolete, and without effect
   * @param kernelTcp obsolete, and without effect
   */
  public record Memory(
      long limit,
      long reservation,
      long swap,
      OptionalLong swappiness,
      Optional<Boolean> oomKillDisable,
      long kernel,
      long kernelTcp) {
    public static final Memory UNLIMITED =
        new Memory(0, 0, 0, OptionalLong.empty(), Optional.empty(), 0, 0);

    /** An update of Docker's changes no more than these. */
    private Memory changedBy(Memory other) {
      return new Memory(
          or(other.limit, limit),
          or(other.reservation, reservation),
          or(other.swap, swap),
          swappiness,
          oomKillDisable,
          kernel,
          kernelTcp);
    }
  }

  /**
   * Times in microseconds.
   *
   * @param nano billionths of one processor
   * @param cpuset processors, as a list of ranges
   * @param memset memory nodes, as a list of ranges
   */
  public record Cpu(
      long shares,
      long nano,
      long period,
      long quota,
      long realtimePeriod,
      long realtimeRuntime,
      String cpuset,
      String memset) {
    public static final Cpu UNLIMITED = new Cpu(0, 0, 0, 0, 0, 0, "", "");

    private Cpu changedBy(Cpu other) {
      return new Cpu(
          or(other.shares, shares),
          or(other.nano, nano),
          or(other.period, period),
          or(other.quota, quota),
          or(other.realtimePeriod, realtimePeriod),
          or(other.realtimeRuntime, realtimeRuntime),
          other.cpuset.isEmpty() ? cpuset : other.cpuset,
          other.memset.isEmpty() ? memset : other.memset);
    }
  }

  /** Weights from 10 to 1000, rates in bytes or operations a second. */
  public record BlockIo(
      int weight,
      List<DeviceRate> weightDevices,
      List<DeviceRate> readBps,
      List<DeviceRate> writeBps,
      List<DeviceRate> readIops,
      List<DeviceRate> writeIops) {
    public static final BlockIo UNLIMITED =
        new BlockIo(0, List.of(), List.of(), List.of(), List.of(), List.of());

    private BlockIo weighing(int other) {
      return new BlockIo(other, weightDevices, readBps, writeBps, readIops, writeIops);
    }
  }

  /** A bound for one device of the host, by its path. */
  public record DeviceRate(String path, long rate) {}
}
