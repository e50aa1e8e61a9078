package dev.varve.container.adapter.grpc;

import dev.varve.api.container.v1.Sample;
import dev.varve.container.application.Sample.BlockCount;
import dev.varve.container.application.Sample.Cpu;
import dev.varve.container.application.Sample.Interface;
import dev.varve.container.application.Sample.Memory;
import java.util.List;

/** Figures as messages. */
final class StatsMessages {
  private StatsMessages() {}

  static Sample sample(dev.varve.container.application.Sample it) {
    Sample.Builder sample =
        Sample.newBuilder()
            .setReadNanos(ContainerMessages.nanos(it.read()))
            .setCpu(cpu(it.cpu()))
            .setMemory(memory(it.memory()));
    it.pids().ifPresent(sample::setPids);
    it.pidsLimit().ifPresent(sample::setPidsLimit);
    sample.addAllServiceBytes(counts(it.blockIo().bytes()));
    sample.addAllServiced(counts(it.blockIo().operations()));
    it.interfaces().forEach(each -> sample.addInterfaces(network(each)));
    return sample.build();
  }

  private static Sample.Cpu cpu(Cpu it) {
    return Sample.Cpu.newBuilder()
        .setTotal(it.total())
        .setKernel(it.kernel())
        .setUser(it.user())
        .addAllEach(it.each())
        .setSystem(it.system())
        .setOnline(it.online())
        .setPeriods(it.periods())
        .setThrottledPeriods(it.throttledPeriods())
        .setThrottledNanos(it.throttledNanos())
        .build();
  }

  private static Sample.Memory memory(Memory it) {
    Sample.Memory.Builder memory =
        Sample.Memory.newBuilder()
            .setUsage(it.usage())
            .setFailures(it.failures())
            .setLimit(it.limit());
    it.maxUsage().ifPresent(memory::setMaxUsage);
    it.stats().forEach(stat -> memory.putStats(stat.name(), stat.value()));
    return memory.build();
  }

  private static List<Sample.BlockIo> counts(List<BlockCount> counts) {
    return counts.stream()
        .map(it ->
            Sample.BlockIo.newBuilder()
                .setMajor(it.major())
                .setMinor(it.minor())
                .setOperation(it.operation())
                .setValue(it.value())
                .build())
        .toList();
  }

  private static Sample.Interface network(Interface it) {
    return Sample.Interface.newBuilder()
        .setName(it.name())
        .setRxBytes(it.rxBytes())
        .setRxPackets(it.rxPackets())
        .setRxErrors(it.rxErrors())
        .setRxDropped(it.rxDropped())
        .setTxBytes(it.txBytes())
        .setTxPackets(it.txPackets())
        .setTxErrors(it.txErrors())
        .setTxDropped(it.txDropped())
        .build();
  }
}
