package dev.varve.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.api.container.v1.Config;
import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.MountPoint;
import dev.varve.api.container.v1.NetworkAttachment;
import dev.varve.api.container.v1.State;
import dev.varve.api.container.v1.Status;
import dev.varve.gateway.http.Refusal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiltersTest {
  private static final Container WEB =
      Container.newBuilder()
          .setId("abcdef0123")
          .setName("web-1")
          .setConfig(Config.newBuilder().putLabels("tier", "front").addExposedPorts("80/tcp"))
          .addMounts(MountPoint.newBuilder().setName("files").setDestination("/data"))
          .setState(
              State.newBuilder()
                  .setStatus(Status.STATUS_EXITED)
                  .setExitCode(3)
                  .setStartedAtNanos(1))
          .addNetworks(NetworkAttachment.newBuilder().setNetwork("bridge").setNetworkId("77aa"))
          .build();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|true",
        "{\"name\":{\"web\":true}}|true",
        "{\"name\":{\"web\":false}}|true",
        "{\"name\":[\"^/web-1$\"]}|true",
        "{\"name\":[\"^web-1$\"]}|true",
        "{\"name\":[\"^eb\"]}|false",
        "{\"name\":[\"db\",\"web\"]}|true",
        "{\"name\":[\"((\"]}|false",
        "{\"id\":[\"abcdef\"]}|true",
        "{\"id\":[\"ffff\"]}|false",
        "{\"label\":[\"tier\"]}|true",
        "{\"label\":[\"tier=front\"]}|true",
        "{\"label\":[\"tier=front\",\"x\"]}|false",
        "{\"status\":[\"exited\",\"dead\"]}|true",
        "{\"status\":[\"running\"]}|false",
        "{\"exited\":[\"3\"]}|true",
        "{\"exited\":[\"0\"]}|false",
        "{\"health\":[\"none\"]}|true",
        "{\"health\":[\"healthy\"]}|false",
        "{\"network\":[\"bridge\"]}|true",
        "{\"network\":[\"77\"]}|true",
        "{\"network\":[\"host\"]}|false",
        "{\"volume\":[\"/data\"]}|true",
        "{\"volume\":[\"files\"]}|true",
        "{\"volume\":[\"other\"]}|false",
        "{\"expose\":[\"70-90/tcp\"]}|true",
        "{\"expose\":[\"80/udp\"]}|false",
        "{\"publish\":[\"80\"]}|false",
        "{\"is-task\":[\"false\"]}|true",
        "{\"is-task\":[\"true\"]}|false",
      })
  void listsWhatFits(String text, boolean fits) throws Refusal {
    Filters filters = Filters.parse(text, ContainerFilter.KEYS);
    assertThat(ContainerFilter.of(filters).fits(WEB)).isEqualTo(fits);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"bogus\":[\"x\"]}|invalid filter 'bogus'",
        "{\"status\":[\"sleeping\"]}|invalid filter 'status=sleeping'",
        "{\"health\":[\"ill\"]}|unrecognised filter value for health: ill",
        "{\"exited\":[\"x\"]}|strconv.Atoi: parsing \"x\": invalid syntax",
        "{\"expose\":[\"x\"]}|invalid port specification: \"x\"",
        "[1]|invalid filter",
        "{\"name\":5}|invalid filter",
        "{|invalid JSON",
      })
  void refusesWhatItDoesNotUnderstand(String text, String message) {
    assertThatThrownBy(() -> ContainerFilter.of(Filters.parse(text, ContainerFilter.KEYS)))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void patternsCostLinearTime() throws Refusal {
    Filters filters = new Filters(Map.of("name", List.of("(a+)+$", "((x{1000}){1000}){1000}")));
    assertThat(filters.matches("name", "a".repeat(100_000) + "!")).isFalse();
  }

  @Test
  void referencesMatchByShellPattern() {
    assertThat(ImageName.matches("busy*", "busybox:latest")).isTrue();
    assertThat(ImageName.matches("busybox", "busybox:latest")).isTrue();
    assertThat(ImageName.matches("*", "a/b:latest")).isFalse();
    assertThat(ImageName.matches("*/*:lat?st", "a/b:latest")).isTrue();
    assertThat(ImageName.matches("busybox:1", "busybox:latest")).isFalse();
    assertThat(ImageName.repository("localhost:5000/a/b")).isEqualTo("localhost:5000/a/b");
    assertThat(ImageName.repository("localhost:5000/a/b:c@sha256:d"))
        .isEqualTo("localhost:5000/a/b");
  }

  @Test
  void booleansNeedOneAnswer() {
    Filters both = new Filters(Map.of("dangling", List.of("true", "false")));
    assertThatThrownBy(() -> both.flag("dangling", false)).isInstanceOf(Refusal.class);
  }
}
