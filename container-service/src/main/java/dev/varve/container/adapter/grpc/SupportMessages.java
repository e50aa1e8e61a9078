package dev.varve.container.adapter.grpc;

import dev.varve.api.container.v1.SupportResponse;
import dev.varve.container.domain.KernelSupport;

/** What the kernel can bound, as clients see it. */
final class SupportMessages {
  private SupportMessages() {}

  static SupportResponse write(KernelSupport kernel) {
    KernelSupport.BlockIo blockIo = kernel.blockIo();
    return SupportResponse.newBuilder()
        .setMemoryLimit(kernel.memory().limit())
        .setSwapLimit(kernel.memory().swap())
        .setKernelMemoryTcp(kernel.memory().kernelTcp())
        .setOomKillDisable(kernel.memory().oomKillDisable())
        .setCpuShares(kernel.cpu().shares())
        .setCpuQuota(kernel.cpu().quota())
        .setCpuset(kernel.cpuset().supported())
        .setPidsLimit(kernel.pids())
        .setBlkioWeight(blockIo.weight())
        .setBlkioWeightDevice(blockIo.weightDevice())
        .setBlkioReadBps(blockIo.readBps())
        .setBlkioWriteBps(blockIo.writeBps())
        .setBlkioReadIops(blockIo.readIops())
        .setBlkioWriteIops(blockIo.writeIops())
        .setIpForwarding(kernel.ipForwarding())
        .setCgroupV2(kernel.cgroupV2())
        .setCgroupNamespaces(kernel.cgroupNamespaces())
        .setAppArmor(kernel.appArmor())
        .build();
  }
}
