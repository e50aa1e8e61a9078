package dev.varve.gateway.docker;

import dev.varve.gateway.http.ApiVersion;
import dev.varve.gateway.http.Refusal;
import dev.varve.values.container.v1.DeviceMapping;
import dev.varve.values.container.v1.DeviceRequest;
import dev.varve.values.container.v1.HostAddress;
import dev.varve.values.container.v1.HostSpec;
import dev.varve.values.container.v1.PortBindings;
import dev.varve.values.container.v1.Strings;
import dev.varve.values.container.v1.Ulimit;
import java.util.ArrayList;
import java.util.List;

/** HostConfig as a client sends it. */
final class HostConfigBody {
  private HostConfigBody() {}

  static HostSpec parse(Fields fields, ApiVersion version) throws Refusal {
    // Known to Docker, not yet to Varve; ContainerIDFile concerns the client alone.
    fields.notYet("Cgroup");
    requireLinux(fields);
    HostSpec.Builder host =
        HostSpec.newBuilder()
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
            .setIpcMode(ipcMode(fields, version))
            .setUtsMode(fields.text("UTSMode"))
            .setCgroupnsMode(fields.text("CgroupnsMode"))
            .putAllSysctls(fields.map("Sysctls"))
            .setUsernsMode(fields.text("UsernsMode"))
            .putAllStorageOpt(fields.map("StorageOpt"))
            .setVolumeDriver(fields.text("VolumeDriver"))
            .addAllBinds(fields.texts("Binds"))
            .addAllMounts(MountBodies.parse(fields, version))
            .addAllVolumesFrom(fields.texts("VolumesFrom"))
            .setCgroupParent(fields.text("CgroupParent"))
            .setIsolation(fields.text("Isolation"))
            .addAllDeviceCgroupRules(fields.texts("DeviceCgroupRules"))
            .setPublishAllPorts(fields.flag("PublishAllPorts"))
            .addAllPortBindings(portBindings(fields.object("PortBindings")))
            .setResources(ResourcesBody.ofCreate(fields, version));
    if (version.atLeast(43)) {
      host.putAllAnnotations(fields.map("Annotations"));
    }
    Fields restart = fields.object("RestartPolicy");
    Fields log = fields.object("LogConfig");
    host.setRestartPolicy(restart.text("Name"))
        .setRestartMaxRetries(restart.integer("MaximumRetryCount"))
        .setLogDriver(log.text("Type"))
        .putAllLogOptions(log.map("Config"));
    if (fields.has("Init")) {
      host.setInit(fields.flag("Init"));
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
    devices(fields, host);
    // An empty list unmasks all paths; only its absence is the default.
    if (fields.has("MaskedPaths")) {
      host.setMaskedPaths(strings(fields.texts("MaskedPaths")));
    }
    if (fields.has("ReadonlyPaths")) {
      host.setReadonlyPaths(strings(fields.texts("ReadonlyPaths")));
    }
    consoleSize(fields, host);
    return host.build();
  }

  /** Which of them are valid is the service's to say. */
  private static List<PortBindings> portBindings(Fields fields) throws Refusal {
    List<PortBindings> bindings = new ArrayList<>();
    for (String port : fields.names()) {
      PortBindings.Builder wanted = PortBindings.newBuilder().setPort(port);
      for (Fields host : fields.objects(port)) {
        wanted.addHosts(
            HostAddress.newBuilder().setIp(host.text("HostIp")).setPort(host.text("HostPort")));
      }
      bindings.add(wanted.build());
    }
    return bindings;
  }

  /** What only Windows has, and Docker on Linux refuses; the count of processors it overlooks. */
  private static void requireLinux(Fields fields) throws Refusal {
    for (String[] limit : new String[][] {{"IOps", "IOPs"}, {"Bandwidth", "bandwidth"}}) {
      if (fields.unsigned("IOMaximum" + limit[0]) != 0) {
        throw Refusal.badRequest(
            "Invalid QoS settings: linux does not support configuration of maximum " + limit[1]);
      }
    }
  }

  /** Of what Docker on Linux overlooks, and says so. */
  static List<String> warnings(Fields fields) throws Refusal {
    return fields.number("CpuPercent") > 0
        ? List.of("linux does not support CPU percent. Percent discarded.")
        : List.of();
  }

  /** Older clients expect that others may join. */
  private static String ipcMode(Fields fields, ApiVersion version) throws Refusal {
    String mode = fields.text("IpcMode");
    return mode.isEmpty() && !version.atLeast(40) ? "shareable" : mode;
  }

  private static void devices(Fields fields, HostSpec.Builder host) throws Refusal {
    for (Fields device : fields.objects("Devices")) {
      host.addDevices(
          DeviceMapping.newBuilder()
              .setPathOnHost(device.text("PathOnHost"))
              .setPathInContainer(device.text("PathInContainer"))
              .setCgroupPermissions(device.text("CgroupPermissions")));
    }
    for (Fields request : fields.objects("DeviceRequests")) {
      DeviceRequest.Builder wanted = DeviceRequest.newBuilder().setDriver(request.text("Driver"));
      for (List<String> capabilities : request.textLists("Capabilities")) {
        wanted.addCapabilities(strings(capabilities));
      }
      host.addDeviceRequests(wanted);
    }
  }

  private static Strings strings(List<String> values) {
    return Strings.newBuilder().addAllValues(values).build();
  }

  private static void consoleSize(Fields fields, HostSpec.Builder host) throws Refusal {
    List<Integer> size = fields.integers("ConsoleSize");
    if (size.size() == 2 && size.getFirst() >= 0 && size.getLast() >= 0) {
      host.setConsoleHeight(size.getFirst()).setConsoleWidth(size.getLast());
    }
  }
}
