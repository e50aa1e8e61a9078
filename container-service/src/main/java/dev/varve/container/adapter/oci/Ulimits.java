package dev.varve.container.adapter.oci;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.container.domain.HostSpec;
import dev.varve.eventlog.Problem;
import dev.varve.linux.process.ResourceLimits;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Locale;

/** Resource limits of each process. */
final class Ulimits {
  private Ulimits() {}

  /** Refuses what the engine cannot grant, having no more than its own hard limits. */
  static void write(ArrayNode rlimits, HostSpec host) throws IOException {
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

  private static RuntimeException invalid(String message) {
    return new Problem(Problem.Code.INVALID, message).asException();
  }
}
