package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.mounts.MountCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The options {@code type}, {@code device} and {@code o} of a volume, as mount(2) wants them.
 *
 * @param flags {@code MS_} bits
 * @param data for the file system
 */
record VolumeOptions(String type, String device, long flags, String data) {
  private static final Map<String, Long> FLAGS =
      Map.ofEntries(
          Map.entry("ro", MountCalls.MS_RDONLY),
          Map.entry("nosuid", MountCalls.MS_NOSUID),
          Map.entry("nodev", MountCalls.MS_NODEV),
          Map.entry("noexec", MountCalls.MS_NOEXEC),
          Map.entry("sync", MountCalls.MS_SYNCHRONOUS),
          Map.entry("noatime", MountCalls.MS_NOATIME),
          Map.entry("nodiratime", MountCalls.MS_NODIRATIME),
          Map.entry("relatime", MountCalls.MS_RELATIME),
          Map.entry("strictatime", MountCalls.MS_STRICTATIME),
          Map.entry("bind", MountCalls.MS_BIND),
          Map.entry("rbind", MountCalls.MS_BIND | MountCalls.MS_REC),
          Map.entry("defaults", 0L),
          Map.entry("rw", 0L),
          Map.entry("suid", 0L),
          Map.entry("dev", 0L),
          Map.entry("exec", 0L),
          Map.entry("async", 0L));
  private static final String ADDRESS = "addr=";

  static VolumeOptions of(Map<String, String> options) throws IOException {
    long flags = 0;
    List<String> data = new ArrayList<>();
    for (String word : options.getOrDefault("o", "").split(",", -1)) {
      Long flag = FLAGS.get(word);
      if (flag != null) {
        flags |= flag;
      } else if (word.startsWith(ADDRESS)) {
        // The kernel takes no names.
        data.add(
            ADDRESS + InetAddress.getByName(word.substring(ADDRESS.length())).getHostAddress());
      } else if (!word.isEmpty()) {
        data.add(word);
      }
    }
    return new VolumeOptions(
        options.getOrDefault("type", ""),
        options.getOrDefault("device", ""),
        flags,
        String.join(",", data));
  }

  boolean isBind() {
    return (flags & MountCalls.MS_BIND) != 0;
  }
}
