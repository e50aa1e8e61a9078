package dev.varve.gateway.route;

import dev.varve.api.container.v1.HostConfig;
import dev.varve.gateway.docker.json.HostConfigJson;
import dev.varve.gateway.http.ApiVersion;
import java.util.List;
import java.util.Map;

/** HostConfig as inspect shows it: what was asked for, and Docker's defaults for the rest. Pure. */
final class HostConfigViews {
  private static final long DEFAULT_SHM = 64L << 20;

  private HostConfigViews() {}

  static HostConfigJson of(HostConfig host, String networkMode, ApiVersion version) {
    return new HostConfigJson(
        null,
        "",
        new HostConfigJson.LogConfig(or(host.getLogDriver(), "json-file"), host.getLogOptionsMap()),
        networkMode,
        Map.of(),
        new HostConfigJson.RestartPolicy(
            or(host.getRestartPolicy(), "no"), host.getRestartMaxRetries()),
        host.getAutoRemove(),
        "",
        null,
        List.of(host.getConsoleHeight(), host.getConsoleWidth()),
        ContainerViews.orNull(host.getCapAddList()),
        ContainerViews.orNull(host.getCapDropList()),
        or(host.getCgroupnsMode(), host.getPrivileged() ? "host" : "private"),
        host.getDnsList(),
        host.getDnsOptionsList(),
        host.getDnsSearchList(),
        ContainerViews.orNull(host.getExtraHostsList()),
        ContainerViews.orNull(host.getGroupAddList()),
        or(host.getIpcMode(), version.atLeast(40) ? "private" : "shareable"),
        "",
        null,
        host.getOomScoreAdj(),
        host.getPidMode(),
        host.getPrivileged(),
        false,
        host.getReadonlyRootfs(),
        ContainerViews.orNull(host.getSecurityOptList()),
        host.getTmpfsMap(),
        host.getUtsMode(),
        "",
        host.getShmSize() == 0 ? DEFAULT_SHM : host.getShmSize(),
        host.getSysctlsMap(),
        or(host.getRuntime(), "crun"),
        "",
        new HostConfigJson.Limits(host.getCpuShares(), host.getMemory(), host.getNanoCpus(), ""),
        HostConfigJson.BlockIo.NONE,
        HostConfigJson.Cpu.NONE,
        HostConfigJson.Devices.NONE,
        memory(host),
        HostConfigJson.Windows.NONE,
        host.getPrivileged() ? null : host.getMaskedPathsList(),
        host.getPrivileged() ? null : host.getReadonlyPathsList(),
        host.hasInit() ? host.getInit() : null);
  }

  private static HostConfigJson.Memory memory(HostConfig host) {
    return new HostConfigJson.Memory(
        0,
        0,
        null,
        null,
        host.hasPidsLimit() ? host.getPidsLimit() : null,
        host.getUlimitsList().stream()
            .map(limit ->
                new HostConfigJson.Ulimit(limit.getName(), limit.getHard(), limit.getSoft()))
            .toList());
  }

  private static String or(String value, String whenEmpty) {
    return value.isEmpty() ? whenEmpty : value;
  }
}
