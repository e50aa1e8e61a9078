package dev.varve.image.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.eventlog.ProblemException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigChangesTest {

  @Test
  void appliesEveryInstructionThatChangesAConfig() {
    RunConfig config =
        applied(
            "CMD [\"/bin/sh\", \"-c\", \"echo \\\"x\\\"\"]",
            "entrypoint top -b",
            "ENV A=1 B=\"two words\" C='$A'",
            "ENV PATH /bin:$A",
            "ENV A=${A}2",
            "EXPOSE 80 53/udp 8000-8002/tcp",
            "USER nobody",
            "VOLUME [\"/data\"]",
            "VOLUME /a /b",
            "WORKDIR /srv",
            "WORKDIR app/../www",
            "LABEL k=v \"a b\"=c",
            "ONBUILD RUN make",
            "STOPSIGNAL SIGQUIT",
            "HEALTHCHECK --interval=1m30s --retries=2 CMD curl -f http://localhost");

    assertThat(config.cmd()).contains(List.of("/bin/sh", "-c", "echo \"x\""));
    assertThat(config.entrypoint()).contains(List.of("/bin/sh", "-c", "top -b"));
    assertThat(config.env()).containsExactly("A=12", "B=two words", "C=$A", "PATH=/bin:1");
    assertThat(config.exposedPorts())
        .containsExactlyInAnyOrder("80/tcp", "53/udp", "8000/tcp", "8001/tcp", "8002/tcp");
    assertThat(config.user()).isEqualTo("nobody");
    assertThat(config.volumes()).containsExactlyInAnyOrder("/data", "/a", "/b");
    assertThat(config.workingDir()).isEqualTo("/srv/www");
    assertThat(config.labels()).containsEntry("k", "v").containsEntry("a b", "c");
    assertThat(config.onBuild()).containsExactly("RUN make");
    assertThat(config.stopSignal()).isEqualTo("SIGQUIT");
    assertThat(config.healthCheck().orElseThrow())
        .isEqualTo(
            new RunConfig.HealthCheck(
                List.of("CMD-SHELL", "curl -f http://localhost"), 90_000_000_000L, 0, 0, 0, 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RUN make          | RUN is not a valid change command",
        "nonsense          | nonsense is not a valid change command",
        "ENV               | ENV requires at least one argument",
        "ENV A             | ENV must have two arguments",
        "ENV A=1 B         | Syntax error - can't find = in \"B\". Must be of the form: name=value",
        "EXPOSE http       | invalid containerPort: http",
        "EXPOSE 70000      | invalid containerPort: 70000",
        "USER              | USER requires exactly one argument",
        "ONBUILD ONBUILD x | Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
        "ONBUILD FROM x    | FROM isn't allowed as an ONBUILD trigger",
        "HEALTHCHECK x     | Unknown type \"X\" in HEALTHCHECK (try CMD)",
        "STOPSIGNAL <>     | invalid signal: <>",
      })
  void refusesInDockersWords(String line, String complaint) {
    assertThatThrownBy(() -> applied(line))
        .isInstanceOf(ProblemException.class)
        .hasMessage(complaint);
  }

  @Test
  void anEntrypointTakesTheBasesCommandAway() {
    RunConfig config = applied("CMD [\"base\"]");

    ConfigChanges.apply(config, List.of("CMD [\"a\"]", "ENTRYPOINT [\"x\"]"));
    assertThat(config.cmd()).contains(List.of("a"));
    ConfigChanges.apply(config, List.of("ENTRYPOINT [\"y\"]"));
    assertThat(config.cmd()).isEmpty();
    assertThat(config.entrypoint()).contains(List.of("y"));
  }

  @Test
  void emptyCommandsAreTheShellAloneAndNoEntrypointAtAll() {
    RunConfig config = applied("ENTRYPOINT [\"x\"]", "CMD", "ENTRYPOINT []");

    assertThat(config.cmd()).contains(List.of("/bin/sh", "-c"));
    assertThat(config.entrypoint()).isEmpty();
    assertThat(applied("ENTRYPOINT").entrypoint()).isEmpty();
  }

  @Test
  void theShellFormRunsInTheConfigsShell() {
    RunConfig config = new RunConfig();
    config.setShell(List.of("/bin/bash", "-c"));

    ConfigChanges.apply(config, List.of("CMD x $Y"));

    assertThat(config.cmd()).contains(List.of("/bin/bash", "-c", "x $Y"));
  }

  private static RunConfig applied(String... lines) {
    RunConfig config = new RunConfig();
    ConfigChanges.apply(config, List.of(lines));
    return config;
  }
}
