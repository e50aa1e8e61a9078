package dev.varve.gateway.route;

import dev.varve.api.container.v1.Sample;
import dev.varve.api.container.v1.StatsResponse;
import dev.varve.gateway.docker.DockerTime;
import dev.varve.gateway.docker.json.StatsJson;
import dev.varve.gateway.docker.json.StatsJson.BlockIo;
import dev.varve.gateway.docker.json.StatsJson.Cpu;
import dev.varve.gateway.docker.json.StatsJson.CpuUsage;
import dev.varve.gateway.docker.json.StatsJson.Entry;
import dev.varve.gateway.docker.json.StatsJson.Interface;
import dev.varve.gateway.docker.json.StatsJson.Memory;
import dev.varve.gateway.docker.json.StatsJson.Pids;
import dev.varve.gateway.docker.json.StatsJson.Throttling;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A container's figures as Docker writes them. */
final class StatsViews {
  private static final Cpu NO_CPU =
      new Cpu(new CpuUsage(0, null, 0, 0), null, null, new Throttling(0, 0, 0));
  private static final BlockIo NO_BLOCK_IO =
      new BlockIo(null, null, null, null, null, null, null, null);

  private StatsViews() {}

  static StatsJson json(StatsResponse it) {
    Sample sample = it.getSample();
    boolean runs = it.hasSample();
    return new StatsJson(
        DockerTime.rfc3339(sample.getReadNanos()),
        DockerTime.rfc3339(it.getBefore().getReadNanos()),
        new Pids(
            sample.hasPids() ? sample.getPids() : null,
            sample.hasPidsLimit() ? sample.getPidsLimit() : null),
        runs ? blockIo(sample) : NO_BLOCK_IO,
        0,
        Map.of(),
        runs ? cpu(sample.getCpu()) : NO_CPU,
        it.hasBefore() ? cpu(it.getBefore().getCpu()) : NO_CPU,
        runs ? memory(sample.getMemory()) : new Memory(null, null, null, null, null),
        "/" + it.getName(),
        it.getId(),
        sample.getInterfacesCount() == 0 ? null : networks(sample));
  }

  private static BlockIo blockIo(Sample sample) {
    List<Entry> none = List.of();
    return new BlockIo(
        entries(sample.getServiceBytesList()),
        entries(sample.getServicedList()),
        none,
        none,
        none,
        none,
        none,
        none);
  }

  private static List<Entry> entries(List<Sample.BlockIo> counts) {
    return counts.stream()
        .map(it -> new Entry(it.getMajor(), it.getMinor(), it.getOperation(), it.getValue()))
        .toList();
  }

  private static Cpu cpu(Sample.Cpu it) {
    return new Cpu(
        new CpuUsage(
            it.getTotal(),
            it.getEachCount() == 0 ? null : it.getEachList(),
            it.getKernel(),
            it.getUser()),
        it.getSystem(),
        it.getOnline(),
        new Throttling(it.getPeriods(), it.getThrottledPeriods(), it.getThrottledNanos()));
  }

  private static Memory memory(Sample.Memory it) {
    return new Memory(
        it.getUsage(),
        it.hasMaxUsage() ? it.getMaxUsage() : null,
        it.getStatsMap(),
        nullIfZero(it.getFailures()),
        it.getLimit());
  }

  private static @Nullable Long nullIfZero(long value) {
    return value == 0 ? null : value;
  }

  private static Map<String, Interface> networks(Sample sample) {
    Map<String, Interface> networks = new LinkedHashMap<>();
    for (Sample.Interface it : sample.getInterfacesList()) {
      networks.put(
          it.getName(),
          new Interface(
              it.getRxBytes(),
              it.getRxPackets(),
              it.getRxErrors(),
              it.getRxDropped(),
              it.getTxBytes(),
              it.getTxPackets(),
              it.getTxErrors(),
              it.getTxDropped()));
    }
    return networks;
  }
}
