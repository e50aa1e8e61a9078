package dev.varve.gateway.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What {@code GET /info} and {@code /version} say about the machine. */
public record HostFacts(
    String kernel,
    String osName,
    String osVersion,
    String architecture,
    String hostname,
    String machineId,
    int cpus,
    long memoryBytes) {

  /** Reads them; what cannot be read is empty or zero. */
  public static HostFacts read() {
    return read(Path.of("/"));
  }

  static HostFacts read(Path root) {
    Map<String, String> release = osRelease(text(root, "etc/os-release"));
    return new HostFacts(
        text(root, "proc/sys/kernel/osrelease").strip(),
        release.getOrDefault("PRETTY_NAME", "Linux"),
        release.getOrDefault("VERSION_ID", ""),
        System.getProperty("os.arch", "").equals("amd64")
            ? "x86_64"
            : System.getProperty("os.arch", ""),
        text(root, "proc/sys/kernel/hostname").strip(),
        text(root, "etc/machine-id").strip(),
        Runtime.getRuntime().availableProcessors(),
        memory(text(root, "proc/meminfo")));
  }

  /** The engine's version, as built. */
  public static String version() {
    Properties properties = new Properties();
    try (var in = HostFacts.class.getResourceAsStream("version.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "unknown");
  }

  /** How many file descriptors this process has open. */
  public static int openDescriptors() {
    try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
      return (int) entries.count();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Go's word for the architecture. */
  public String goArchitecture() {
    return switch (architecture) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> architecture;
    };
  }

  private static Map<String, String> osRelease(String text) {
    Map<String, String> values = new TreeMap<>();
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        String value = line.substring(equals + 1).strip();
        boolean quoted = value.length() > 1 && "\"'".indexOf(value.charAt(0)) >= 0;
        values.put(
            line.substring(0, equals), quoted ? value.substring(1, value.length() - 1) : value);
      }
    }
    return values;
  }

  private static long memory(String meminfo) {
    Optional<String> total =
        meminfo.lines().filter(line -> line.startsWith("MemTotal:")).findFirst();
    return total.map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024).orElse(0L);
  }

  private static String text(Path root, String path) {
    try {
      return Files.readString(root.resolve(path));
    } catch (IOException e) {
      return "";
    }
  }
}
