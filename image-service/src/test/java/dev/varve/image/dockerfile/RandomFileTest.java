package dev.varve.image.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Files from a seeded chance: whatever comes, the answer is a result or a refusal. */
class RandomFileTest {
  private static final int FILES = 3000;
  private static final List<String> PIECES =
      List.of(
          "FROM a",
          "FROM a AS b",
          "from b",
          "RUN ",
          "COPY ",
          "ADD ",
          "ENV ",
          "ARG ",
          "LABEL ",
          "CMD ",
          "ENTRYPOINT ",
          "EXPOSE ",
          "USER ",
          "WORKDIR ",
          "VOLUME ",
          "SHELL ",
          "STOPSIGNAL ",
          "HEALTHCHECK ",
          "ONBUILD ",
          "MAINTAINER ",
          "# ",
          "# escape=`",
          "# check=",
          "\n",
          "\n",
          "\n",
          " \\\n",
          "`\n",
          "\r\n",
          "\t",
          " ",
          "\\",
          "\"",
          "'",
          "$",
          "${",
          "}",
          "${a:-",
          "${a#*",
          "${a//x/",
          "<<EOF",
          "<<-\"E\"",
          "EOF\n",
          "E\n",
          "[\"a\"",
          "]",
          ",",
          "=",
          "a=b",
          "--from=b",
          "--mount=type=cache,target=/x",
          "--mount=",
          "--chown=",
          "-- ",
          "CMD",
          "NONE",
          "80/tcp",
          "1-9:8",
          "/./",
          "**",
          "[a-",
          "!",
          "\u0000",
          "\uFFFD",
          "é",
          "\uD83D\uDE00",
          "a",
          "b",
          "x y");

  @Test
  void neverFailsInAnotherWay() {
    Random random = new Random(6);
    int parsed = 0;
    for (int i = 0; i < FILES; i++) {
      String text = text(random);
      try {
        parsed += walk(Files.parse(text)) ? 1 : 0;
      } catch (DockerfileException e) {
        assertThat(e.getMessage()).as(text).isNotBlank();
        assertThat(e.position().line()).as(text).isBetween(0, (int) text.lines().count() + 1);
      } catch (RuntimeException e) {
        throw new AssertionError("on " + Quoted.of(text), e);
      }
    }
    assertThat(parsed).isGreaterThan(FILES / 50);
  }

  @Test
  void damagedBytesNeverFailInAnotherWay() {
    Random random = new Random(7);
    for (int i = 0; i < FILES; i++) {
      byte[] bytes = text(random).getBytes(StandardCharsets.UTF_8);
      for (int j = random.nextInt(4); j > 0; j--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        DockerfileParser.parse(bytes);
        PathPatterns.ofIgnoreFile(bytes).matches("a/b");
      } catch (DockerfileException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void whatIsParsedIsTheSameWhenItsTextIsParsedAgain() {
    Random random = new Random(8);
    for (int i = 0; i < FILES; i++) {
      String text = "FROM a\n" + text(random);
      try {
        for (Instruction instruction : Files.parse(text).stages().getFirst().instructions()) {
          if (instruction.source().range().firstLine() == instruction.source().range().lastLine()
              && !instruction.source().text().endsWith("\\")) {
            Instruction again =
                DockerfileParser.parseInstructions(instruction.source().text()).getFirst();
            assertThat(again).hasSameClassAs(instruction);
            assertThat(again.source().text()).isEqualTo(instruction.source().text());
          }
        }
      } catch (DockerfileException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "FROM a\n" : "");
    for (int i = random.nextInt(40); i >= 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.append('\n').toString();
  }

  /** Plans, checks and expands. */
  private static boolean walk(Dockerfile file) {
    Plan plan = Plan.of(file, Files.arguments(Map.of("a", "xyz")));
    Checker.checkAll(plan, Files.input());
    for (Plan.Step step : plan.steps()) {
      Scope scope = Scope.of(plan.globals(), List.of("a=1"));
      for (Instruction instruction : step.instructions()) {
        Instruction expanded = scope.expand(instruction);
        scope.apply(expanded);
        if (expanded instanceof Instruction.Copy copy) {
          copy.transfer().paths().forEach(path -> SourcePattern.of(path, copy.parents()));
          PathPatterns.of(copy.transfer().excludes());
        } else if (expanded instanceof Instruction.Run run) {
          scope.mounts(run);
          Invocation.of(run.command(), List.of("/bin/sh", "-c"));
        } else if (expanded instanceof Instruction.Expose expose) {
          ExposedPorts.of(expose);
        }
      }
    }
    return true;
  }
}
