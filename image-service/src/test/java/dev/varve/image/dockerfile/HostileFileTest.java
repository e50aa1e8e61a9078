package dev.varve.image.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Files made to hang or to exhaust: each ends, by a result or a clear refusal. */
class HostileFileTest {

  @Test
  void aLineOf100MiBIsRefused() {
    byte[] file = new byte[100 << 20];
    Arrays.fill(file, (byte) 'a');

    Refusals.assertRefused(
        () -> DockerfileParser.parse(file), "file of 104857600 bytes is larger than 4194304");
  }

  @Test
  void aLineHasDockersBound() {
    String longest = "RUN " + "a".repeat(65531);

    assertThat(Files.parse("FROM a\n" + longest + "\n").stages()).hasSize(1);
    Refusals.assertRefused(
        () -> Files.parse("FROM a\n" + longest + "b"),
        "dockerfile parse error on line 2: dockerfile line greater than max allowed size of 65535");
  }

  @Test
  void aLogicalLineMayBeAsLongAsItsFile() {
    String text = "FROM a\nRUN " + "x\\\n".repeat(1_000_000);

    assertThat(Files.one(Instruction.Run.class, text.substring(7)).source().text())
        .hasSize(1_000_004);
  }

  @Test
  void aHundredThousandStagesAreRefused() {
    Refusals.assertRefused(
        () -> Files.parse("FROM a\n".repeat(100_000)),
        "dockerfile parse error on line 5001: more than 5000 stages");
    Refusals.assertRefused(
        () -> Files.parse("FROM a\n" + "RUN\n".repeat(100_000)),
        "dockerfile parse error on line 50001: more than 50000 instructions");
  }

  @Test
  void aLongChainOfStagesIsPlanned() {
    StringBuilder text = new StringBuilder("FROM a AS s0\n");
    for (int i = 1; i < Limits.STAGES; i++) {
      text.append("FROM s").append(i - 1).append(" AS s").append(i).append('\n');
    }

    Plan plan = Plan.of(Files.parse(text.toString()), Files.NO_ARGUMENTS);

    assertThat(plan.steps()).hasSize(Limits.STAGES);
    assertThat(Checker.checkAll(plan, Files.input()).warnings()).isEmpty();
  }

  @Test
  void argumentsThatDoubleEachOtherAreRefused() {
    StringBuilder text = new StringBuilder("ARG a0=xxxxxxxxxxxxxxxx\n");
    for (int i = 1; i < 64; i++) {
      text.append("ARG a").append(i).append("=$a").append(i - 1).append("$a").append(i - 1);
      text.append('\n');
    }
    Dockerfile file = Files.parse(text + "FROM $a63\n");

    assertThatThrownBy(() -> Plan.of(file, Files.NO_ARGUMENTS))
        .isInstanceOf(DockerfileException.class)
        .hasMessageContaining("word is longer than 4194304 characters");
  }

  @Test
  void manyLongValuesAreRefused() {
    StringBuilder text = new StringBuilder("ARG a=" + "x".repeat(60_000) + "\n");
    text.append("ARG b=$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a\n");
    for (int i = 0; i < 1000; i++) {
      text.append("ARG c").append(i).append("=$b\n");
    }
    Dockerfile file = Files.parse(text + "FROM x\n");

    assertThatThrownBy(() -> Plan.of(file, Files.NO_ARGUMENTS))
        .isInstanceOf(DockerfileException.class)
        .hasMessageContaining("variables expand to more than 67108864 characters");
  }

  @Test
  void deepNestingIsRefused() {
    assertThat(Files.expanded("${x:-".repeat(20_000) + "}".repeat(20_000), Map.of()))
        .contains("variables are nested too deeply");
    assertThat(Files.expanded("${x:-".repeat(90) + "y" + "}".repeat(90), Map.of())).isEqualTo("y");
    String arrays = "[".repeat(30_000) + "]".repeat(30_000);
    assertThat(Files.one(Instruction.Cmd.class, "CMD " + arrays).command())
        .isInstanceOf(CommandLine.ShellForm.class);
  }

  @Test
  void patternsOfValuesDoNotGoBack() {
    String value = "a".repeat(30_000);

    assertThat(Files.expanded("${v#" + "*a".repeat(500) + "b}", Map.of("v", value)))
        .isEqualTo(value);
    assertThat(Files.expanded("${v//*b/x}", Map.of("v", value)))
        .contains("pattern in substitution takes too long to match");
  }

  @Test
  void manyDocumentsInALineAreRead() {
    StringBuilder text = new StringBuilder("FROM a\nRUN cat");
    for (int i = 0; i < 5000; i++) {
      text.append(" <<E").append(i);
    }
    text.append('\n');
    for (int i = 0; i < 5000; i++) {
      text.append("x\nE").append(i).append('\n');
    }

    Instruction.Run run =
        (Instruction.Run)
            Files.parse(text.toString()).stages().getFirst().instructions().getFirst();

    assertThat(((CommandLine.ShellForm) run.command()).documents()).hasSize(5000);
    Refusals.assertRefused(
        () -> Files.parse(text.substring(0, text.length() - 2)),
        "dockerfile parse error on line 2: unterminated heredoc");
  }

  @Test
  void portsAreCountedOnce() {
    Instruction.Expose expose =
        Files.one(Instruction.Expose.class, "EXPOSE " + "0-65535 ".repeat(8000));

    assertThat(ExposedPorts.of(expose)).hasSize(65536);
  }

  @Test
  void triggersDoNotMultiply() {
    StringBuilder text = new StringBuilder("FROM a AS base\n" + "ONBUILD RUN x\n".repeat(20_000));
    for (int i = 0; i < 100; i++) {
      text.append("FROM base AS s").append(i).append('\n');
    }
    text.append("FROM scratch\n");
    for (int i = 0; i < 100; i++) {
      text.append("COPY --from=s").append(i).append(" / /\n");
    }
    Dockerfile file = Files.parse(text.toString());

    assertThatThrownBy(() -> Plan.of(file, Files.NO_ARGUMENTS))
        .isInstanceOf(DockerfileException.class)
        .hasMessageContaining("more than 50000 triggers");
  }

  @Test
  void bytesWithoutSenseAreRefused() {
    byte[] zeros = new byte[1000];
    byte[] high = new byte[1000];
    Arrays.fill(high, (byte) 0xFF);

    assertThatThrownBy(() -> DockerfileParser.parse(zeros))
        .isInstanceOf(DockerfileException.class)
        .hasMessageContaining("unknown instruction");
    Refusals.assertRefused(
        () -> DockerfileParser.parse(high), "dockerfile parse error on line 1: invalid UTF-8");
    Refusals.assertRefused(
        () -> DockerfileParser.parse("\uFEFF".getBytes(StandardCharsets.UTF_8)),
        "file with no instructions");
  }
}
