package dev.varve.container.contract;

import dev.varve.container.domain.DeviceAccess;
import dev.varve.container.domain.FileSystems;
import dev.varve.container.domain.HostSpec;
import dev.varve.container.domain.Link;
import dev.varve.container.domain.LogConfig;
import dev.varve.container.domain.NameResolution;
import dev.varve.container.domain.Namespaces;
import dev.varve.container.domain.PortBindings;
import dev.varve.container.domain.Privileges;
import dev.varve.container.domain.Resources;
import dev.varve.container.domain.RestartPolicy;
import dev.varve.values.container.v1.DeviceMapping;
import dev.varve.values.container.v1.DeviceRequest;
import dev.varve.values.container.v1.Strings;
import dev.varve.values.container.v1.Ulimit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The host's side of a container. A fold gives the same state from the same bytes, so maps are
 * sorted: those of protobuf keep no order.
 */
public final class HostMessages {
  private HostMessages() {}

  public static dev.varve.values.container.v1.HostSpec write(HostSpec host) {
    Privileges privileges = host.privileges();
    FileSystems fileSystems = host.fileSystems();
    NameResolution names = host.nameResolution();
    Namespaces namespaces = host.namespaces();
    var message =
        dev.varve.values.container.v1.HostSpec.newBuilder()
            .setNetworkMode(host.networkMode())
            .setAutoRemove(host.autoRemove())
            .setRuntime(host.runtime())
            .setRestartPolicy(host.restartPolicy().name())
            .setRestartMaxRetries(host.restartPolicy().maximumRetries())
            .setLogDriver(host.log().driver())
            .putAllLogOptions(host.log().options())
            .setPidMode(namespaces.pid())
            .setIpcMode(namespaces.ipc())
            .setUtsMode(namespaces.uts())
            .setCgroupnsMode(namespaces.cgroup())
            .setUsernsMode(namespaces.user())
            .setPrivileged(privileges.privileged())
            .addAllCapAdd(privileges.capAdd())
            .addAllCapDrop(privileges.capDrop())
            .addAllSecurityOpt(privileges.securityOpt())
            .addAllGroupAdd(privileges.groupAdd())
            .setReadonlyRootfs(fileSystems.readonlyRootfs())
            .putAllTmpfs(fileSystems.tmpfs())
            .setShmSize(fileSystems.shmSize())
            .putAllStorageOpt(fileSystems.storageOpt())
            .setVolumeDriver(fileSystems.volumeDriver())
            .addAllDns(names.dns())
            .addAllDnsSearch(names.dnsSearch())
            .addAllDnsOptions(names.dnsOptions())
            .addAllExtraHosts(names.extraHosts())
            .setResources(ResourceMessages.write(host.resources()))
            .setCgroupParent(host.cgroupParent())
            .putAllSysctls(host.sysctls())
            .putAllAnnotations(host.annotations())
            .setIsolation(host.isolation())
            .setConsoleHeight(host.consoleSize().height())
            .setConsoleWidth(host.consoleSize().width())
            .addAllPortBindings(PortMessages.write(host.ports()))
            .setPublishAllPorts(host.ports().all())
            .addAllEndpoints(host.endpoints().stream().map(EndpointMessages::write).toList());
    for (Link link : names.links()) {
      message.addLinks(
          dev.varve.values.container.v1.Link.newBuilder()
              .setContainerId(link.container())
              .setAlias(link.alias()));
    }
    host.init().ifPresent(message::setInit);
    host.oomScoreAdj().ifPresent(message::setOomScoreAdj);
    privileges.maskedPaths().ifPresent(paths -> message.setMaskedPaths(strings(paths)));
    privileges.readonlyPaths().ifPresent(paths -> message.setReadonlyPaths(strings(paths)));
    for (HostSpec.Ulimit limit : host.ulimits()) {
      message.addUlimits(
          Ulimit.newBuilder().setName(limit.name()).setSoft(limit.soft()).setHard(limit.hard()));
    }
    writeDevices(host.devices(), message);
    StorageMessages.write(fileSystems.storage(), message);
    return message.build();
  }

  public static dev.varve.events.container.v1.RestartPolicy write(RestartPolicy policy) {
    return dev.varve.events.container.v1.RestartPolicy.newBuilder()
        .setName(policy.name())
        .setMaximumRetries(policy.maximumRetries())
        .build();
  }

  public static RestartPolicy read(dev.varve.events.container.v1.RestartPolicy message) {
    return new RestartPolicy(message.getName(), message.getMaximumRetries());
  }

