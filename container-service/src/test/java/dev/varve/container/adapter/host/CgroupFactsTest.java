package dev.varve.container.adapter.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.domain.KernelSupport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupFactsTest {
  @TempDir Path system;

  private void file(String path, String text) throws IOException {
    Path file = system.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private KernelSupport read() throws IOException {
    return new CgroupFacts(system.resolve("cgroup"), system).read(true, false);
  }

  @Test
  void aDirectoryForEachController() throws IOException {
    for (String name : List.of("limit", "memsw.limit", "soft_limit")) {
      file("cgroup/memory/memory." + name + "_in_bytes", "");
    }
    file("cgroup/memory/memory.oom_control", "");
    file("cgroup/cpu/cpu.shares", "");
    file("cgroup/cpuset/cpuset.cpus", "0-2,5\n");
    file("cgroup/cpuset/cpuset.mems", "0\n");
    file("cgroup/blkio/blkio.throttle.read_bps_device", "");
    file("cgroup/pids/pids.x", "");

    KernelSupport found = read();

    assertThat(found.cgroupV2()).isFalse();
    assertThat(found.memory())
        .isEqualTo(new KernelSupport.Memory(true, true, true, false, true, false));
    assertThat(found.cpu()).isEqualTo(new KernelSupport.Cpu(true, false, false));
    assertThat(found.cpuset())
        .isEqualTo(new KernelSupport.Cpuset(true, List.of(0, 1, 2, 5), List.of(0), "0-2,5", "0"));
    assertThat(found.blockIo())
        .isEqualTo(new KernelSupport.BlockIo(false, false, true, false, false, false));
    assertThat(found.pids()).isTrue();
    assertThat(found.appArmor()).isFalse();
  }

  @Test
  void oneDirectoryForAll() throws IOException {
    file("cgroup/cgroup.controllers", "cpuset cpu io memory pids\n");
    file("cgroup/cpuset.cpus.effective", "0-1\n");
    file("cgroup/cpuset.mems.effective", "0\n");
    file("cgroup/init/memory.swap.max", "max\n");
    file("module/apparmor/parameters/enabled", "Y\n");

    KernelSupport found = read();

    assertThat(found.cgroupV2()).isTrue();
    assertThat(found.memory())
        .isEqualTo(new KernelSupport.Memory(true, true, true, false, false, false));
    assertThat(found.cpu()).isEqualTo(new KernelSupport.Cpu(true, true, false));
    assertThat(found.cpuset().processors()).containsExactly(0, 1);
    assertThat(found.blockIo())
        .isEqualTo(new KernelSupport.BlockIo(true, true, true, true, true, true));
    assertThat(found.appArmor()).isTrue();
  }

  @Test
  void nothingAtAll() throws IOException {
    Files.createDirectories(system.resolve("cgroup"));
    assertThat(read().memory())
        .isEqualTo(new KernelSupport.Memory(false, false, false, false, false, false));
    assertThat(read().cpuset().supported()).isFalse();
  }
}
