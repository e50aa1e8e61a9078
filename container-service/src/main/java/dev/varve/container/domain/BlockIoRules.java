package dev.varve.container.domain;

import static dev.varve.container.domain.Verdict.NO_CGROUP;

import dev.varve.container.domain.Resources.BlockIo;
import dev.varve.container.domain.Resources.DeviceRate;
import java.util.List;

/** What Docker allows of block devices. */
record BlockIoRules(KernelSupport.BlockIo kernel, Verdict verdict) {

  BlockIo check(BlockIo asked) {
    int weight = asked.weight();
    if (weight > 0 && !kernel.weight()) {
      verdict.unsupported("Block I/O weight" + NO_CGROUP, "Weight discarded.");
      weight = 0;
    }
    Verdict.refuseIf(
        weight != 0 && (weight < 10 || weight > 1000), "Range of blkio weight is from 10 to 1000");
    return new BlockIo(
        weight,
        rates(
            asked.weightDevices(),
            kernel.weightDevice(),
            "Block I/O weight_device" + NO_CGROUP,
            "Weight-device discarded."),
        rates(
            asked.readBps(),
            kernel.readBps(),
            "BPS Block I/O read limit" + NO_CGROUP,
            "Block I/O BPS read limit discarded."),
        rates(
            asked.writeBps(),
            kernel.writeBps(),
            "BPS Block I/O write limit" + NO_CGROUP,
            "Block I/O BPS write limit discarded."),
        rates(
            asked.readIops(),
            kernel.readIops(),
            "IOPS Block read limit" + NO_CGROUP,
            "Block I/O IOPS read limit discarded."),
        rates(
            asked.writeIops(),
            kernel.writeIops(),
            "IOPS Block write limit" + NO_CGROUP,
            "Block I/O IOPS write limit discarded."));
  }

  private List<DeviceRate> rates(
      List<DeviceRate> asked, boolean supported, String what, String consequence) {
    if (asked.isEmpty() || supported) {
      return asked;
    }
    verdict.unsupported(what, consequence);
    return List.of();
  }
}
