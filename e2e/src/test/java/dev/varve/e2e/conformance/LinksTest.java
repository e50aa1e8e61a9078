package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docker run --link}: on the default bridge, and on networks that people made. */
final class LinksTest extends Conformance {
  private String addressOf(String container) {
    return inspect(container).at("/NetworkSettings/Networks/bridge/IPAddress").asText();
  }

  private List<String> hosts(String container) {
    return docker.ok("exec", container, "cat", "/etc/hosts").lines().toList();
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asText).toList();
  }

  @Test
  void theOtherIsToldByVariablesAndInHosts() {
    String db = sleeper("--hostname", "dbhost", "-e", "FOO=bar", "--expose", "80-82");
    String web = sleeper("--link", db + ":my-db", "-e", "MY_DB_ENV_FOO=own");
    List<String> environment = docker.ok("exec", web, "env").lines().toList();
    assertThat(environment)
        .contains(
            "MY_DB_NAME=/" + web + "/my-db",
            "MY_DB_PORT=tcp://" + addressOf(db) + ":80",
            "MY_DB_PORT_80_TCP_START=tcp://" + addressOf(db) + ":80",
            "MY_DB_PORT_80_TCP_PORT_END=82",
            "MY_DB_PORT_81_TCP_ADDR=" + addressOf(db),
            "MY_DB_ENV_FOO=own")
        .doesNotContain("MY_DB_ENV_FOO=bar");
    assertThat(hosts(web)).contains(addressOf(db) + "\tmy-db dbhost " + db);
    docker.ok("exec", web, "ping", "-c", "1", "-W", "5", "my-db");
    assertThat(texts(inspect(web).at("/HostConfig/Links")))
        .containsExactly("/" + db + ":/" + web + "/my-db");
    assertThat(docker.ok("inspect", "-f", "{{.Name}}", web + "/my-db")).isEqualTo("/" + db);
    assertThat(docker.ok("ps", "--no-trunc", "--filter", "name=" + db, "--format", "{{.Names}}"))
        .contains(db, web + "/my-db");
  }

  @Test
  void aLinkIsRemovedAlone() {
    String db = sleeper();
    String web = sleeper("--link", db + ":one", "--link", db + ":two");
    assertThat(docker.ok("rm", "--link", web + "/one")).isEqualTo(web + "/one");
    await()
        .untilAsserted(() ->
            assertThat(hosts(web))
                .noneMatch(line -> line.contains("\tone "))
                .anyMatch(line -> line.contains("\ttwo ")));
    assertThat(texts(inspect(web).at("/HostConfig/Links"))).hasSize(1);
    assertThat(docker.run("rm", "--link", db).err())
        .contains("cannot remove the default link name of the container");
    assertThat(docker.run("rm", "--link", web + "/one").err())
        .contains("No such container: " + web + "/one");
    assertThat(inspect(db).at("/State/Running").asBoolean()).isTrue();
  }

  @Test
  void whoLinksFollowsTheOtherToItsNewAddress() {
    String db = sleeper();
    String web = sleeper("--link", db + ":db");
    docker.ok("stop", "-t", "0", db);
    sleeper();
    docker.ok("start", db);
    await()
        .untilAsserted(() ->
            assertThat(hosts(web)).anyMatch(line -> line.startsWith(addressOf(db) + "\tdb ")));
    docker.ok("exec", web, "ping", "-c", "1", "-W", "5", "db");
  }

  @Test
  void refusals() {
    String db = created("sleep", "1000");
    String host = sleeper("--network", "host");
    assertThat(docker.run("create", "--link", "cf-nosuch", IMAGE).err())
        .contains("could not get container for cf-nosuch: No such container: cf-nosuch");
    assertThat(docker.run("create", "--link", host, IMAGE).err())
        .contains("conflicting options: host type networking can't be used with links");
    assertThat(docker.run("create", "--network", "host", "--link", db, IMAGE).err())
        .contains("conflicting options: host type networking can't be used with links");
    assertThat(docker.run("create", "--network", "container:" + host, "--link", db, IMAGE).err())
        .contains("conflicting options: container type network can't be used with links");
    String web = name();
    docker.ok("create", "--name", web, "--link", db + ":db", IMAGE, "true");
    assertThat(docker.run("start", web).err())
        .contains("Cannot link to a non running container: /" + db + " AS /" + web + "/db");
    assertThat(inspect(web).at("/State/ExitCode").asInt()).isEqualTo(128);
  }

  @Test
  void onOtherNetworksALinkIsANameForOneAlone() {
    String net = "cfl-" + ProcessHandle.current().pid();
    docker.ok("network", "create", net);
    try {
      String db = sleeper("--network", net);
      String web = sleeper("--network", net, "--link", db + ":my-db");
      String other = sleeper("--network", net);
      docker.ok("exec", web, "ping", "-c", "1", "-W", "5", "my-db");
      assertThat(docker.run("exec", other, "ping", "-c", "1", "-W", "5", "my-db").code())
          .isNotZero();
      assertThat(inspect(web).at("/HostConfig/Links").isNull()).isTrue();
      assertThat(texts(inspect(web).at("/NetworkSettings/Networks/" + net + "/Links")))
          .containsExactly(db + ":my-db");
      docker.ok("restart", "-t", "0", db);
      await()
          .until(() -> docker.run("exec", web, "ping", "-c", "1", "-W", "5", "my-db").code() == 0);
    } finally {
      removeWhatTheTestMade();
      docker.run("network", "rm", net);
    }
  }
}
