package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Networks by the hundred, and containers by the hundred on one. */
@EndToEnd
final class ManyNetworksTest {
  private static final int BATCH = 100;
  private static final int NETWORKS = 500;
  private static final int CONTAINERS = 200;

  @Test
  void fiveHundredAreMadeAndRemoved(Engine engine, Docker docker) {
    Networks networks = new Networks(engine, docker);
    int linksBefore = networks.links().size();
    String api = "curl -sf --unix-socket " + engine.socket() + " http://varve/networks/";
    for (int from = 1; from <= NETWORKS; from += BATCH) {
      docker
          .shell(
              "for n in $(seq %d %d); do %screate -H 'Content-Type: application/json' -d '{\"Name\":\"many-'$n'\"}' >/dev/null || exit 1; done"
                  .formatted(from, from + BATCH - 1, api))
          .ok();
    }
    assertThat(docker.ok("network", "ls", "-q", "-f", "name=^many-").lines()).hasSize(NETWORKS);
    assertThat(networks.links()).hasSizeGreaterThanOrEqualTo(linksBefore + NETWORKS);
    docker.ok("run", "--rm", "--network", "many-" + NETWORKS, "busybox", "ip", "route");
    for (int from = 1; from <= NETWORKS; from += BATCH) {
      docker
          .shell(
              "for n in $(seq %d %d); do %smany-$n -X DELETE || exit 1; done"
                  .formatted(from, from + BATCH - 1, api))
          .ok();
    }
    assertThat(docker.ok("network", "ls", "-q", "-f", "type=custom")).isEmpty();
    assertThat(networks.links()).noneMatch(link -> link.startsWith("br-"));
    assertThat(networks.rules()).doesNotContain("br-");
  }

  @Test
  void twoHundredOnOneFindEachOther(Engine engine, Docker docker) {
    Networks networks = new Networks(engine, docker);
    String net = networks.create("crowd");
    try {
      for (int from = 1; from <= CONTAINERS; from += 25) {
        docker
            .shell(
                "seq %d %d | xargs -P 4 -I N docker run -d --name crowd-N --network %s busybox sleep 10000"
                    .formatted(from, from + 24, net))
            .ok();
      }
      List<String> addresses =
          docker
              .shell(
                  "docker network inspect -f '{{range .Containers}}{{println .IPv4Address}}{{end}}' "
                      + net)
              .ok()
              .lines()
              .toList();
      assertThat(addresses).hasSize(CONTAINERS).doesNotHaveDuplicates();
      String lookups =
          "for n in $(seq %d); do nslookup -type=a crowd-$n | grep -q '^Address: [0-9.]*$' || echo crowd-$n; done"
              .formatted(CONTAINERS);
      for (int asker = 1; asker <= CONTAINERS; asker += 20) {
        assertThat(docker.ok("exec", "crowd-" + asker, "sh", "-c", lookups))
            .as("not found by crowd-" + asker)
            .isEmpty();
      }
    } finally {
      docker.shell("docker ps -aq --filter name=^crowd- | xargs -r docker rm -f").ok();
      networks.removeAll();
    }
    await().until(() -> networks.links().stream().noneMatch(link -> link.startsWith("br-")));
  }
}
