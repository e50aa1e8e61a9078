package dev.varve.container.contract;

import dev.varve.container.domain.Resources;
import dev.varve.container.domain.Resources.BlockIo;
import dev.varve.container.domain.Resources.Cpu;
import dev.varve.container.domain.Resources.Memory;
import dev.varve.values.container.v1.DeviceRate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What a container may use of the machine. */
public final class ResourceMessages {
  private ResourceMessages() {}

  public static dev.varve.values.container.v1.Resources write(Resources resources) {
    Memory memory = resources.memory();
    Cpu cpu = resources.cpu();
    BlockIo blockIo = resources.blockIo();
    var message =
        dev.varve.values.container.v1.Resources.newBuilder()
            .setMemory(memory.limit())
            .setMemoryReservation(memory.reservation())
            .setMemorySwap(memory.swap())
            .setKernelMemory(memory.kernel())
            .setKernelMemoryTcp(memory.kernelTcp())
            .setNanoCpus(cpu.nano())
            .setCpuShares(cpu.shares())
            .setCpuPeriod(cpu.period())
            .setCpuQuota(cpu.quota())
            .setCpuRealtimePeriod(cpu.realtimePeriod())
            .setCpuRealtimeRuntime(cpu.realtimeRuntime())
            .setCpusetCpus(cpu.cpuset())
            .setCpusetMems(cpu.memset())
            .setBlkioWeight(blockIo.weight())
            .addAllBlkioWeightDevice(write(blockIo.weightDevices()))
            .addAllBlkioDeviceReadBps(write(blockIo.readBps()))
            .addAllBlkioDeviceWriteBps(write(blockIo.writeBps()))
            .addAllBlkioDeviceReadIops(write(blockIo.readIops()))
            .addAllBlkioDeviceWriteIops(write(blockIo.writeIops()));
    memory.swappiness().ifPresent(message::setMemorySwappiness);
    memory.oomKillDisable().ifPresent(message::setOomKillDisable);
    resources.pidsLimit().ifPresent(message::setPidsLimit);
    return message.build();
  }

  public static Resources read(dev.varve.values.container.v1.Resources message) {
    return new Resources(
        new Memory(
            message.getMemory(),
            message.getMemoryReservation(),
            message.getMemorySwap(),
            message.hasMemorySwappiness()
                ? OptionalLong.of(message.getMemorySwappiness())
                : OptionalLong.empty(),
            message.hasOomKillDisable()
                ? Optional.of(message.getOomKillDisable())
                : Optional.empty(),
            message.getKernelMemory(),
            message.getKernelMemoryTcp()),
        new Cpu(
            message.getCpuShares(),
            message.getNanoCpus(),
            message.getCpuPeriod(),
            message.getCpuQuota(),
            message.getCpuRealtimePeriod(),
            message.getCpuRealtimeRuntime(),
            message.getCpusetCpus(),
            message.getCpusetMems()),
        new BlockIo(
            message.getBlkioWeight(),
            read(message.getBlkioWeightDeviceList()),
            read(message.getBlkioDeviceReadBpsList()),
            read(message.getBlkioDeviceWriteBpsList()),
            read(message.getBlkioDeviceReadIopsList()),
            read(message.getBlkioDeviceWriteIopsList())),
        message.hasPidsLimit() ? OptionalLong.of(message.getPidsLimit()) : OptionalLong.empty());
  }

  private static List<DeviceRate> write(List<Resources.DeviceRate> rates) {
    return rates.stream()
        .map(it -> DeviceRate.newBuilder().setPath(it.path()).setRate(it.rate()).build())
        .toList();
  }

  private static List<Resources.DeviceRate> read(List<DeviceRate> rates) {
    return rates.stream().map(it -> new Resources.DeviceRate(it.getPath(), it.getRate())).toList();
  }
}
