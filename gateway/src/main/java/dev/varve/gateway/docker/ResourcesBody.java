package dev.varve.gateway.docker;

import dev.varve.gateway.http.ApiVersion;
import dev.varve.gateway.http.Refusal;
import dev.varve.values.container.v1.DeviceRate;
import dev.varve.values.container.v1.Resources;
import java.util.ArrayList;
import java.util.List;

/** The part of HostConfig that bounds what a container uses, and the whole of an update. */
public final class ResourcesBody {
  private ResourcesBody() {}

  /** Those of a container to be made: no limit is the same as none asked for. */
  static Resources ofCreate(Fields fields, ApiVersion version) throws Refusal {
    Resources.Builder resources = parse(fields, version);
    if (fields.has("PidsLimit") && fields.number("PidsLimit") > 0) {
      resources.setPidsLimit(fields.number("PidsLimit"));
    }
    return resources.build();
  }

  /** Those of an update, where "no limit" takes one away. */
  public static Resources ofUpdate(Fields fields, ApiVersion version) throws Refusal {
    Resources.Builder resources = parse(fields, version);
    if (fields.has("PidsLimit") && version.atLeast(40)) {
      resources.setPidsLimit(Math.max(0, fields.number("PidsLimit")));
    }
    return resources.build();
  }

  private static Resources.Builder parse(Fields fields, ApiVersion version) throws Refusal {
    Resources.Builder resources =
        Resources.newBuilder()
            .setMemory(fields.number("Memory"))
            .setMemoryReservation(fields.number("MemoryReservation"))
            .setMemorySwap(fields.number("MemorySwap"))
            .setNanoCpus(fields.number("NanoCpus"))
            .setCpuShares(fields.number("CpuShares"))
            .setCpuPeriod(fields.number("CpuPeriod"))
            .setCpuQuota(fields.number("CpuQuota"))
            .setCpuRealtimePeriod(fields.number("CpuRealtimePeriod"))
            .setCpuRealtimeRuntime(fields.number("CpuRealtimeRuntime"))
            .setCpusetCpus(fields.text("CpusetCpus"))
            .setCpusetMems(fields.text("CpusetMems"))
            .setBlkioWeight(fields.unsignedShort("BlkioWeight"))
            .addAllBlkioWeightDevice(rates(fields, "BlkioWeightDevice", "Weight"))
            .addAllBlkioDeviceReadBps(rates(fields, "BlkioDeviceReadBps", "Rate"))
            .addAllBlkioDeviceWriteBps(rates(fields, "BlkioDeviceWriteBps", "Rate"))
            .addAllBlkioDeviceReadIops(rates(fields, "BlkioDeviceReadIOps", "Rate"))
            .addAllBlkioDeviceWriteIops(rates(fields, "BlkioDeviceWriteIOps", "Rate"));
    if (!version.atLeast(42)) {
      // Later versions do not know them.
      resources.setKernelMemory(fields.number("KernelMemory"));
    }
    if (version.atLeast(40) && !version.atLeast(42)) {
      resources.setKernelMemoryTcp(fields.number("KernelMemoryTCP"));
    }
    if (fields.has("MemorySwappiness")) {
      resources.setMemorySwappiness(fields.number("MemorySwappiness"));
    }
    if (fields.has("OomKillDisable")) {
      resources.setOomKillDisable(fields.flag("OomKillDisable"));
    }
    return resources;
  }

  private static List<DeviceRate> rates(Fields fields, String list, String rate) throws Refusal {
    List<DeviceRate> rates = new ArrayList<>();
    for (Fields entry : fields.objects(list)) {
      rates.add(
          DeviceRate.newBuilder()
              .setPath(entry.text("Path"))
              .setRate(rate.equals("Weight") ? entry.unsignedShort(rate) : entry.unsigned(rate))
              .build());
    }
    return rates;
  }
}
