package dev.varve.container.domain;

import static dev.varve.container.domain.Verdict.NO_CGROUP;

import dev.varve.container.domain.Resources.Cpu;
import java.util.Set;

/** What Docker allows of processors and memory nodes. */
record CpuRules(KernelSupport kernel, Verdict verdict) {
  private static final int SHORTEST_PERIOD = 1000;
  private static final int LONGEST_PERIOD = 1_000_000;
  private static final long NANOS = 1_000_000_000L;

  Cpu check(Cpu asked) {
    nanoCpus(asked);
    long shares = asked.shares();
    if (shares > 0 && !kernel.cpu().shares()) {
      verdict.unsupported("CPU shares" + NO_CGROUP, "Shares discarded.");
      shares = 0;
    }
    boolean quota = kernel.cpu().quota();
    if ((asked.period() != 0 || asked.quota() != 0) && !quota) {
      verdict.unsupported("CPU CFS scheduler.", "CPU period/quota discarded.");
    }
    Verdict.refuseIf(
        quota
            && asked.period() != 0
            && (asked.period() < SHORTEST_PERIOD || asked.period() > LONGEST_PERIOD),
        "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
    Verdict.refuseIf(
        quota && asked.quota() > 0 && asked.quota() < SHORTEST_PERIOD,
        "CPU cfs quota can not be less than 1ms (i.e. 1000)");
    realtime(asked);
    boolean bindable = kernel.cpuset().supported();
    if (!bindable && !(asked.cpuset().isEmpty() && asked.memset().isEmpty())) {
      verdict.unsupported("cpuset" + NO_CGROUP, "Cpuset discarded.");
    }
    if (bindable) {
      available(asked);
    }
    return new Cpu(
        shares,
        asked.nano(),
        quota ? asked.period() : 0,
        quota ? asked.quota() : 0,
        asked.realtimePeriod(),
        asked.realtimeRuntime(),
        bindable ? asked.cpuset() : "",
        bindable ? asked.memset() : "");
  }

  private void nanoCpus(Cpu asked) {
    Verdict.refuseIf(
        asked.nano() > 0 && asked.period() > 0,
        "Conflicting options: Nano CPUs and CPU Period cannot both be set");
    Verdict.refuseIf(
        asked.nano() > 0 && asked.quota() > 0,
        "Conflicting options: Nano CPUs and CPU Quota cannot both be set");
    Verdict.refuseIf(
        asked.nano() > 0 && !kernel.cpu().quota(),
        "NanoCPUs can not be set, as your kernel does not support CPU CFS scheduler or the cgroup"
            + " is not mounted");
    int processors = kernel.processors();
    Verdict.refuseIf(
        asked.nano() < 0 || asked.nano() > processors * NANOS,
        "Range of CPUs is from 0.01 to %d.00, as there are only %d CPUs available"
            .formatted(processors, processors));
  }

  private void realtime(Cpu asked) {
    boolean wanted = asked.realtimePeriod() != 0 || asked.realtimeRuntime() != 0;
    Verdict.refuseIf(
        wanted && !kernel.cpu().realtime(), "Your kernel does not support CPU real-time scheduler");
    Verdict.refuseIf(
        asked.realtimePeriod() != 0 && asked.realtimeRuntime() > asked.realtimePeriod(),
        "cpu real-time runtime cannot be higher than cpu real-time period");
  }

  private void available(Cpu asked) {
    KernelSupport.Cpuset cpuset = kernel.cpuset();
    Verdict.refuseIf(
        !cpuset.processors().containsAll(numbers(asked.cpuset(), "cpus")),
        "Requested CPUs are not available - requested %s, available: %s"
            .formatted(asked.cpuset(), cpuset.processorsText()));
    Verdict.refuseIf(
        !cpuset.memoryNodes().containsAll(numbers(asked.memset(), "mems")),
        "Requested memory nodes are not available - requested %s, available: %s"
            .formatted(asked.memset(), cpuset.memoryNodesText()));
  }

  private static Set<Integer> numbers(String text, String of) {
    return NumberList.parse(text)
        .orElseThrow(() ->
            Verdict.refusal(
                "Invalid value %s for cpuset %s: invalid format: %s".formatted(text, of, text)));
  }
}
