package dev.varve.container.adapter.oci;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.container.application.RuntimeRefusedException;
import dev.varve.container.domain.ContainerSpec;
import dev.varve.container.domain.HostSpec;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Kernel parameters of a container: those of namespaces it has for itself, for the others are the
 * host's.
 */
final class Sysctls {
  private static final int REFUSED = 128;
  private static final Set<String> OF_IPC =
      Set.of(
          "kernel.msgmax",
          "kernel.msgmnb",
          "kernel.msgmni",
          "kernel.sem",
          "kernel.shmall",
          "kernel.shmmax",
          "kernel.shmmni",
          "kernel.shm_rmid_forced");

  private Sysctls() {}

  /**
   * @param ownNetwork the container has a network namespace that is not the host's
   * @throws RuntimeRefusedException for those of the host
   */
  static void write(ObjectNode into, ContainerSpec spec, boolean ownNetwork)
      throws RuntimeRefusedException {
    HostSpec host = spec.host();
    boolean ownIpc = !host.namespaces().ipc().equals("host");
    boolean ownUts = !host.namespaces().uts().equals("host");
    Map<String, String> sysctls = new TreeMap<>();
    if (ownNetwork) {
      // Nobody needs a capability for a low port or a ping in a network of the container's own.
      sysctls.put("net.ipv4.ip_unprivileged_port_start", "0");
      sysctls.put("net.ipv4.ping_group_range", "0 2147483647");
    }
    if (ownUts && !spec.domainname().isEmpty()) {
      sysctls.put("kernel.domainname", spec.domainname());
    }
    for (Map.Entry<String, String> asked : host.sysctls().entrySet()) {
      require(asked.getKey(), ownNetwork, ownIpc, ownUts);
      sysctls.put(asked.getKey(), asked.getValue());
    }
    sysctls.forEach(into::put);
  }

  private static void require(String name, boolean ownNetwork, boolean ownIpc, boolean ownUts)
      throws RuntimeRefusedException {
    // The kernel takes a slash for a dot and a dot for a slash.
    String dotted = name.indexOf('/') >= 0 ? name.replace('/', '.') : name;
    if (OF_IPC.contains(dotted) || dotted.startsWith("fs.mqueue.")) {
      refuseUnless(ownIpc, name, "is not allowed in the hosts ipc namespace");
    } else if (dotted.startsWith("net.")) {
      refuseUnless(ownNetwork, name, "not allowed in host network namespace");
    } else if (ownUts && dotted.equals("kernel.hostname")) {
      refuseUnless(false, name, "is not allowed as it conflicts with the OCI \"hostname\" field");
    } else {
      refuseUnless(
          ownUts && dotted.equals("kernel.domainname"),
          name,
          "is not in a separate kernel namespace");
    }
  }

  private static void refuseUnless(boolean allowed, String name, String why)
      throws RuntimeRefusedException {
    if (!allowed) {
      throw new RuntimeRefusedException(
          REFUSED,
          "failed to create task for container: failed to create shim task: OCI runtime create"
              + " failed: runc create failed: sysctl \""
              + name
              + "\" "
              + why
              + ": unknown");
    }
  }
}
