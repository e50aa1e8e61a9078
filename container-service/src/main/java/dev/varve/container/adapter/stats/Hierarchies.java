package dev.varve.container.adapter.stats;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the controllers of cgroup version 1 are mounted, and version 2 if it is.
 *
 * @param controllers by name
 */
record Hierarchies(Map<String, Path> controllers, Optional<Path> unified) {

  /**
   * Reads lines of /proc/PID/mountinfo; a later mount on the same place hides the earlier.
   *
   * @see <a href="https://docs.kernel.org/filesystems/proc.html">proc(5), mountinfo</a>
   */
  static Hierarchies of(List<String> mountinfo) {
    Map<String, Path> controllers = new HashMap<>();
    Optional<Path> unified = Optional.empty();
    for (String line : mountinfo) {
      String[] halves = line.split(" - ", 2);
      Path target = Path.of(halves[0].split(" ")[4]);
      String[] device = halves[1].split(" ");
      controllers.values().remove(target);
      unified = unified.filter(there -> !there.equals(target));
      switch (device[0]) {
        case "cgroup" -> {
          for (String option : device[2].split(",", -1)) {
            controllers.put(option, target);
          }
        }
        case "cgroup2" -> unified = Optional.of(target);
        default -> {}
      }
    }
    return new Hierarchies(Map.copyOf(controllers), unified);
  }

  /** Whether version 1 counts, as on old and on hybrid hosts. */
  boolean isVersion1() {
    return controllers.containsKey("memory") || controllers.containsKey("cpuacct");
  }
}
