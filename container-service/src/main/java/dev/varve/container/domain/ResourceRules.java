package dev.varve.container.domain;

import dev.varve.container.domain.Resources.Memory;
import dev.varve.eventlog.ProblemException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Docker's rules for what a container may be given of a machine: what is refused, and what is left
 * out with a warning because this kernel cannot do it.
 */
public final class ResourceRules {
  private ResourceRules() {}

  /**
   * Those of a container to be made, with the defaults that depend on others filled in.
   *
   * @throws ProblemException INVALID for what cannot be
   */
  public static Verified<Resources> ofCreate(Resources asked, KernelSupport kernel) {
    Verified<Resources> verified = check(asked, kernel, false);
    Resources granted = verified.value();
    return new Verified<>(
        new Resources(
            complete(granted.memory(), kernel),
            granted.cpu(),
            granted.blockIo(),
            granted.pidsLimit()),
        verified.warnings());
  }

  private static Memory complete(Memory memory, KernelSupport kernel) {
    boolean swapFollows = memory.limit() > 0 && memory.swap() == 0;
    return new Memory(
        memory.limit(),
        memory.reservation(),
        swapFollows ? memory.limit() * 2 : memory.swap(),
        memory.swappiness(),
        kernel.memory().oomKillDisable()
            ? memory.oomKillDisable().or(() -> Optional.of(false))
            : memory.oomKillDisable(),
        memory.kernel(),
        memory.kernelTcp());
  }

  /**
   * Those that an update names; zeros leave what is.
   *
   * @throws ProblemException INVALID for what cannot be
   */
  public static Verified<Resources> ofUpdate(Resources asked, KernelSupport kernel) {
    return check(asked, kernel, true);
  }

  private static Verified<Resources> check(Resources asked, KernelSupport kernel, boolean update) {
    Verdict verdict = new Verdict();
    Resources granted =
        new Resources(
            new MemoryRules(kernel.memory(), update, verdict).check(asked.memory()),
            new CpuRules(kernel, verdict).check(asked.cpu()),
            new BlockIoRules(kernel.blockIo(), verdict).check(asked.blockIo()),
            pids(asked.pidsLimit(), kernel, verdict));
    return new Verified<>(granted, verdict.warnings());
  }

  private static OptionalLong pids(OptionalLong asked, KernelSupport kernel, Verdict verdict) {
    if (asked.isEmpty() || kernel.pids()) {
      return asked;
    }
    if (asked.getAsLong() > 0) {
      verdict.unsupported("PIDs limit capabilities" + Verdict.NO_CGROUP, "PIDs limit discarded.");
    }
    return OptionalLong.empty();
  }
}
