package dev.varve.gateway.docker;

import dev.varve.api.container.v1.HostConfig;
import dev.varve.api.container.v1.Ulimit;
import dev.varve.gateway.http.Refusal;
import java.util.List;

/** HostConfig as a client sends it. */
final class HostConfigBody {
  /** Known to Docker, not yet to Varve; {@code ContainerIDFile} concerns the client alone. */
  private static final List<String> NOT_YET =
      List.of(
          "Binds",
          "PortBindings",
          "VolumeDriver",
          "VolumesFrom",
          "Annotations",
          "Cgroup",
          "Links",
          "PublishAllPorts",
          "StorageOpt",
          "CgroupParent",
          "BlkioWeight",
          "BlkioWeightDevice",
          "BlkioDeviceReadBps",
          "BlkioDeviceWriteBps",
          "BlkioDeviceReadIOps",
          "BlkioDeviceWriteIOps",
          "CpuPeriod",
          "CpuQuota",
          "CpuRealtimePeriod",
          "CpuRealtimeRuntime",
          "CpusetCpus",
          "CpusetMems",
          "Devices",
          "DeviceCgroupRules",
          "DeviceRequests",
          "KernelMemory",
          "KernelMemoryTCP",
          "MemoryReservation",
          "MemorySwap",
          "OomKillDisable",
          "CpuCount",
          "CpuPercent",
          "IOMaximumIOps",
          "IOMaximumBandwidth",
          "Mounts");

  private HostConfigBody() {}

  static HostConfig parse(Fields fields) throws Refusal {
    for (String name : NOT_YET) {
      fields.notYet(name);
    }
    fields.notYet("MemorySwappiness", "-1");
    fields.notYet("UsernsMode", "host");
    fields.notYet("Isolation", "default");
    // An empty list unmasks all paths; only its absence is the default.
    if (fields.has("MaskedPaths")) {
      throw Refusal.notYet("HostConfig.MaskedPaths");
    }
    if (fields.has("ReadonlyPaths")) {
      throw Refusal.notYet("HostConfig.ReadonlyPaths");
    }
    HostConfig.Builder host =
        HostConfig.newBuilder()
            .setNetworkMode(fields.text("NetworkMode"))
            .setAutoRemove(fields.flag("AutoRemove"))
            .setPrivileged(fields.flag("Privileged"))
            .addAllCapAdd(fields.words("CapAdd"))
            .addAllCapDrop(fields.words("CapDrop"))
            .setReadonlyRootfs(fields.flag("ReadonlyRootfs"))
            .addAllSecurityOpt(fields.texts("SecurityOpt"))
            .addAllGroupAdd(fields.texts("GroupAdd"))
            .setRuntime(fields.text("Runtime"))
            .setShmSize(fields.number("ShmSize"))
            .putAllTmpfs(fields.map("Tmpfs"))
            .addAllDns(fields.texts("Dns"))
            .addAllDnsSearch(fields.texts("DnsSearch"))
            .addAllDnsOptions(fields.texts("DnsOptions"))
            .addAllExtraHosts(fields.texts("ExtraHosts"))
            .setPidMode(fields.text("PidMode"))
            .setIpcMode(fields.text("IpcMode"))
            .setUtsMode(fields.text("UTSMode"))
            .setCgroupnsMode(fields.text("CgroupnsMode"))
            .putAllSysctls(fields.map("Sysctls"))
            .setMemory(fields.number("Memory"))
            .setNanoCpus(fields.number("NanoCpus"))
            .setCpuShares(fields.number("CpuShares"));
    Fields restart = fields.object("RestartPolicy");
    Fields log = fields.object("LogConfig");
    host.setRestartPolicy(restart.text("Name"))
        .setRestartMaxRetries(restart.integer("MaximumRetryCount"))
        .setLogDriver(log.text("Type"))
        .putAllLogOptions(log.map("Config"));
    if (fields.has("Init")) {
      host.setInit(fields.flag("Init"));
    }
    if (fields.number("PidsLimit") > 0) {
      host.setPidsLimit(fields.number("PidsLimit"));
    }
    if (fields.number("OomScoreAdj") != 0) {
      host.setOomScoreAdj(fields.integer("OomScoreAdj"));
    }
    for (Fields ulimit : fields.objects("Ulimits")) {
      host.addUlimits(
          Ulimit.newBuilder()
              .setName(ulimit.text("Name"))
              .setSoft(ulimit.number("Soft"))
              .setHard(ulimit.number("Hard")));
    }
    consoleSize(fields, host);
    return host.build();
  }

  private static void consoleSize(Fields fields, HostConfig.Builder host) throws Refusal {
    List<Integer> size = fields.integers("ConsoleSize");
    if (size.size() == 2 && size.getFirst() >= 0 && size.getLast() >= 0) {
      host.setConsoleHeight(size.getFirst()).setConsoleWidth(size.getLast());
    }
  }
}
