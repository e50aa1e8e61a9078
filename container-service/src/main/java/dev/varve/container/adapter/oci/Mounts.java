package dev.varve.container.adapter.oci;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.container.application.ContainerRuntime.RunRequest;
import dev.varve.container.application.MountSources.Ready;
import dev.varve.container.domain.HostSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The mounts of a container, in the order the runtime makes them. */
final class Mounts {
  static final String INIT = "/sbin/docker-init";
  private static final long DEFAULT_SHM = 64L << 20;

  private final ArrayNode into;

  private Mounts(ArrayNode into) {
    this.into = into;
  }

  /**
   * @param init the init program on the host, or null
   */
  static void write(ArrayNode into, RunRequest request, boolean privileged, @Nullable Path init) {
    Mounts mounts = new Mounts(into);
    HostSpec host = request.spec().host();
    String access = privileged ? "rw" : "ro";
    mounts.add("/proc", "proc", "proc", "nosuid", "noexec", "nodev");
    mounts.add("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k");
    mounts.add(
        "/dev/pts",
        "devpts",
        "devpts",
        "nosuid",
        "noexec",
        "newinstance",
        "ptmxmode=0666",
        "mode=0620",
        "gid=5");
    mounts.add("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", access);
    mounts.add("/sys/fs/cgroup", "cgroup", "cgroup", access, "nosuid", "noexec", "nodev");
    mounts.add("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev");
    mounts.sharedMemory(host);
    mounts.bind(request.resolvConf(), "/etc/resolv.conf");
    mounts.bind(request.hostnameFile(), "/etc/hostname");
    mounts.bind(request.hosts(), "/etc/hosts");
    if (init != null) {
      mounts.bind(init, INIT, "ro");
    }
    mounts.wanted(request);
  }

  /** What the user wants, outer mounts first; it takes its place from what would be there. */
  private void wanted(RunRequest request) {
    Map<String, Runnable> wanted = new LinkedHashMap<>();
    request
        .spec()
        .host()
        .fileSystems()
        .tmpfs()
        .forEach(
            (path, options) ->
                wanted.put(Path.of(path).normalize().toString(), () -> tmpfs(path, options)));
    for (Ready mount : request.mounts()) {
      wanted.put(
          mount.destination(),
          () ->
              add(
                  mount.destination(),
                  mount.type(),
                  mount.source(),
                  mount.options().toArray(String[]::new)));
    }
    for (int i = into.size() - 1; i >= 0; i--) {
      Path there = Path.of(into.get(i).path("destination").textValue());
      boolean replaced = wanted.containsKey(there.toString());
      // A whole /dev of the user's own has what the defaults would mount in it.
      if (replaced || wanted.containsKey("/dev") && there.startsWith("/dev")) {
        into.remove(i);
      }
    }
    wanted.entrySet().stream()
        .sorted(Comparator.comparingInt(mount -> Path.of(mount.getKey()).getNameCount()))
        .forEach(mount -> mount.getValue().run());
  }

  private void sharedMemory(HostSpec host) {
    switch (host.namespaces().ipc()) {
      case "none" -> {}
      case "host" -> bind(Path.of("/dev/shm"), "/dev/shm");
      default -> {
        long size = host.fileSystems().shmSize() > 0 ? host.fileSystems().shmSize() : DEFAULT_SHM;
        add("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=" + size);
      }
    }
  }

  private void tmpfs(String path, String options) {
    List<String> all = new ArrayList<>(List.of("noexec", "nosuid", "nodev"));
    for (String option : options.split(",")) {
      if (!option.isEmpty()) {
        all.add(option);
      }
    }
    add(path, "tmpfs", "tmpfs", all.toArray(String[]::new));
  }

  private void bind(Path source, String target, String... options) {
    List<String> all = new ArrayList<>(List.of("rbind", "rprivate"));
    all.addAll(List.of(options));
    add(target, "bind", source.toString(), all.toArray(String[]::new));
  }

  private void add(String target, String type, String source, String... options) {
    ObjectNode mount = into.addObject();
    mount.put("destination", target).put("type", type).put("source", source);
    ArrayNode list = mount.putArray("options");
    for (String option : options) {
      list.add(option);
    }
  }
}
