package dev.varve.gateway.route;

import dev.varve.api.container.v1.Container;
import dev.varve.gateway.docker.json.HostConfigJson;
import dev.varve.gateway.http.ApiVersion;
import dev.varve.values.container.v1.DeviceRate;
import dev.varve.values.container.v1.HostSpec;
import dev.varve.values.container.v1.Resources;
import dev.varve.values.container.v1.Strings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** HostConfig as inspect shows it: what was asked for, and Docker's defaults for the rest. Pure. */
final class HostConfigViews {
  private static final long DEFAULT_SHM = 64L << 20;

  private HostConfigViews() {}

  static HostConfigJson of(Container it, String networkMode, ApiVersion version) {
    HostSpec host = it.getHost();
    Resources resources = host.getResources();
    return new HostConfigJson(
        ContainerViews.orNull(host.getBindsList()),
        "",
        new HostConfigJson.LogConfig(or(host.getLogDriver(), "json-file"), host.getLogOptionsMap()),
        networkMode,
        PortViews.asked(host),
        new HostConfigJson.RestartPolicy(
            or(host.getRestartPolicy(), "no"), host.getRestartMaxRetries()),
        host.getAutoRemove(),
        host.getVolumeDriver(),
        ContainerViews.orNull(host.getVolumesFromList()),
        List.of(host.getConsoleHeight(), host.getConsoleWidth()),
        ContainerViews.orNull(host.getCapAddList()),
        ContainerViews.orNull(host.getCapDropList()),
        or(host.getCgroupnsMode(), host.getPrivileged() ? "host" : "private"),
        host.getDnsList(),
        host.getDnsOptionsList(),
        host.getDnsSearchList(),
        ContainerViews.orNull(host.getExtraHostsList()),
        ContainerViews.orNull(host.getGroupAddList()),
        or(host.getIpcMode(), "private"),
        "",
        ContainerViews.orNull(it.getLinksList()),
        host.getOomScoreAdj(),
        host.getPidMode(),
        host.getPrivileged(),
        host.getPublishAllPorts(),
        host.getReadonlyRootfs(),
        ContainerViews.orNull(host.getSecurityOptList()),
        host.getTmpfsMap(),
        host.getUtsMode(),
        host.getUsernsMode(),
        host.getShmSize() == 0 ? DEFAULT_SHM : host.getShmSize(),
        host.getSysctlsMap(),
        or(host.getRuntime(), "crun"),
        host.getIsolation(),
        host.getStorageOptMap(),
        host.getAnnotationsMap(),
        new HostConfigJson.Limits(
            resources.getCpuShares(),
            resources.getMemory(),
            resources.getNanoCpus(),
            host.getCgroupParent()),
        blockIo(resources),
        cpu(resources),
        devices(host),
        memory(host, resources),
        HostConfigJson.Windows.NONE,
        MountViews.asked(host),
        paths(host, it.getMaskedPathsList()),
        paths(host, it.getReadonlyPathsList()),
        host.hasInit() ? host.getInit() : null);
  }

  /** Nothing is hidden from a privileged container unless that was asked for. */
  private static @Nullable List<String> paths(HostSpec host, List<String> paths) {
    return host.getPrivileged() && paths.isEmpty() ? null : paths;
  }

  private static HostConfigJson.BlockIo blockIo(Resources resources) {
    return new HostConfigJson.BlockIo(
        resources.getBlkioWeight(),
        resources.getBlkioWeightDeviceList().stream()
            .map(it -> new HostConfigJson.DeviceWeight(it.getPath(), it.getRate()))
            .toList(),
        rates(resources.getBlkioDeviceReadBpsList()),
        rates(resources.getBlkioDeviceWriteBpsList()),
        rates(resources.getBlkioDeviceReadIopsList()),
        rates(resources.getBlkioDeviceWriteIopsList()));
  }

  private static List<HostConfigJson.DeviceRate> rates(List<DeviceRate> rates) {
    return rates.stream()
        .map(it -> new HostConfigJson.DeviceRate(it.getPath(), it.getRate()))
        .toList();
  }

  private static HostConfigJson.Cpu cpu(Resources resources) {
    return new HostConfigJson.Cpu(
        resources.getCpuPeriod(),
        resources.getCpuQuota(),
        resources.getCpuRealtimePeriod(),
        resources.getCpuRealtimeRuntime(),
        resources.getCpusetCpus(),
        resources.getCpusetMems());
  }

  private static HostConfigJson.Devices devices(HostSpec host) {
    return new HostConfigJson.Devices(
        host.getDevicesList().stream()
            .map(it ->
                new HostConfigJson.DeviceMapping(
                    it.getPathOnHost(), it.getPathInContainer(), it.getCgroupPermissions()))
            .toList(),
        ContainerViews.orNull(host.getDeviceCgroupRulesList()),
        ContainerViews.orNull(
            host.getDeviceRequestsList().stream()
                .map(it ->
                    new HostConfigJson.DeviceRequest(
                        it.getDriver(),
                        it.getCapabilitiesList().stream()
                            .<List<String>>map(Strings::getValuesList)
                            .toList()))
                .toList()));
  }

  private static HostConfigJson.Memory memory(HostSpec host, Resources resources) {
    return new HostConfigJson.Memory(
        resources.getMemoryReservation(),
        resources.getMemorySwap(),
        resources.hasMemorySwappiness() ? resources.getMemorySwappiness() : null,
        resources.hasOomKillDisable() ? resources.getOomKillDisable() : null,
        resources.hasPidsLimit() ? resources.getPidsLimit() : null,
        host.getUlimitsList().stream()
            .map(limit ->
                new HostConfigJson.Ulimit(limit.getName(), limit.getHard(), limit.getSoft()))
            .toList());
  }

  private static String or(String value, String whenEmpty) {
    return value.isEmpty() ? whenEmpty : value;
  }
}
