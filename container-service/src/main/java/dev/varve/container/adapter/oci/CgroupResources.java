package dev.varve.container.adapter.oci;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.container.application.RuntimeRefusedException;
import dev.varve.container.domain.Resources;
import dev.varve.container.domain.Resources.DeviceRate;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.ByteNames;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import java.util.List;

/** Resource limits of a container as a whole: {@code linux.resources} without the devices. */
final class CgroupResources {
  private static final long PERIOD_MICROS = 100_000;
  private static final long NANOS = 1_000_000_000;
  private static final long LEAST_QUOTA_MICROS = 1000;
  private static final int LEAST_SHARES = 2;
  private static final int MOST_SHARES = 262_144;
  private static final int REFUSED = 128;

  private final FileCalls files;
  private final ObjectNode into;

  CgroupResources(FileCalls files, ObjectNode into) {
    this.files = files;
    this.into = into;
  }

  /**
   * @throws RuntimeRefusedException for a device that is not there, or shares out of range
   */
  void write(Resources resources) throws RuntimeRefusedException {
    memory(resources.memory());
    cpu(resources.cpu());
    blockIo(resources.blockIo());
    if (resources.pidsLimit().orElse(0) > 0) {
      into.putObject("pids").put("limit", resources.pidsLimit().getAsLong());
    }
  }

  private void memory(Resources.Memory memory) {
    ObjectNode node = into.objectNode();
    putIf(memory.limit() > 0, node, "limit", memory.limit());
    putIf(memory.reservation() > 0, node, "reservation", memory.reservation());
    putIf(memory.swap() != 0, node, "swap", memory.swap());
    putIf(memory.kernelTcp() > 0, node, "kernelTCP", memory.kernelTcp());
    memory.swappiness().ifPresent(value -> node.put("swappiness", value));
    memory
        .oomKillDisable()
        .filter(disable -> disable)
        .ifPresent(disable -> node.put("disableOOMKiller", disable));
    if (!node.isEmpty()) {
      into.set("memory", node);
    }
  }

  private void cpu(Resources.Cpu cpu) throws RuntimeRefusedException {
    requireShares(cpu.shares());
    ObjectNode node = into.objectNode();
    putIf(cpu.shares() > 0, node, "shares", cpu.shares());
    if (cpu.nano() > 0) {
      node.put("quota", Math.max(LEAST_QUOTA_MICROS, cpu.nano() * PERIOD_MICROS / NANOS));
      node.put("period", PERIOD_MICROS);
    }
    putIf(cpu.quota() != 0, node, "quota", cpu.quota());
    putIf(cpu.period() != 0, node, "period", cpu.period());
    putIf(cpu.realtimePeriod() != 0, node, "realtimePeriod", cpu.realtimePeriod());
    putIf(cpu.realtimeRuntime() != 0, node, "realtimeRuntime", cpu.realtimeRuntime());
    if (!cpu.cpuset().isEmpty()) {
      node.put("cpus", cpu.cpuset());
    }
    if (!cpu.memset().isEmpty()) {
      node.put("mems", cpu.memset());
    }
    if (!node.isEmpty()) {
      into.set("cpu", node);
    }
  }

  /** The kernel would take the nearest number that it can, and not say so. */
  private static void requireShares(long shares) throws RuntimeRefusedException {
    if (shares < 0) {
      throw new RuntimeRefusedException(REFUSED, "shares: invalid argument");
    }
    if (shares != 0 && shares < LEAST_SHARES) {
      throw new RuntimeRefusedException(
          REFUSED, "the minimum allowed cpu-shares is " + LEAST_SHARES);
    }
    if (shares > MOST_SHARES) {
      throw new RuntimeRefusedException(
          REFUSED, "the maximum allowed cpu-shares is " + MOST_SHARES);
    }
  }

  private void blockIo(Resources.BlockIo blockIo) throws RuntimeRefusedException {
    ObjectNode node = into.objectNode();
    putIf(blockIo.weight() > 0, node, "weight", blockIo.weight());
    rates(node, "weightDevice", "weight", blockIo.weightDevices());
    rates(node, "throttleReadBpsDevice", "rate", blockIo.readBps());
    rates(node, "throttleWriteBpsDevice", "rate", blockIo.writeBps());
    rates(node, "throttleReadIOPSDevice", "rate", blockIo.readIops());
    rates(node, "throttleWriteIOPSDevice", "rate", blockIo.writeIops());
    if (!node.isEmpty()) {
      into.set("blockIO", node);
    }
  }

  private void rates(ObjectNode blockIo, String field, String unit, List<DeviceRate> rates)
      throws RuntimeRefusedException {
    if (rates.isEmpty()) {
      return;
    }
    ArrayNode list = blockIo.putArray(field);
    for (DeviceRate rate : rates) {
      FileStatus device = device(rate.path());
      list.addObject()
          .put("major", device.deviceMajor())
          .put("minor", device.deviceMinor())
          .put(unit, rate.rate());
    }
  }

  private FileStatus device(String path) throws RuntimeRefusedException {
    try {
      return files.stat(FileCalls.AT_FDCWD, ByteNames.ofText(path));
    } catch (SystemCallException e) {
      throw new RuntimeRefusedException(REFUSED, "stat " + path + ": " + Errno.text(e.errno()));
    }
  }

  private static void putIf(boolean given, ObjectNode node, String field, long value) {
    if (given) {
      node.put(field, value);
    }
  }
}
