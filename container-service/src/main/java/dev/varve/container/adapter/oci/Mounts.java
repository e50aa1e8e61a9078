package dev.varve.container.adapter.oci;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.container.application.ContainerRuntime.RunRequest;
import dev.varve.container.application.RuntimeRefusedException;
import dev.varve.container.domain.FileSystems;
import dev.varve.container.domain.HostSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The mounts of a container, in the order the runtime makes them: a tmpfs replaces a default. */
final class Mounts {
  static final String INIT = "/sbin/docker-init";
  private static final String SHM = "/dev/shm";

  /** What stays writable although the root file system is not. */
  private static final Set<String> WRITABLE =
      Set.of("/proc", "/dev", "/dev/pts", SHM, "/dev/mqueue");

  private final ArrayNode into;
  private final FileSystems fileSystems;
  private final Map<String, String> tmpfs = new TreeMap<>();

  private Mounts(ArrayNode into, FileSystems fileSystems) {
    this.into = into;
    this.fileSystems = fileSystems;
    fileSystems
        .tmpfs()
        .forEach((path, options) -> tmpfs.put(Path.of(path).normalize().toString(), options));
  }

  /**
   * @param init the init program on the host, or null
   * @param sharedMemory what /dev/shm is, when it is not the container's alone
   */
  static void write(
      ArrayNode into,
      RunRequest request,
      boolean privileged,
      @Nullable Path init,
      Optional<Path> sharedMemory)
      throws RuntimeRefusedException {
    HostSpec host = request.spec().host();
    Mounts mounts = new Mounts(into, host.fileSystems());
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
    mounts.sharedMemory(host.namespaces().ipc(), sharedMemory);
    mounts.bind(request.resolvConf(), "/etc/resolv.conf");
    mounts.bind(request.hostnameFile(), "/etc/hostname");
    mounts.bind(request.hosts(), "/etc/hosts");
    if (init != null) {
      mounts.bind(init, INIT, "ro");
    }
    mounts.addTmpfs();
  }

  private void sharedMemory(String ipcMode, Optional<Path> shared) {
    if (ipcMode.equals("none")) {
      return;
    }
    if (ipcMode.equals("host")) {
      bind(Path.of(SHM), SHM);
    } else if (shared.isPresent()) {
      bind(shared.get(), SHM, "nosuid", "noexec", "nodev");
    } else {
      long size = fileSystems.shmSize() > 0 ? fileSystems.shmSize() : FileSystems.DEFAULT_SHM;
      add(SHM, "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=" + size);
    }
  }

  private void addTmpfs() throws RuntimeRefusedException {
    for (Map.Entry<String, String> mount : tmpfs.entrySet()) {
      put(mount.getKey(), "tmpfs", "tmpfs", TmpfsOptions.merge(mount.getValue()));
    }
  }

  private void bind(Path source, String target, String... options) {
    List<String> all = new ArrayList<>(List.of("rbind", "rprivate"));
    all.addAll(List.of(options));
    add(target, "bind", source.toString(), all.toArray(String[]::new));
  }

  private void add(String target, String type, String source, String... options) {
    if (tmpfs.containsKey(target) || (target.startsWith("/dev/") && tmpfs.containsKey("/dev"))) {
      return;
    }
    List<String> all = new ArrayList<>(Arrays.asList(options));
    if (fileSystems.readonlyRootfs() && !WRITABLE.contains(target) && !all.contains("ro")) {
      all.remove("rw");
      all.add("ro");
    }
    put(target, type, source, all);
  }

  private void put(String target, String type, String source, List<String> options) {
    ObjectNode mount = into.addObject();
    mount.put("destination", target).put("type", type).put("source", source);
    options.forEach(mount.putArray("options")::add);
  }
}
