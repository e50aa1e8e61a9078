package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /containers/{id}/stats}. What Docker leaves out is null. */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StatsJson(
    String read,
    String preread,
    Pids pidsStats,
    BlockIo blkioStats,
    int numProcs,
    Map<String, Long> storageStats,
    Cpu cpuStats,
    Cpu precpuStats,
    Memory memoryStats,
    String name,
    String id,
    @Nullable Map<String, Interface> networks) {

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Pids(@Nullable Long current, @Nullable Long limit) {}

  /** The kernel tells the first two only; the others are empty, or null with them. */
  @JsonNaming(SnakeCaseStrategy.class)
  public record BlockIo(
      @Nullable List<Entry> ioServiceBytesRecursive,
      @Nullable List<Entry> ioServicedRecursive,
      @Nullable List<Entry> ioQueueRecursive,
      @Nullable List<Entry> ioServiceTimeRecursive,
      @Nullable List<Entry> ioWaitTimeRecursive,
      @Nullable List<Entry> ioMergedRecursive,
      @Nullable List<Entry> ioTimeRecursive,
      @Nullable List<Entry> sectorsRecursive) {}

  public record Entry(long major, long minor, String op, long value) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Cpu(
      CpuUsage cpuUsage,
      @Nullable Long systemCpuUsage,
      @Nullable Integer onlineCpus,
      Throttling throttlingData) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record CpuUsage(
      long totalUsage,
      @Nullable List<Long> percpuUsage,
      long usageInKernelmode,
      long usageInUsermode) {}

  @JsonNaming(SnakeCaseStrategy.class)
  public record Throttling(long periods, long throttledPeriods, long throttledTime) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Memory(
      @Nullable Long usage,
      @Nullable Long maxUsage,
      @Nullable Map<String, Long> stats,
      @Nullable Long failcnt,
      @Nullable Long limit) {}

  @JsonNaming(SnakeCaseStrategy.class)
  public record Interface(
      long rxBytes,
      long rxPackets,
      long rxErrors,
      long rxDropped,
      long txBytes,
      long txPackets,
      long txErrors,
      long txDropped) {}
}
