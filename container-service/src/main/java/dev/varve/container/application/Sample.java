package dev.varve.container.application;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a run has used by a moment, as the kernel counts it since the run's start.
 *
 * @param blockIo what the kernel tells of each device and operation
 * @param interfaces of the container's own network; none when it uses the host's
 */
public record Sample(
    Instant read,
    Cpu cpu,
    Memory memory,
    OptionalLong pids,
    OptionalLong pidsLimit,
    BlockIo blockIo,
    List<Interface> interfaces) {

  /**
   * Nanoseconds, but for the counts.
   *
   * @param each by processor; empty where the kernel does not tell
   * @param system of the whole machine, idle time as well
   * @param online processors of the machine
   */
  public record Cpu(
      long total,
      long kernel,
      long user,
      List<Long> each,
      long system,
      int online,
      long periods,
      long throttledPeriods,
      long throttledNanos) {}

  /**
   * Bytes.
   *
   * @param failures how often the limit was hit
   * @param limit the machine's memory when there is none below it
   * @param stats by the kernel's own names
   */
  public record Memory(
      long usage, OptionalLong maxUsage, long failures, long limit, List<Named> stats) {}

  public record Named(String name, long value) {}

  public record BlockIo(List<BlockCount> bytes, List<BlockCount> operations) {}

  public record BlockCount(long major, long minor, String operation, long value) {}

  public record Interface(
      String name,
      long rxBytes,
      long rxPackets,
      long rxErrors,
      long rxDropped,
      long txBytes,
      long txPackets,
      long txErrors,
      long txDropped) {}
}
