package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.varve.container.domain.Resources.BlockIo;
import dev.varve.container.domain.Resources.Cpu;
import dev.varve.container.domain.Resources.DeviceRate;
import dev.varve.container.domain.Resources.Memory;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResourceRulesTest {
  private static final long MIB = 1L << 20;

  private static Resources memory(long limit, long reservation, long swap) {
    return of(new Memory(limit, reservation, swap, OptionalLong.empty(), Optional.empty(), 0, 0));
  }

  private static Resources of(Memory memory) {
    return new Resources(memory, Cpu.UNLIMITED, BlockIo.UNLIMITED, OptionalLong.empty());
  }

  private static Resources cpu(long nano, long period, long quota) {
    return of(new Cpu(0, nano, period, quota, 0, 0, "", ""));
  }

  private static Resources cpuset(String cpus, String mems) {
    return of(new Cpu(0, 0, 0, 0, 0, 0, cpus, mems));
  }

  private static Resources of(Cpu cpu) {
    return new Resources(Memory.UNLIMITED, cpu, BlockIo.UNLIMITED, OptionalLong.empty());
  }

  private static Resources weight(int weight) {
    List<DeviceRate> none = List.of();
    return new Resources(
        Memory.UNLIMITED,
        Cpu.UNLIMITED,
        new BlockIo(weight, none, none, none, none, none),
        OptionalLong.empty());
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments(memory(4 * MIB, 0, 0), "Minimum memory limit allowed is 6MB"),
        arguments(memory(-1, 0, 0), "Minimum memory limit allowed is 6MB"),
        arguments(
            memory(64 * MIB, 0, 32 * MIB),
            "Minimum memoryswap limit should be larger than memory limit, see usage"),
        arguments(
            memory(0, 0, 32 * MIB),
            "You should always set the Memory limit when using Memoryswap limit, see usage"),
        arguments(memory(0, MIB, 0), "Minimum memory reservation allowed is 6MB"),
        arguments(
            memory(64 * MIB, 128 * MIB, 0),
            "Minimum memory limit can not be less than memory reservation limit, see usage"),
        arguments(
            of(new Memory(0, 0, 0, OptionalLong.of(101), Optional.empty(), 0, 0)),
            "Invalid value: 101, valid memory swappiness range is 0-100"),
        arguments(
            of(new Memory(0, 0, 0, OptionalLong.of(-2), Optional.empty(), 0, 0)),
            "Invalid value: -2, valid memory swappiness range is 0-100"),
        arguments(
            of(new Memory(0, 0, 0, OptionalLong.empty(), Optional.empty(), 1, 0)),
            "Minimum kernel memory limit allowed is 6MB"),
        arguments(
            cpu(1, 100_000, 0), "Conflicting options: Nano CPUs and CPU Period cannot both be set"),
        arguments(
            cpu(1, 0, 100_000), "Conflicting options: Nano CPUs and CPU Quota cannot both be set"),
        arguments(
            cpu(5_000_000_000L, 0, 0),
            "Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available"),
        arguments(
            cpu(-1, 0, 0),
            "Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available"),
        arguments(
            cpu(0, 10, 0),
            "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)"),
        arguments(
            cpu(0, 1_000_001, 0),
            "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)"),
        arguments(cpu(0, 0, 10), "CPU cfs quota can not be less than 1ms (i.e. 1000)"),
        arguments(
            of(new Cpu(0, 0, 0, 0, 10, 20, "", "")),
            "cpu real-time runtime cannot be higher than cpu real-time period"),
        arguments(cpuset("x", ""), "Invalid value x for cpuset cpus: invalid format: x"),
        arguments(cpuset("2-1", ""), "Invalid value 2-1 for cpuset cpus: invalid format: 2-1"),
        arguments(
            cpuset("0-99999999", ""),
            "Invalid value 0-99999999 for cpuset cpus: invalid format: 0-99999999"),
        arguments(
            cpuset("1,7", ""), "Requested CPUs are not available - requested 1,7, available: 0-1"),
        arguments(cpuset("", "x"), "Invalid value x for cpuset mems: invalid format: x"),
        arguments(
            cpuset("", "7"),
            "Requested memory nodes are not available - requested 7, available: 0"),
        arguments(weight(5), "Range of blkio weight is from 10 to 1000"),
        arguments(weight(1001), "Range of blkio weight is from 10 to 1000"));
  }

  @ParameterizedTest
  @MethodSource
  void refused(Resources asked, String text) {
    assertThatThrownBy(() -> ResourceRules.ofCreate(asked, Specs.kernel())).hasMessage(text);
  }

  @Test
  void asMuchSwapAsMemoryUnlessToldOtherwise() {
    assertThat(ResourceRules.ofCreate(memory(64 * MIB, 0, 0), Specs.kernel()).value().memory())
        .isEqualTo(
            new Memory(64 * MIB, 0, 128 * MIB, OptionalLong.empty(), Optional.of(false), 0, 0));
    assertThat(
            ResourceRules.ofCreate(memory(64 * MIB, 0, -1), Specs.kernel()).value().memory().swap())
        .isEqualTo(-1);
  }

  @Test
  void anUpdateMayNameSwapAlone() {
    Resources asked = memory(0, 0, 64 * MIB);
    assertThat(ResourceRules.ofUpdate(asked, Specs.kernel()))
        .isEqualTo(new Verified<>(asked, List.of()));
  }

  @Test
  void whatTheKernelCannotDoIsLeftOutWithAWord() {
    List<DeviceRate> rate = List.of(new DeviceRate("/dev/a", 1));
    Resources everything =
        new Resources(
            new Memory(
                64 * MIB, 8 * MIB, 0, OptionalLong.of(5), Optional.of(true), 8 * MIB, 8 * MIB),
            new Cpu(512, 0, 1000, 1000, 0, 0, "0", "0"),
            new BlockIo(100, rate, rate, rate, rate, rate),
            OptionalLong.of(5));

    Verified<Resources> verified = ResourceRules.ofCreate(everything, Specs.bareKernel());

    assertThat(verified.warnings())
        .containsExactly(
            "Your kernel does not support memory limit capabilities or the cgroup is not mounted. Limitation discarded.",
            "Your kernel does not support memory swappiness capabilities or the cgroup is not mounted. Memory swappiness discarded.",
            "Your kernel does not support memory soft limit capabilities or the cgroup is not mounted. Limitation discarded.",
            "Your kernel does not support kernel memory limit capabilities or the cgroup is not mounted. Limitation discarded.",
            "Your kernel does not support OomKillDisable. OomKillDisable discarded.",
            "Your kernel does not support kernel memory TCP limit capabilities or the cgroup is not mounted. Limitation discarded.",
            "Your kernel does not support CPU shares or the cgroup is not mounted. Shares discarded.",
            "Your kernel does not support CPU CFS scheduler. CPU period/quota discarded.",
            "Your kernel does not support cpuset or the cgroup is not mounted. Cpuset discarded.",
            "Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.",
            "Your kernel does not support Block I/O weight_device or the cgroup is not mounted. Weight-device discarded.",
            "Your kernel does not support BPS Block I/O read limit or the cgroup is not mounted. Block I/O BPS read limit discarded.",
            "Your kernel does not support BPS Block I/O write limit or the cgroup is not mounted. Block I/O BPS write limit discarded.",
            "Your kernel does not support IOPS Block read limit or the cgroup is not mounted. Block I/O IOPS read limit discarded.",
            "Your kernel does not support IOPS Block write limit or the cgroup is not mounted. Block I/O IOPS write limit discarded.",
            "Your kernel does not support PIDs limit capabilities or the cgroup is not mounted. PIDs limit discarded.");
    assertThat(verified.value())
        .isEqualTo(
            new Resources(
                new Memory(0, 0, -1, OptionalLong.empty(), Optional.empty(), 0, 0),
                Cpu.UNLIMITED,
                BlockIo.UNLIMITED,
                OptionalLong.empty()));
  }

  @Test
  void processorsCannotBeCountedWithoutAScheduler() {
    assertThatThrownBy(() -> ResourceRules.ofCreate(cpu(1, 0, 0), Specs.bareKernel()))
        .hasMessage(
            "NanoCPUs can not be set, as your kernel does not support CPU CFS scheduler or the cgroup is not mounted");
    assertThatThrownBy(
            () -> ResourceRules.ofCreate(of(new Cpu(0, 0, 0, 0, 1, 1, "", "")), Specs.bareKernel()))
        .hasMessage("Your kernel does not support CPU real-time scheduler");
  }
}
