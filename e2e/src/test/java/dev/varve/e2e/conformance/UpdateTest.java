package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code docker update}: what it changes, at once and at the next start, and what it refuses. */
final class UpdateTest extends Conformance {
  private Reply update(String container, String json) {
    return wire.post("/containers/" + container + "/update", json);
  }

  private String cgroup(String container, String... files) {
    StringBuilder line = new StringBuilder("cd /sys/fs/cgroup; cat");
    for (String file : files) {
      line.append(' ').append(file);
    }
    return docker.ok("exec", container, "sh", "-c", line.toString()).replace("\n", " ");
  }

  @Test
  void aRunningContainerIsBoundAtOnce() {
    String since = now();
    String name = sleeper("-m", "64m");
    docker.ok("update", "-m", "128m", "--memory-swap", "256m", "--cpus", "0.5", name);
    docker.ok("update", "--cpu-shares", "700", "--cpuset-cpus", "0", "--pids-limit", "77", name);
    assertThat(
            cgroup(
                name,
                "memory/memory.limit_in_bytes",
                "memory/memory.memsw.limit_in_bytes",
                "cpu/cpu.cfs_quota_us",
                "cpu/cpu.shares",
                "cpuset/cpuset.cpus",
                "pids/pids.max"))
        .isEqualTo("134217728 268435456 50000 700 0 77");
    docker.ok("update", "-m", "32m", "--memory-swap", "64m", "--pids-limit", "-1", name);
    assertThat(
            cgroup(
                name,
                "memory/memory.limit_in_bytes",
                "memory/memory.memsw.limit_in_bytes",
                "pids/pids.max",
                "cpu/cpu.shares"))
        .isEqualTo("33554432 67108864 max 700");
    assertThat(docker.ok("exec", "--privileged", "-u", "nobody", name, "id", "-u"))
        .isEqualTo("65534");
    JsonNode host = inspect(name).get("HostConfig");
    assertThat(host.get("Memory").asLong()).isEqualTo(32 << 20);
    assertThat(host.get("NanoCpus").asLong()).isEqualTo(500_000_000);
    assertThat(host.get("CpusetCpus").asText()).isEqualTo("0");
    assertThat(host.get("PidsLimit").asLong()).isZero();
    assertThat(actions(name, since).stream().filter("update"::equals)).hasSize(3);
  }

  @Test
  void whatDoesNotRunIsBoundFromItsStart() {
    String name = created("sh", "-c", "cat /sys/fs/cgroup/cpu/cpu.shares; sleep 1000");
    assertThat(update(name, "{\"CpuShares\":300}").json().path("Warnings")).isEmpty();
    docker.ok("start", name);
    assertThat(cgroup(name, "cpu/cpu.shares")).isEqualTo("300");
  }

  @Test
  void aPausedContainerToo() {
    String name = sleeper();
    docker.ok("pause", name);
    docker.ok("update", "--cpu-shares", "300", name);
    docker.ok("unpause", name);
    assertThat(cgroup(name, "cpu/cpu.shares")).isEqualTo("300");
  }

  @Test
  void whatTheKernelRefusesChangesNothing() {
    String name = sleeper("-m", "64m");
    Reply reply = update(name, "{\"MemorySwap\":1000000}");
    assertThat(reply.status()).as(reply.text()).isEqualTo(500);
    assertThat(reply.message())
        .startsWith("Cannot update container " + idOf(name) + ": ")
        .contains("did not terminate successfully: exit status 1: ");
    assertThat(inspect(name).at("/HostConfig/MemorySwap").asLong()).isEqualTo(134217728);
    assertThat(cgroup(name, "memory/memory.memsw.limit_in_bytes")).isEqualTo("134217728");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"Memory\":1000} | 400 | Minimum memory limit allowed is 6MB",
        "{\"Memory\":268435456} | 409 | Cannot update container ID: Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time",
        "{\"CpuQuota\":10} | 400 | CPU cfs quota can not be less than 1ms (i.e. 1000)",
        "{\"NanoCpus\":1000000000} | 409 | Cannot update container ID: Conflicting options: Nano CPUs cannot be updated as CPU Period has already been set",
        "{\"CpusetCpus\":\"4097\"} | 400 | Requested CPUs are not available - requested 4097, available: ",
        "{\"RestartPolicy\":{\"Name\":\"odd\"}} | 400 | invalid restart policy",
        "{\"RestartPolicy\":{\"Name\":\"always\",\"MaximumRetryCount\":3}} | 400 | maximum retry count can",
      })
  void refused(String json, int status, String text) {
    String name = name();
    docker.ok("create", "--name", name, "-m", "64m", "--cpu-period", "50000", IMAGE);
    Reply reply = update(name, json);
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.message()).contains(text.replace("ID", idOf(name)));
  }

  @Test
  void restartPolicies() {
    String name = created("true");
    docker.ok("update", "--restart", "on-failure:3", name);
    JsonNode policy = inspect(name).at("/HostConfig/RestartPolicy");
    assertThat(policy.toString()).isEqualTo("{\"Name\":\"on-failure\",\"MaximumRetryCount\":3}");
    String once = name();
    docker.ok("create", "--rm", "--name", once, IMAGE);
    assertThat(docker.run("update", "--restart", "always", once).err())
        .contains(
            "Restart policy cannot be updated because AutoRemove is enabled for the container");
    assertThat(update("cf-missing", "{}").status()).isEqualTo(404);
  }
}
