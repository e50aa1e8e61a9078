package dev.varve.container.adapter.files;

import dev.varve.container.domain.NameResolution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The text of a container's /etc/resolv.conf: the host's, without resolvers that only the host
 * itself can reach, and with what was asked for in place of what is there.
 */
final class ResolvConf {
  /** What Docker falls back to when the host names no resolver that a container can reach. */
  private static final List<String> PUBLIC = List.of("8.8.8.8", "8.8.4.4");

  private final Path host;
  private final Path upstream;

  ResolvConf(Path host, Path upstream) {
    this.host = host;
    this.upstream = upstream;
  }

  /**
   * @param onHostNetwork the host's local resolvers can be reached
   * @param ownServer the engine's, which knows whom to ask further
   */
  String of(NameResolution asked, boolean onHostNetwork, Optional<String> ownServer)
      throws IOException {
    List<String> lines = read(host);
    if (!onHostNetwork && isOnlyLocal(lines) && Files.exists(upstream)) {
      lines = read(upstream);
    }
    List<String> servers = ownServer.map(List::of).orElse(asked.dns());
    if (servers.isEmpty()) {
      servers = values(lines, "nameserver");
      if (!onHostNetwork) {
        servers = servers.stream().filter(server -> !isLocal(server)).toList();
        servers = servers.isEmpty() ? PUBLIC : servers;
      }
    }
    StringBuilder text = new StringBuilder();
    servers.forEach(server -> text.append("nameserver ").append(server).append('\n'));
    append(text, "search", asked.dnsSearch(), values(lines, "search"));
    List<String> options =
        asked.dnsOptions().isEmpty() ? values(lines, "options") : asked.dnsOptions();
    if (ownServer.isPresent()
        && options.stream().noneMatch(option -> option.startsWith("ndots:"))) {
      options = Stream.concat(options.stream(), Stream.of("ndots:0")).toList();
    }
    append(text, "options", options, List.of());
    return text.toString();
  }

  private static void append(
      StringBuilder text, String keyword, List<String> asked, List<String> fromHost) {
    List<String> values = asked.isEmpty() ? fromHost : asked;
    // A single dot asks for no search domain at all.
    if (!values.isEmpty() && !values.equals(List.of("."))) {
      text.append(keyword).append(' ').append(String.join(" ", values)).append('\n');
    }
  }

  private static List<String> read(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private static boolean isOnlyLocal(List<String> lines) {
    List<String> servers = values(lines, "nameserver");
    return !servers.isEmpty() && servers.stream().allMatch(ResolvConf::isLocal);
  }

  private static boolean isLocal(String server) {
    return server.startsWith("127.") || server.equals("::1");
  }

  /** All words behind the keyword; of {@code search}, as resolvers do, only the last line's. */
  private static List<String> values(List<String> lines, String keyword) {
    List<String> values = new ArrayList<>();
    for (String line : lines) {
      String[] words = line.strip().split("\\s+");
      if (!words[0].equals(keyword)) {
        continue;
      }
      if (keyword.equals("search")) {
        values.clear();
      }
      values.addAll(List.of(words).subList(1, words.length));
    }
    return values;
  }
}
