package dev.varve.gateway.route;

import dev.varve.api.container.v1.SupportResponse;
import java.util.ArrayList;
import java.util.List;

/** What the machine lacks, as {@code docker info} says it last. Pure. */
final class SupportWarnings {
  private SupportWarnings() {}

  static List<String> of(SupportResponse support) {
    boolean old = !support.getCgroupV2();
    List<String> warnings = new ArrayList<>();
    unless(support.getMemoryLimit(), warnings, "No memory limit support");
    unless(support.getSwapLimit(), warnings, "No swap limit support");
    unless(support.getKernelMemoryTcp() || !old, warnings, "No kernel memory TCP limit support");
    unless(support.getOomKillDisable() || !old, warnings, "No oom kill disable support");
    unless(support.getCpuQuota(), warnings, "No cpu cfs quota support");
    unless(support.getCpuQuota(), warnings, "No cpu cfs period support");
    unless(support.getCpuShares(), warnings, "No cpu shares support");
    unless(support.getCpuset(), warnings, "No cpuset support");
    unless(support.getBlkioWeight() || old, warnings, "No io.weight support");
    unless(support.getBlkioWeightDevice() || old, warnings, "No io.weight (per device) support");
    unless(support.getBlkioReadBps(), warnings, blockIo(old, "read_bps", "rbps"));
    unless(support.getBlkioWriteBps(), warnings, blockIo(old, "write_bps", "wbps"));
    unless(support.getBlkioReadIops(), warnings, blockIo(old, "read_iops", "riops"));
    unless(support.getBlkioWriteIops(), warnings, blockIo(old, "write_iops", "wiops"));
    unless(support.getIpForwarding(), warnings, "IPv4 forwarding is disabled");
    return warnings;
  }

  private static String blockIo(boolean old, String former, String present) {
    return old
        ? "No blkio throttle." + former + "_device support"
        : "No io.max (" + present + ") support";
  }

  private static void unless(boolean supported, List<String> warnings, String warning) {
    if (!supported) {
      warnings.add("WARNING: " + warning);
    }
  }
}
