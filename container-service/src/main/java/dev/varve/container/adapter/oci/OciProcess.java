package dev.varve.container.adapter.oci;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.container.domain.HostSpec;
import dev.varve.container.domain.Secret;
import dev.varve.container.domain.SecurityOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The process object of the specification, the same for a container's first process and an exec.
 */
record OciProcess(
    List<String> args,
    List<String> environment,
    String workingDirectory,
    ContainerUser user,
    boolean terminal,
    int consoleHeight,
    int consoleWidth,
    Set<String> capabilities,
    SecurityOptions security,
    HostSpec host) {
  /** There when the kernel has it and it is on. */
  private static final Path APP_ARMOR = Path.of("/sys/kernel/security/apparmor");

  private static final String PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** Docker's own variables, then the given ones, a later one in the place of an earlier one. */
  static List<String> environment(
      String hostname, boolean terminal, String home, List<List<Secret>> given) {
    Map<String, String> byName = new LinkedHashMap<>();
    put(byName, PATH);
    put(byName, "HOSTNAME=" + hostname);
    if (terminal) {
      put(byName, "TERM=xterm");
    }
    for (List<Secret> list : given) {
      // A name alone takes away what came before its list; what the list itself says stays.
      Set<String> before = Set.copyOf(byName.keySet());
      for (Secret entry : list) {
        if (entry.value().indexOf('=') >= 0 || before.contains(entry.value())) {
          put(byName, entry.value());
        }
      }
    }
    byName.computeIfAbsent("HOME", name -> "HOME=" + (home.isEmpty() ? "/" : home));
    return new ArrayList<>(byName.values());
  }

  /** A name without {@code =} takes the variable away. */
  private static void put(Map<String, String> byName, String entry) {
    int equals = entry.indexOf('=');
    if (equals < 0) {
      byName.remove(entry);
    } else {
      byName.put(entry.substring(0, equals), entry);
    }
  }

  void write(ObjectNode process) throws IOException {
    process.put("terminal", terminal);
    if (terminal && consoleHeight > 0 && consoleWidth > 0) {
      process.putObject("consoleSize").put("height", consoleHeight).put("width", consoleWidth);
    }
    ObjectNode who = process.putObject("user");
    who.put("uid", user.uid()).put("gid", user.gid());
    user.groups().forEach(who.putArray("additionalGids")::add);
    strings(process.putArray("args"), args);
    strings(process.putArray("env"), environment);
    process.put("cwd", workingDirectory);
    ObjectNode sets = process.putObject("capabilities");
    strings(sets.putArray("bounding"), capabilities);
    strings(sets.putArray("effective"), capabilities);
    strings(sets.putArray("permitted"), capabilities);
    sets.putArray("inheritable");
    sets.putArray("ambient");
    Ulimits.write(process.putArray("rlimits"), host);
    process.put("noNewPrivileges", security.noNewPrivileges());
    if (Files.isDirectory(APP_ARMOR)) {
      security.appArmorProfile().ifPresent(profile -> process.put("apparmorProfile", profile));
    }
    host.oomScoreAdj().ifPresent(score -> process.put("oomScoreAdj", score));
  }

  private static void strings(ArrayNode into, Iterable<String> values) {
    values.forEach(into::add);
  }
}
