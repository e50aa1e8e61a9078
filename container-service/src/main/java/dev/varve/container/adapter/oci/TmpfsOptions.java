package dev.varve.container.adapter.oci;

import dev.varve.container.application.RuntimeRefusedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The mount options of a tmpfs: what was asked for after Docker's defaults, of two that contradict
 * each other the later one.
 */
final class TmpfsOptions {
  private static final int REFUSED = 128;
  private static final List<String> DEFAULTS = List.of("noexec", "nosuid", "nodev");

  /** Each flag and its kind: of a kind, one holds. */
  private static final Map<String, String> FLAGS = flags();

  private static final Set<String> WITH_VALUE =
      Set.of("size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol");

  private TmpfsOptions() {}

  private static Map<String, String> flags() {
    Map<String, String> flags = new LinkedHashMap<>();
    String[][] kinds = {
      {"ro", "rw"},
      {"suid", "nosuid"},
      {"dev", "nodev"},
      {"exec", "noexec"},
      {"sync", "async"},
      {"mand", "nomand"},
      {"atime", "noatime", "relatime", "norelatime", "strictatime", "nostrictatime"},
      {"diratime", "nodiratime"},
      {"private", "rprivate", "shared", "rshared", "slave", "rslave", "unbindable", "runbindable"},
      {"dirsync"},
      {"defaults"},
    };
    for (String[] kind : kinds) {
      for (String flag : kind) {
        flags.put(flag, kind[0]);
      }
    }
    return Map.copyOf(flags);
  }

  /**
   * @throws RuntimeRefusedException for an option that tmpfs has not
   */
  static List<String> merge(String asked) throws RuntimeRefusedException {
    List<String> options = new ArrayList<>(DEFAULTS);
    Stream.of(asked.split(",", -1)).filter(option -> !option.isEmpty()).forEach(options::add);
    List<String> result = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String option : options.reversed()) {
      String[] words = option.split("=", 2);
      boolean known = words.length == 2 ? WITH_VALUE.contains(words[0]) : FLAGS.containsKey(option);
      if (!known) {
        throw new RuntimeRefusedException(REFUSED, "invalid tmpfs option " + quoted(words));
      }
      String kind = words.length == 2 ? words[0] : FLAGS.getOrDefault(option, option);
      if (seen.add(kind) && !option.equals("defaults")) {
        result.add(option);
      }
    }
    Collections.reverse(result);
    return result;
  }

  private static String quoted(String[] words) {
    return Stream.of(words)
        .map(word -> '"' + word + '"')
        .collect(Collectors.joining(" ", "[", "]"));
  }
}
