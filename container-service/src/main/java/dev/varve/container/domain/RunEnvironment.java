package dev.varve.container.domain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The environment that a container's process or an exec gets: Docker's defaults and its own. */
public final class RunEnvironment {
  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private RunEnvironment() {}

  public static List<Secret> of(ContainerSpec spec) {
    return environment(spec, spec.process().tty(), List.of());
  }

  public static List<Secret> of(ContainerSpec spec, ExecSpec exec) {
    return environment(spec, exec.tty(), exec.env());
  }

  static String nameOf(String entry) {
    int equals = entry.indexOf('=');
    return equals < 0 ? entry : entry.substring(0, equals);
  }

  private static List<Secret> environment(ContainerSpec spec, boolean tty, List<Secret> more) {
    Map<String, String> entries = new LinkedHashMap<>();
    put(entries, "PATH=" + DEFAULT_PATH);
    put(entries, "HOSTNAME=" + spec.hostname());
    if (tty) {
      put(entries, "TERM=xterm");
    }
    spec.process().env().forEach(entry -> put(entries, entry.value()));
    more.forEach(entry -> put(entries, entry.value()));
    List<Secret> environment = new ArrayList<>(entries.size());
    entries.values().forEach(entry -> environment.add(new Secret(entry)));
    return environment;
  }

  /** A name without a value takes the variable away. */
  private static void put(Map<String, String> entries, String entry) {
    String name = nameOf(entry);
    if (name.length() == entry.length()) {
      entries.remove(name);
    } else {
      entries.put(name, entry);
    }
  }
}
