package dev.varve.bench.churn;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What there is of an engine and its containers on this machine, counted: of each kind, how many.
 * Two looks at a machine at rest that differ show what was left behind.
 *
 * @param counts by kind, in the order of the report
 */
record Traces(Map<String, Long> counts) {
  /** They grow with history, not with what there is. */
  private static final Set<String> HISTORY = Set.of("kafka", "postgres", "logs");

  /** The heap as MiB in use after a collection. */
  static final String HEAP = "heap MiB";

  /** Of the serial collector's; what is not heap has no total. */
  private static final Pattern GENERATION = Pattern.compile("total [0-9]+K, used ([0-9]+)K");

  static final String RESIDENT = "RSS MiB";
  static final String THREADS = "threads";
  static final String DESCRIPTORS = "descriptors";

  /**
   * @param engine the pid of its JVM
   * @param javaHome whose jcmd is asked to collect garbage
   */
  static Traces look(Path root, Path run, String prefix, long engine, Path javaHome)
      throws IOException, InterruptedException {
    Map<String, Long> counts = new LinkedHashMap<>();
    Path process = Path.of("/proc", Long.toString(engine));
    counts.put("processes", inNamespaceOf(process));
    counts.put("mounts", lines(process.resolve("mountinfo")));
    counts.put("cgroups", cgroups(prefix));
    counts.put("interfaces", lines(Path.of("/proc/net/dev")));
    counts.put("rules", (long) output("nft", "list", "ruleset").lines().count());
    counts.put("files in root", entries(root));
    counts.put("files in run", entries(run));
    output(javaHome.resolve("bin/jcmd").toString(), Long.toString(engine), "GC.run");
    counts.put(
        HEAP,
        heap(
            output(
                javaHome.resolve("bin/jcmd").toString(), Long.toString(engine), "GC.heap_info")));
    counts.put(RESIDENT, status(process, "VmRSS:") / 1024);
    counts.put(THREADS, status(process, "Threads:"));
    counts.put(DESCRIPTORS, (long) list(process.resolve("fd")).size());
    return new Traces(counts);
  }

  /** Processes in the engine's mount namespace: itself, monitors, whatever they started. */
  private static long inNamespaceOf(Path process) throws IOException {
    Path namespace = Files.readSymbolicLink(process.resolve("ns/mnt"));
    long count = 0;
    for (Path other : list(Path.of("/proc"))) {
      try {
        if (Files.readSymbolicLink(other.resolve("ns/mnt")).equals(namespace)) {
          count++;
        }
      } catch (FileSystemException e) {
        // No process, or it has ended meanwhile.
      }
    }
    return count;
  }

  private static long cgroups(String prefix) throws IOException {
    long count = 0;
    for (Path hierarchy : list(Path.of("/sys/fs/cgroup"))) {
      Path ours = hierarchy.resolve(prefix);
      if (Files.isDirectory(ours)) {
        count += list(ours).stream().filter(Files::isDirectory).count();
      }
    }
    return count;
  }

  private static long entries(Path tree) throws IOException {
    long[] count = {0};
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            count[0]++;
            return HISTORY.contains(String.valueOf(path.getFileName()))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            count[0]++;
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    return count[0];
  }

  private static long heap(String heapInfo) {
    List<MatchResult> generations = GENERATION.matcher(heapInfo).results().toList();
    if (generations.isEmpty()) {
      throw new IllegalStateException("no heap in: " + heapInfo);
    }
    return generations.stream().mapToLong(it -> Long.parseLong(it.group(1))).sum() / 1024;
  }

  private static long status(Path process, String key) throws IOException {
    return Files.readAllLines(process.resolve("status")).stream()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  private static long lines(Path file) throws IOException {
    return Files.readAllLines(file).size();
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException("failed: " + String.join(" ", command) + ": " + output);
    }
    return output;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    counts.forEach((kind, count) -> text.append("  ").append(kind).append(' ').append(count));
    return text.toString();
  }
}
