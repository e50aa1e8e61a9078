package dev.varve.container.adapter.oci;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.container.application.ContainerRuntime.RunRequest;
import dev.varve.container.application.MountSources.Ready;
import dev.varve.container.application.RuntimeRefusedException;
import dev.varve.container.domain.FileSystems;
import dev.varve.container.domain.HostSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The mounts of a container, in the order the runtime makes them: what is wanted replaces a
 * default.
 */
final class Mounts {
  static final String INIT = "/sbin/docker-init";
  private static final String SHM = "/dev/shm";
  private static final String TMPFS = "tmpfs";

  /** What stays writable although the root file system is not. */
  private static final Set<String> WRITABLE =
      Set.of("/proc", "/dev", "/dev/pts", SHM, "/dev/mqueue");

  private final ArrayNode into;
  private final FileSystems fileSystems;

  /** By destination. */
  private final Map<String, Ready> wanted = new TreeMap<>();

  private Mounts(ArrayNode into, FileSystems fileSystems, List<Ready> ready) {
    this.into = into;
    this.fileSystems = fileSystems;
    fileSystems
        .tmpfs()
        .forEach((path, options) -> {
          String target = Path.of(path).normalize().toString();
          wanted.put(target, new Ready(target, TMPFS, TMPFS, List.of(options)));
        });
    ready.forEach(mount -> wanted.put(mount.destination(), mount));
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
    Mounts mounts = new Mounts(into, host.fileSystems(), request.mounts());
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
    mounts.file(request.resolvConf(), "/etc/resolv.conf");
    mounts.file(request.hostnameFile(), "/etc/hostname");
    mounts.file(request.hosts(), "/etc/hosts");
    if (init != null) {
      mounts.file(init, INIT, "ro");
    }
    mounts.addWanted();
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

  /** Outer mounts before those in them. */
  private void addWanted() throws RuntimeRefusedException {
    List<Ready> outerFirst = new ArrayList<>(wanted.values());
    outerFirst.sort(Comparator.comparingInt(it -> Path.of(it.destination()).getNameCount()));
    for (Ready mount : outerFirst) {
      List<String> options =
          mount.type().equals(TMPFS)
              ? TmpfsOptions.merge(String.join(",", mount.options()))
              : mount.options();
      put(mount.destination(), mount.type(), mount.source(), options);
    }
  }

  private void bind(Path source, String target, String... options) {
    add(target, "bind", source.toString(), bound(options));
  }

  /** A file that may lie in what is wanted, a volume at /etc for example: it is mounted with it. */
  private void file(Path source, String target, String... options) {
    wanted.putIfAbsent(
        target, new Ready(target, "bind", source.toString(), access(target, bound(options))));
  }

  private static String[] bound(String... options) {
    return Stream.concat(Stream.of("rbind", "rprivate"), Stream.of(options)).toArray(String[]::new);
  }

  private void add(String target, String type, String source, String... options) {
    if (wanted.containsKey(target) || (target.startsWith("/dev/") && wanted.containsKey("/dev"))) {
      return;
    }
    put(target, type, source, access(target, options));
  }

  private List<String> access(String target, String... options) {
    List<String> all = new ArrayList<>(Arrays.asList(options));
    if (fileSystems.readonlyRootfs() && !WRITABLE.contains(target) && !all.contains("ro")) {
      all.remove("rw");
      all.add("ro");
    }
    return all;
  }

  private void put(String target, String type, String source, List<String> options) {
    ObjectNode mount = into.addObject();
    mount.put("destination", target).put("type", type).put("source", source);
    options.forEach(mount.putArray("options")::add);
  }
}
