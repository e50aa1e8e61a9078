package dev.varve.container.domain;

import static dev.varve.container.domain.Verdict.NO_CGROUP;

import dev.varve.container.domain.Resources.Memory;
import java.util.Optional;
import java.util.OptionalLong;

/** What Docker allows of memory. */
record MemoryRules(KernelSupport.Memory kernel, boolean update, Verdict verdict) {
  private static final long LEAST_MEMORY = 6L << 20;

  Memory check(Memory asked) {
    long limit = asked.limit();
    long swap = asked.swap();
    Verdict.refuseIf(limit != 0 && limit < LEAST_MEMORY, "Minimum memory limit allowed is 6MB");
    if (limit > 0 && !kernel.limit()) {
      verdict.unsupported("memory limit capabilities" + NO_CGROUP, "Limitation discarded.");
      limit = 0;
      swap = -1;
    }
    if (limit > 0 && swap != -1 && !kernel.swap()) {
      verdict.unsupported("swap limit capabilities" + NO_CGROUP, "Memory limited without swap.");
      swap = -1;
    }
    Verdict.refuseIf(
        limit > 0 && swap > 0 && swap < limit,
        "Minimum memoryswap limit should be larger than memory limit, see usage");
    Verdict.refuseIf(
        limit == 0 && swap > 0 && !update,
        "You should always set the Memory limit when using Memoryswap limit, see usage");
    OptionalLong swappiness = swappiness(asked.swappiness());
    long reservation = reservation(asked.reservation(), limit);
    long ofKernel = kernelMemory(asked.kernel());
    return new Memory(
        limit,
        reservation,
        swap,
        swappiness,
        oomKillDisable(asked.oomKillDisable(), limit),
        ofKernel,
        kernelTcp(asked.kernelTcp()));
  }

  private OptionalLong swappiness(OptionalLong asked) {
    // -1 is how older clients say nothing.
    if (asked.isEmpty() || asked.getAsLong() == -1) {
      return OptionalLong.empty();
    }
    if (!kernel.swappiness()) {
      verdict.unsupported(
          "memory swappiness capabilities" + NO_CGROUP, "Memory swappiness discarded.");
      return OptionalLong.empty();
    }
    long value = asked.getAsLong();
    Verdict.refuseIf(
        value < 0 || value > 100,
        "Invalid value: " + value + ", valid memory swappiness range is 0-100");
    return asked;
  }

  private long reservation(long asked, long limit) {
    if (asked > 0 && !kernel.reservation()) {
      verdict.unsupported("memory soft limit capabilities" + NO_CGROUP, "Limitation discarded.");
      return 0;
    }
    Verdict.refuseIf(
        asked > 0 && asked < LEAST_MEMORY, "Minimum memory reservation allowed is 6MB");
    Verdict.refuseIf(
        limit > 0 && asked > limit,
        "Minimum memory limit can not be less than memory reservation limit, see usage");
    return asked;
  }

  /** Linux has no such limit any more, whatever the files of its cgroups are called. */
  private long kernelMemory(long asked) {
    if (asked > 0) {
      Verdict.refuseIf(asked < LEAST_MEMORY, "Minimum kernel memory limit allowed is 6MB");
      verdict.unsupported("kernel memory limit capabilities" + NO_CGROUP, "Limitation discarded.");
    }
    return 0;
  }

  private long kernelTcp(long asked) {
    if (asked > 0 && !kernel.kernelTcp()) {
      verdict.unsupported(
          "kernel memory TCP limit capabilities" + NO_CGROUP, "Limitation discarded.");
      return 0;
    }
    return asked;
  }

  private Optional<Boolean> oomKillDisable(Optional<Boolean> asked, long limit) {
    boolean disable = asked.orElse(false);
    if (!kernel.oomKillDisable()) {
      if (disable) {
        verdict.unsupported("OomKillDisable.", "OomKillDisable discarded.");
      }
      return Optional.empty();
    }
    if (disable && limit == 0) {
      verdict.warn(
          "OOM killer is disabled for the container, but no memory limit is set, this can result in"
              + " the system running out of resources.");
    }
    return asked;
  }
}
