package dev.varve.container.adapter.grpc;

import dev.varve.api.container.v1.DeviceMapping;
import dev.varve.api.container.v1.DeviceRequest;
import dev.varve.api.container.v1.HostConfig;
import dev.varve.api.container.v1.Strings;
import dev.varve.api.container.v1.Ulimit;
import dev.varve.container.domain.DeviceAccess;
import dev.varve.container.domain.FileSystems;
import dev.varve.container.domain.HiddenPaths;
import dev.varve.container.domain.HostSpec;
import dev.varve.container.domain.Link;
import dev.varve.container.domain.LogConfig;
import dev.varve.container.domain.NameResolution;
import dev.varve.container.domain.Namespaces;
import dev.varve.container.domain.PortBindings;
import dev.varve.container.domain.Privileges;
import dev.varve.container.domain.RestartPolicy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The host's side of a container as clients ask for and see it. */
final class HostMessages {
  private HostMessages() {}

  static HostConfig write(HostSpec host) {
    Privileges privileges = host.privileges();
    FileSystems fileSystems = host.fileSystems();
    NameResolution names = host.nameResolution();
    Namespaces namespaces = host.namespaces();
    var message =
        HostConfig.newBuilder()
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
            .addAllEndpoints(host.endpoints().stream().map(NetworkMessages::endpoint).toList());
    host.init().ifPresent(message::setInit);
    host.oomScoreAdj().ifPresent(message::setOomScoreAdj);
    HiddenPaths.maskedIn(host).ifPresent(message::addAllMaskedPaths);
    HiddenPaths.readOnlyIn(host).ifPresent(message::addAllReadonlyPaths);
    for (HostSpec.Ulimit limit : host.ulimits()) {
      message.addUlimits(
          Ulimit.newBuilder().setName(limit.name()).setSoft(limit.soft()).setHard(limit.hard()));
    }
    writeDevices(host.devices(), message);
    MountMessages.write(fileSystems.storage(), message);
    return message.build();
  }

  private static void writeDevices(DeviceAccess devices, HostConfig.Builder message) {
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

  static HostSpec read(HostConfig message) {
    return new HostSpec(
        message.getNetworkMode(),
        message.getAutoRemove(),
        message.getRuntime(),
        message.hasInit() ? Optional.of(message.getInit()) : Optional.empty(),
        new RestartPolicy(message.getRestartPolicy(), message.getRestartMaxRetries()),
        new LogConfig(message.getLogDriver(), message.getLogOptionsMap()),
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
            message.hasWantedMaskedPaths()
                ? Optional.of(message.getWantedMaskedPaths().getValuesList())
                : Optional.empty(),
            message.hasWantedReadonlyPaths()
                ? Optional.of(message.getWantedReadonlyPaths().getValuesList())
                : Optional.empty()),
        new FileSystems(
            message.getReadonlyRootfs(),
            message.getTmpfsMap(),
            message.getShmSize(),
            message.getStorageOptMap(),
            message.getVolumeDriver(),
            MountMessages.read(message)),
        new NameResolution(
            message.getDnsList(),
            message.getDnsSearchList(),
            message.getDnsOptionsList(),
            message.getExtraHostsList(),
            message.getLinksList().stream().map(Link::parse).toList()),
        readDevices(message),
        ResourceMessages.read(message.getResources()),
        message.getCgroupParent(),
        message.getUlimitsList().stream()
            .map(it -> new HostSpec.Ulimit(it.getName(), it.getSoft(), it.getHard()))
            .toList(),
        message.hasOomScoreAdj() ? OptionalInt.of(message.getOomScoreAdj()) : OptionalInt.empty(),
        message.getSysctlsMap(),
        message.getAnnotationsMap(),
        message.getIsolation(),
        new HostSpec.ConsoleSize(message.getConsoleHeight(), message.getConsoleWidth()),
        new PortBindings(
            PortMessages.read(message.getPortBindingsList()), message.getPublishAllPorts()),
        message.getEndpointsList().stream().map(NetworkMessages::endpoint).toList());
  }

  private static DeviceAccess readDevices(HostConfig message) {
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
