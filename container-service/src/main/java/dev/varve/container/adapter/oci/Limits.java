package dev.varve.container.adapter.oci;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.container.domain.HostSpec;
import dev.varve.eventlog.Problem;
import dev.varve.linux.process.ResourceLimits;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Resource limits: per process (ulimits) and per container (cgroup). */
final class Limits {
  private static final long CPU_PERIOD_MICROS = 100_000;
  private static final long NANOS = 1_000_000_000;

  private Limits() {}

  /** Refuses what the engine cannot grant, having no more than its own hard limits. */
  static void writeUlimits(ArrayNode rlimits, HostSpec host) throws IOException {
    for (HostSpec.Ulimit limit : host.ulimits()) {
      String name = limit.name().toLowerCase(Locale.ROOT);
      if (!ResourceLimits.names().contains(name)) {
        throw invalid("invalid ulimit type: " + limit.name());
      }
      if (above(limit.soft(), limit.hard())) {
        throw invalid(
            "ulimit soft limit must be less than or equal to hard limit: "
                + limit.soft()
                + " > "
                + limit.hard());
      }
      long own = ResourceLimits.hardLimit(name);
      if (above(limit.hard(), own)) {
        throw invalid(
            "ulimit "
                + name
                + "="
                + limit.soft()
                + ":"
                + limit.hard()
                + " is above the engine's own hard limit of "
                + own);
      }
      ObjectNode rlimit = rlimits.addObject();
      rlimit.put("type", "RLIMIT_" + name.toUpperCase(Locale.ROOT));
      putUnsigned(rlimit, "hard", limit.hard());
      putUnsigned(rlimit, "soft", limit.soft());
    }
  }

  private static boolean above(long value, long limit) {
    return limit != ResourceLimits.UNLIMITED
        && (value == ResourceLimits.UNLIMITED || value > limit);
  }

  /** "No limit" is the largest unsigned number there. */
  private static void putUnsigned(ObjectNode node, String field, long value) {
    node.put(field, new BigInteger(Long.toUnsignedString(value)));
  }

  static void writeResources(ObjectNode resources, HostSpec host) {
    if (host.resources().memory().limit() > 0) {
      ObjectNode memory = resources.putObject("memory");
      memory.put("limit", host.resources().memory().limit());
      // As much swap as memory, where the kernel can tell.
      if (Files.exists(Path.of("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes"))
          || Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"))) {
        memory.put("swap", host.resources().memory().limit() * 2);
      }
    }
    if (host.resources().cpu().shares() > 0 || host.resources().cpu().nano() > 0) {
      ObjectNode cpu = resources.putObject("cpu");
      if (host.resources().cpu().shares() > 0) {
        cpu.put("shares", host.resources().cpu().shares());
      }
      if (host.resources().cpu().nano() > 0) {
        cpu.put("quota", Math.max(1000, host.resources().cpu().nano() * CPU_PERIOD_MICROS / NANOS));
        cpu.put("period", CPU_PERIOD_MICROS);
      }
    }
    host.resources()
        .pidsLimit()
        .ifPresent(limit -> {
          if (limit > 0) {
            resources.putObject("pids").put("limit", limit);
          }
        });
  }

  private static RuntimeException invalid(String message) {
    return new Problem(Problem.Code.INVALID, message).asException();
  }
}