  private static void writeDevices(
      DeviceAccess devices, dev.varve.values.container.v1.HostSpec.Builder message) {
    for (DeviceAccess.Mapping device : devices.mappings()) {
      message.addDevices(
          DeviceMapping.newBuilder()
              .setPathOnHost(device.onHost())
              .setPathInContainer(device.inContainer())
              .setCgroupPermissions(device.permissions()));
    }
    message.addAllDeviceCgroupRules(devices.cgroupRules());
    for (DeviceAccess.Request request : devices.requests()) {
      message.addDeviceRequests(
          DeviceRequest.newBuilder()
              .setDriver(request.driver())
              .addAllCapabilities(
                  request.capabilities().stream().map(HostMessages::strings).toList()));
    }
  }

  public static HostSpec read(dev.varve.values.container.v1.HostSpec message) {
    return new HostSpec(
        message.getNetworkMode(),
        message.getAutoRemove(),
        message.getRuntime(),
        message.hasInit() ? Optional.of(message.getInit()) : Optional.empty(),
        new RestartPolicy(message.getRestartPolicy(), message.getRestartMaxRetries()),
        new LogConfig(message.getLogDriver(), new TreeMap<>(message.getLogOptionsMap())),
        new Namespaces(
            message.getPidMode(),
            message.getIpcMode(),
            message.getUtsMode(),
            message.getCgroupnsMode(),
            message.getUsernsMode()),
        new Privileges(
            message.getPrivileged(),
            message.getCapAddList(),
            message.getCapDropList(),
            message.getSecurityOptList(),
            message.getGroupAddList(),
            message.hasMaskedPaths()
                ? Optional.of(message.getMaskedPaths().getValuesList())
                : Optional.empty(),
            message.hasReadonlyPaths()
                ? Optional.of(message.getReadonlyPaths().getValuesList())
                : Optional.empty()),
        new FileSystems(
            message.getReadonlyRootfs(),
            new TreeMap<>(message.getTmpfsMap()),
            message.getShmSize(),
            new TreeMap<>(message.getStorageOptMap()),
            message.getVolumeDriver(),
            StorageMessages.read(message)),
        new NameResolution(
            message.getDnsList(),
            message.getDnsSearchList(),
            message.getDnsOptionsList(),
            message.getExtraHostsList(),
            message.getLinksList().stream()
                .map(it -> new Link(it.getContainerId(), it.getAlias()))
                .toList()),
        readDevices(message),
        resources(message),
        message.getCgroupParent(),
        message.getUlimitsList().stream()
            .map(it -> new HostSpec.Ulimit(it.getName(), it.getSoft(), it.getHard()))
            .toList(),
        message.hasOomScoreAdj() ? OptionalInt.of(message.getOomScoreAdj()) : OptionalInt.empty(),
        new TreeMap<>(message.getSysctlsMap()),
        new TreeMap<>(message.getAnnotationsMap()),
        message.getIsolation(),
        new HostSpec.ConsoleSize(message.getConsoleHeight(), message.getConsoleWidth()),
        new PortBindings(
            PortMessages.read(message.getPortBindingsList()), message.getPublishAllPorts()),
        EndpointMessages.read(message.getEndpointsList()));
  }

  /** Events of the first version had four fields for them. */
  private static Resources resources(dev.varve.values.container.v1.HostSpec message) {
    if (message.hasResources()) {
      return ResourceMessages.read(message.getResources());
    }
    var former =
        dev.varve.values.container.v1.Resources.newBuilder()
            .setMemory(message.getMemory())
            .setNanoCpus(message.getNanoCpus())
            .setCpuShares(message.getCpuShares());
    if (message.hasPidsLimit()) {
      former.setPidsLimit(message.getPidsLimit());
    }
    return ResourceMessages.read(former.build());
  }

  private static DeviceAccess readDevices(dev.varve.values.container.v1.HostSpec message) {
    return new DeviceAccess(
        message.getDevicesList().stream()
            .map(it ->
                new DeviceAccess.Mapping(
                    it.getPathOnHost(), it.getPathInContainer(), it.getCgroupPermissions()))
            .toList(),
        message.getDeviceCgroupRulesList(),
        message.getDeviceRequestsList().stream()
            .map(it ->
                new DeviceAccess.Request(
                    it.getDriver(),
                    it.getCapabilitiesList().stream()
                        .<List<String>>map(Strings::getValuesList)
                        .toList()))
            .toList());
  }

  private static Strings strings(List<String> values) {
    return Strings.newBuilder().addAllValues(values).build();
  }
}
