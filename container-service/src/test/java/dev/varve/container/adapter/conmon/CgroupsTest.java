package dev.varve.container.adapter.conmon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupsTest {
  @TempDir Path directory;

  @Test
  void findsTheHierarchiesOfEitherVersion() {
    List<String> mountinfo =
        List.of(
            "30 23 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw",
            "31 30 0:27 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu",
            "32 30 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
            "33 30 0:29 / /sys/fs/cgroup/hidden rw - cgroup cgroup rw,pids",
            "34 33 0:30 / /sys/fs/cgroup/hidden rw - tmpfs tmpfs rw");
    assertThat(Cgroups.hierarchies(mountinfo))
        .containsExactly(Path.of("/sys/fs/cgroup/cpu"), Path.of("/sys/fs/cgroup/unified"));
  }

  @Test
  void listsProcessesOfNestedCgroupsToo() throws Exception {
    Path inner = Files.createDirectories(directory.resolve("varve/c1/inner"));
    Files.writeString(directory.resolve("varve/c1/cgroup.procs"), "12\n0\n");
    Files.writeString(inner.resolve("cgroup.procs"), "7\n");
    Cgroups cgroups = new Cgroups(List.of(directory), "varve", directory);
    assertThat(cgroups.processes("c1")).containsExactly(7, 12);
    assertThat(cgroups.processes("c2")).isEmpty();
  }

  @Test
  void knowsAProcessOfTheContainer() throws Exception {
    Cgroups cgroups = new Cgroups(List.of(), "varve", directory);
    assertThat(cgroups.contains("c1", List.of("0::/", "8:pids:/varve/c1"))).isTrue();
    assertThat(cgroups.contains("c1", List.of("8:pids:/varve/c1/nested"))).isTrue();
    assertThat(cgroups.contains("c1", List.of("8:pids:/varve/c11", "1:cpu:/"))).isFalse();
  }
}
