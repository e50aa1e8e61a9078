package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LinkTest {
  @Test
  void isReadAsPeopleWriteItAndAsDockerShowsIt() {
    assertThat(Link.parse("db")).isEqualTo(new Link("db", "db"));
    assertThat(Link.parse("db:mysql")).isEqualTo(new Link("db", "mysql"));
    assertThat(Link.parse("/db:/web/mysql")).isEqualTo(new Link("db", "mysql"));
    assertThatThrownBy(() -> Link.parse("")).hasMessage("empty string specified for links");
    assertThatThrownBy(() -> Link.parse("a:b:c")).hasMessage("bad format for links: a:b:c");
  }

  private static List<String> environment(String path, List<String> ports, String... env) {
    ContainerSpec other =
        Specs.exposing(Specs.spec(Specs.process("true").with(secrets(env)), Specs.host()), ports);
    return LinkEnvironment.of(path, "172.17.0.2", other).stream().map(Secret::value).toList();
  }

  private static List<Secret> secrets(String... entries) {
    return Stream.of(entries).map(Secret::new).toList();
  }

  @Test
  void tellsPortsAndVariablesAsDockerDoes() {
    assertThat(
            environment(
                "/web/my-db", List.of("90/udp", "90/tcp"), "FOO=b=r", "HOME=/x", "PATH=/", "NONE"))
        .containsExactly(
            "MY_DB_PORT=tcp://172.17.0.2:90",
            "MY_DB_PORT_90_TCP=tcp://172.17.0.2:90",
            "MY_DB_PORT_90_TCP_ADDR=172.17.0.2",
            "MY_DB_PORT_90_TCP_PORT=90",
            "MY_DB_PORT_90_TCP_PROTO=tcp",
            "MY_DB_PORT_90_UDP=udp://172.17.0.2:90",
            "MY_DB_PORT_90_UDP_ADDR=172.17.0.2",
            "MY_DB_PORT_90_UDP_PORT=90",
            "MY_DB_PORT_90_UDP_PROTO=udp",
            "MY_DB_NAME=/web/my-db",
            "MY_DB_ENV_FOO=b=r");
    assertThat(environment("/web/db", List.of())).containsExactly("DB_NAME=/web/db");
  }

  @Test
  void portsInARowAreToldAsOneAsWell() {
    assertThat(environment("/w/x", List.of("80/tcp", "80/udp", "82/tcp", "83/udp", "84/tcp")))
        .containsSubsequence(
            "X_PORT_80_TCP_START=tcp://172.17.0.2:80",
            "X_PORT_80_TCP_ADDR=172.17.0.2",
            "X_PORT_80_TCP_PROTO=tcp",
            "X_PORT_80_TCP_PORT_START=80",
            "X_PORT_80_TCP_END=tcp://172.17.0.2:84",
            "X_PORT_80_TCP_PORT_END=84",
            "X_PORT_83_UDP=udp://172.17.0.2:83");
    assertThat(environment("/w/x", List.of("100-101")))
        .noneMatch(variable -> variable.contains("START"));
  }
}
