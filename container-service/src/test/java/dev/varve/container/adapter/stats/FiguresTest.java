package dev.varve.container.adapter.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.application.Sample;
import dev.varve.container.application.Sample.BlockCount;
import dev.varve.container.application.Sample.Named;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's files of both versions of cgroups, as they were found on real machines. */
class FiguresTest {
  private static final Path CGROUP = Path.of("varve/c1");

  @TempDir Path temp;

  private void put(String hierarchy, String file, String content) throws IOException {
    Path directory = Files.createDirectories(temp.resolve(hierarchy).resolve(CGROUP));
    Files.writeString(directory.resolve(file), content);
  }

  @Test
  void hierarchiesAreFoundWhereTheyAreSeen() {
    Hierarchies found =
        Hierarchies.of(
            List.of(
                "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755",
                "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
                "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
                "41 31 0:38 / /sys/fs/cgroup/unified rw shared:1 - cgroup2 cgroup2 rw",
                "42 31 0:39 / /sys/fs/cgroup/unified rw - tmpfs tmpfs rw"));
    assertThat(found.controllers())
        .containsEntry("cpu", Path.of("/sys/fs/cgroup/cpu,cpuacct"))
        .containsEntry("cpuacct", Path.of("/sys/fs/cgroup/cpu,cpuacct"))
        .containsEntry("memory", Path.of("/sys/fs/cgroup/memory"));
    assertThat(found.unified()).isEmpty();
    assertThat(found.isVersion1()).isTrue();
    Hierarchies unified =
        Hierarchies.of(List.of("30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw"));
    assertThat(unified.unified()).isEqualTo(Optional.of(Path.of("/sys/fs/cgroup")));
    assertThat(unified.isVersion1()).isFalse();
  }

  @Test
  void version1() throws Exception {
    put("cpuacct", "cpuacct.usage", "35165989\n");
    put("cpuacct", "cpuacct.stat", "user 2\nsystem 3\n");
    put("cpuacct", "cpuacct.usage_percpu", "33830060 1335929 \n");
    put("cpu", "cpu.stat", "nr_periods 5\nnr_throttled 2\nthrottled_time 77\n");
    put("memory", "memory.usage_in_bytes", "3780608\n");
    put("memory", "memory.max_usage_in_bytes", "5214208\n");
    put("memory", "memory.failcnt", "4\n");
    put("memory", "memory.limit_in_bytes", "9223372036854771712\n");
    put("memory", "memory.stat", "cache 3149824\nrss 53248\ntotal_inactive_file 3145728\n");
    put("pids", "pids.current", "1\n");
    put("pids", "pids.max", "max\n");
    put(
        "blkio",
        "blkio.throttle.io_service_bytes_recursive",
        "254:0 Read 4096\n254:0 Write 8192\nTotal 12288\n");
    Map<String, Path> controllers =
        Map.of(
            "cpuacct", temp.resolve("cpuacct"),
            "cpu", temp.resolve("cpu"),
            "memory", temp.resolve("memory"),
            "pids", temp.resolve("pids"),
            "blkio", temp.resolve("blkio"));
    try (Machine machine = new Machine();
        Version1 version = new Version1(controllers, machine);
        OpenFiles files = new OpenFiles(1)) {
      assertThat(version.isThere(CGROUP, files)).isTrue();
      Sample.Cpu cpu = version.cpu(CGROUP, files);
      assertThat(cpu.total()).isEqualTo(35165989);
      assertThat(cpu.user()).isEqualTo(20_000_000);
      assertThat(cpu.kernel()).isEqualTo(30_000_000);
      assertThat(cpu.each()).containsExactly(33830060L, 1335929L);
      assertThat(List.of(cpu.periods(), cpu.throttledPeriods(), cpu.throttledNanos()))
          .containsExactly(5L, 2L, 77L);
      assertThat(cpu.system()).isPositive();
      assertThat(cpu.online()).isPositive();
      Sample.Memory memory = version.memory(CGROUP, files);
      assertThat(memory.usage()).isEqualTo(3780608);
      assertThat(memory.maxUsage()).hasValue(5214208);
      assertThat(memory.failures()).isEqualTo(4);
      assertThat(memory.limit()).isEqualTo(machine.memory());
      assertThat(memory.stats())
          .containsExactly(
              new Named("cache", 3149824),
              new Named("rss", 53248),
              new Named("total_inactive_file", 3145728));
      assertThat(version.pids(CGROUP, files)).hasValue(1);
      assertThat(version.pidsLimit(CGROUP, files)).isEmpty();
      assertThat(version.blockIo(CGROUP, files).bytes())
          .containsExactly(
              new BlockCount(254, 0, "Read", 4096), new BlockCount(254, 0, "Write", 8192));
      assertThat(version.blockIo(CGROUP, files).operations()).isEmpty();
      put("memory", "memory.limit_in_bytes", "67108864\n");
      put("memory", "memory.stat", "cache 1\nrss 2\nother 3\n");
      assertThat(version.memory(CGROUP, files).limit()).isEqualTo(67108864);
      assertThat(version.memory(CGROUP, files).stats())
          .containsExactly(new Named("cache", 1), new Named("rss", 2), new Named("other", 3));
    }
  }

  @Test
  void version2() throws Exception {
    put(
        "u",
        "cpu.stat",
        "usage_usec 1000\nuser_usec 400\nsystem_usec 600\nnr_periods 7\nnr_throttled 3\nthrottled_usec 9\n");
    put("u", "memory.current", "4096\n");
    put("u", "memory.max", "8192\n");
    put("u", "memory.events", "low 0\nhigh 0\nmax 3\noom 2\noom_kill 1\n");
    put("u", "memory.stat", "anon 100\ninactive_file 50\n");
    put("u", "pids.current", "3\n");
    put("u", "pids.max", "100\n");
    put("u", "io.stat", "8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0\n8:0 rbytes=9\n");
    try (Machine machine = new Machine();
        Version2 version = new Version2(temp.resolve("u"), machine);
        OpenFiles files = new OpenFiles(1)) {
      assertThat(version.isThere(CGROUP, files)).isTrue();
      assertThat(version.isThere(Path.of("varve/c2"), files)).isFalse();
      Sample.Cpu cpu = version.cpu(CGROUP, files);
      assertThat(List.of(cpu.total(), cpu.kernel(), cpu.user()))
          .containsExactly(1_000_000L, 600_000L, 400_000L);
      assertThat(List.of(cpu.periods(), cpu.throttledPeriods(), cpu.throttledNanos()))
          .containsExactly(7L, 3L, 9000L);
      assertThat(cpu.each()).isEmpty();
      Sample.Memory memory = version.memory(CGROUP, files);
      assertThat(List.of(memory.usage(), memory.limit(), memory.failures()))
          .containsExactly(4096L, 8192L, 2L);
      assertThat(memory.maxUsage()).isEmpty();
      assertThat(memory.stats())
          .containsExactly(new Named("anon", 100), new Named("inactive_file", 50));
      assertThat(version.pids(CGROUP, files)).hasValue(3);
      assertThat(version.pidsLimit(CGROUP, files)).hasValue(100);
      assertThat(version.blockIo(CGROUP, files).bytes())
          .containsExactly(
              new BlockCount(8, 16, "read", 1),
              new BlockCount(8, 16, "write", 2),
              new BlockCount(8, 0, "read", 9),
              new BlockCount(8, 0, "write", 0));
    }
  }
}
