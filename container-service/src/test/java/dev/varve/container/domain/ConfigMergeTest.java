package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConfigMergeTest {
  private static final ImageDefaults IMAGE =
      new ImageDefaults(
          List.of("/entry"),
          List.of("serve"),
          List.of("PATH=/image", "LANG=C"),
          "/srv",
          "app",
          Map.of("a", "image", "b", "image"),
          List.of("80/tcp"),
          List.of("/data"),
          "SIGINT",
          Optional.empty());

  private static ProcessSpec asked(List<String> entrypoint, List<String> cmd, String... env) {
    return new ProcessSpec(
        entrypoint,
        cmd,
        Stream.of(env).map(Secret::new).toList(),
        "",
        "",
        false,
        false,
        false,
        false,
        true,
        true,
        "",
        OptionalInt.empty());
  }

  private static ContainerSpec merge(ProcessSpec process, boolean entrypointGiven) {
    RequestedConfig asked =
        new RequestedConfig(
            "i",
            "sha256:1",
            "",
            "",
            Map.of("a", "mine"),
            process,
            entrypointGiven,
            Specs.host(),
            List.of("443/tcp"),
            List.of(),
            Optional.empty(),
            List.of(),
            List.of(),
            false,
            Map.of());
    return ConfigMerge.merge(asked, IMAGE, "default-host");
  }

  @Test
  void theImageFillsWhatWasNotGiven() {
    ContainerSpec spec = merge(asked(List.of(), List.of()), false);

    assertThat(spec.process().entrypoint()).containsExactly("/entry");
    assertThat(spec.process().cmd()).containsExactly("serve");
    assertThat(spec.process().workingDir()).isEqualTo("/srv");
    assertThat(spec.process().user()).isEqualTo("app");
    assertThat(spec.process().stopSignal()).isEqualTo("SIGINT");
    assertThat(spec.labels()).isEqualTo(Map.of("a", "mine", "b", "image"));
    assertThat(spec.exposedPorts()).containsExactly("443/tcp", "80/tcp");
    assertThat(spec.hostname()).isEqualTo("default-host");
  }

  @Test
  void aGivenCommandKeepsTheImagesEntrypoint() {
    ProcessSpec process = merge(asked(List.of(), List.of("other")), false).process();

    assertThat(process.entrypoint()).containsExactly("/entry");
    assertThat(process.cmd()).containsExactly("other");
  }

  @Test
  void aGivenEntrypointForgetsTheImagesCommand() {
    ProcessSpec process = merge(asked(List.of("sh"), List.of()), true).process();

    assertThat(process.entrypoint()).containsExactly("sh");
    assertThat(process.cmd()).isEmpty();
  }

  @Test
  void theCommandLinesEmptyEntrypointForgetsBoth() {
    ProcessSpec process = merge(asked(List.of(""), List.of()), true).process();

    assertThat(process.entrypoint()).isEmpty();
    assertThat(process.cmd()).isEmpty();
    assertThat(SpecRules.refusal(Specs.spec(process, Specs.host())))
        .contains(new Problem(Problem.Code.INVALID, "no command specified"));
  }

  @Test
  void anEmptyEntrypointListForgetsTheImagesButKeepsItsCommand() {
    ProcessSpec process = merge(asked(List.of(), List.of()), true).process();

    assertThat(process.entrypoint()).isEmpty();
    assertThat(process.cmd()).containsExactly("serve");
  }

  @Test
  void theClientsEnvironmentGoesFirstAndWins() {
    ProcessSpec process = merge(asked(List.of(), List.of(), "B=1", "PATH=/mine"), false).process();

    assertThat(process.env().stream().map(Secret::value))
        .containsExactly("B=1", "PATH=/mine", "LANG=C");
  }

  @Test
  void refusesUsersBeyondTheKernelsNumbers() {
    for (String user : List.of("2147483648", "4294967296", "-1", "4294967295", "0:2147483648")) {
      assertThat(SpecRules.refusal(Specs.change(it -> withUser(it, user))))
          .as(user)
          .contains(
              new Problem(Problem.Code.INVALID, "uids and gids must be in range 0-2147483647"));
    }
    for (String user : List.of("", "0", "2147483647", "1000:1000", "www-data", "app:staff")) {
      assertThat(SpecRules.refusal(Specs.change(it -> withUser(it, user)))).as(user).isEmpty();
    }
  }

  private static ProcessSpec withUser(ProcessSpec it, String user) {
    return new ProcessSpec(
        it.entrypoint(),
        it.cmd(),
        it.env(),
        it.workingDir(),
        user,
        false,
        false,
        false,
        false,
        true,
        true,
        "",
        OptionalInt.empty());
  }

  @Test
  void refusesNulBytesAndNamelessVariables() {
    assertThat(SpecRules.refusal(Specs.change(it -> it.with(List.of(new Secret("A=\0"))))))
        .isPresent();
    assertThat(SpecRules.refusal(Specs.change(it -> it.with(List.of(new Secret("=x"))))))
        .contains(new Problem(Problem.Code.INVALID, "invalid environment variable: =x"));
  }

  @Test
  void signalsByNameAndNumber() {
    assertThat(Signals.parse("SIGTERM")).isEqualTo(15);
    assertThat(Signals.parse("hup")).isEqualTo(1);
    assertThat(Signals.parse("9")).isEqualTo(9);
    assertThat(Signals.parse("RTMIN+3")).isEqualTo(37);
    assertThat(Signals.parse("SIGRTMAX-1")).isEqualTo(63);
    for (String text : List.of("", "0", "65", "SIGNOPE", "-9", "9x")) {
      assertThatThrownBy(() -> Signals.parse(text))
          .isInstanceOf(ProblemException.class)
          .hasMessage("invalid signal: " + text);
    }
  }

  @Test
  void detachKeys() {
    assertThat(DetachKeys.parse("", "escape")).containsExactly(16, 17);
    assertThat(DetachKeys.parse("ctrl-a,d", "escape")).containsExactly(1, 'd');
    assertThat(DetachKeys.parse("ctrl-@,DEL", "escape")).containsExactly(0, 127);
    assertThatThrownBy(() -> DetachKeys.parse("ctrl-", "escape"))
        .hasMessage("Invalid escape keys (ctrl-) provided");
  }

  @Test
  void madeUpNamesAreValid() {
    Random random = new Random(7);
    for (int i = 0; i < 1000; i++) {
      assertThat(ContainerName.refusal(ContainerName.generate(random, i % 3))).isEmpty();
    }
  }

  @Test
  void processesOfTheContainerOnly() {
    ProcessListing listing =
        ProcessListing.parse(
            "UID   PID CMD\nroot  10 sh -c  sleep 9\nroot  11 other\n", Set.of(10));

    assertThat(listing.titles()).containsExactly("UID", "PID", "CMD");
    assertThat(listing.processes()).containsExactly(List.of("root", "10", "sh -c sleep 9"));
    assertThatThrownBy(() -> ProcessListing.parse("USER CMD\n", Set.of(1)))
        .hasMessage("Couldn't find PID field in ps output");
  }
}
