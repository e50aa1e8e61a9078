package dev.varve.container.adapter.host;

import dev.varve.container.application.HostFacts;
import dev.varve.container.domain.KernelSupport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** The machine as /proc shows it. */
public final class ProcHost implements HostFacts {
  private static final int CAP_SYS_RESOURCE = 24;

  private static final Map<String, String> LIMIT_TITLES =
      Map.ofEntries(
          Map.entry("core", "Max core file size"),
          Map.entry("cpu", "Max cpu time"),
          Map.entry("data", "Max data size"),
          Map.entry("fsize", "Max file size"),
          Map.entry("locks", "Max file locks"),
          Map.entry("memlock", "Max locked memory"),
          Map.entry("msgqueue", "Max msgqueue size"),
          Map.entry("nice", "Max nice priority"),
          Map.entry("nofile", "Max open files"),
          Map.entry("nproc", "Max processes"),
          Map.entry("rss", "Max resident set"),
          Map.entry("rtprio", "Max realtime priority"),
          Map.entry("rttime", "Max realtime timeout"),
          Map.entry("sigpending", "Max pending signals"),
          Map.entry("stack", "Max stack size"));

  private final Path proc;
  private final CgroupFacts cgroups;

  /**
   * @param proc usually {@code /proc}
   * @param system usually {@code /sys}
   */
  public ProcHost(Path proc, Path system) {
    this.proc = proc;
    this.cgroups = new CgroupFacts(system.resolve("fs/cgroup"), system);
  }

  @Override
  public String bootId() throws IOException {
    return Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
  }

  @Override
  public String hostname() throws IOException {
    return Files.readString(proc.resolve("sys/kernel/hostname")).strip();
  }

  @Override
  public KernelSupport kernel() throws IOException {
    return cgroups.read(
        Files.exists(proc.resolve("self/ns/cgroup")),
        Files.readString(proc.resolve("sys/net/ipv4/ip_forward")).strip().equals("1"));
  }

  @Override
  public OptionalLong hardLimit(String ulimit) throws IOException {
    String title = LIMIT_TITLES.get(ulimit);
    if (title == null) {
      throw new IllegalArgumentException("not a ulimit: " + ulimit);
    }
    if (hasCapability(CAP_SYS_RESOURCE)) {
      return OptionalLong.empty();
    }
    for (String line : Files.readAllLines(proc.resolve("self/limits"))) {
      if (line.startsWith(title)) {
        String hard = line.substring(title.length()).strip().split("\\s+")[1];
        return hard.equals("unlimited")
            ? OptionalLong.empty()
            : OptionalLong.of(Long.parseLong(hard));
      }
    }
    return OptionalLong.empty();
  }

  private boolean hasCapability(int number) throws IOException {
    for (String line : Files.readAllLines(proc.resolve("self/status"))) {
      if (line.startsWith("CapEff:")) {
        long effective = Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
        return (effective >>> number & 1) == 1;
      }
    }
    return false;
  }

  @Override
  public String ps(String arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("ps"));
    command.addAll(List.of(arguments.strip().split("\\s+")));
    Process ps = new ProcessBuilder(command).start();
    CompletableFuture<String> complaint = new CompletableFuture<>();
    Thread.startVirtualThread(() -> complaint.complete(firstLine(ps.getErrorStream())));
    try (InputStream output = ps.getInputStream()) {
      ps.getOutputStream().close();
      String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      int status = ps.waitFor();
      if (status != 0) {
        String why = complaint.join();
        throw new IOException("ps: " + (why.isEmpty() ? "exit status " + status : why));
      }
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while ps ran", e);
    } finally {
      ps.destroy();
    }
  }

  /** All of it is read, so that ps is never stuck with the rest. */
  private static String firstLine(InputStream stream) {
    try (stream) {
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().findFirst().orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
