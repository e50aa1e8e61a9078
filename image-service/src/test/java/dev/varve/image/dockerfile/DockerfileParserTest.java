package dev.varve.image.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerfileParserTest {

  @Test
  void cutsAFileIntoGlobalArgsAndStages() {
    Dockerfile file =
        Files.parse(
            """
            # about this file
            ARG VERSION=1
            FROM --platform=$BUILDPLATFORM golang:$VERSION as Build
            RUN make
            from scratch
            COPY --from=build /a /b
            """);

    assertThat(file.globalArgs()).hasSize(1);
    assertThat(file.stages()).hasSize(2);
    Stage build = file.stages().getFirst();
    assertThat(build.name()).contains("build");
    assertThat(build.from().image()).isEqualTo("golang:$VERSION");
    assertThat(build.from().platform()).contains("$BUILDPLATFORM");
    assertThat(build.range()).isEqualTo(range(3, 1, 4, 8));
    assertThat(file.stages().getLast().displayName()).isEqualTo("stage-1");
    assertThat(file.stages().getLast().from().source().keyword()).isEqualTo("from");
  }

  @Test
  void joinsContinuedLinesAndKnowsWhereTheyWere() {
    Instruction.Run run =
        Files.one(
            Instruction.Run.class,
            "  RUN a \\  \n\t# a comment\n   b && \\\n\n    c \\\\\nUSER x\n");

    assertThat(run.source().text()).isEqualTo("RUN a    b &&     c \\\\");
    assertThat(run.command())
        .isEqualTo(new CommandLine.ShellForm("a    b &&     c \\\\", List.of()));
    assertThat(run.source().range()).isEqualTo(range(2, 3, 6, 8));
  }

  @Test
  void tellsOfContinuationsOverEmptyLines() {
    Dockerfile file = Files.parse("FROM a\nCOPY x \\\n\n  y\nCOPY x \\\n  y\n");

    assertThat(file.emptyContinuations()).containsExactly(range(4, 1, 4, 3));
  }

  @Test
  void aFileMayEndInsideAContinuation() {
    assertThat(Files.one(Instruction.Run.class, "RUN a \\").source().text()).isEqualTo("RUN a");
    assertThat(Files.parse("\\\n\\\nFROM a\n\\\n").stages()).hasSize(1);
  }

  @Test
  void readsDirectives() {
    Dockerfile file =
        Files.parse(
            """
            #   sYnTaX = docker/dockerfile:1\s\s
            # escape=`
            # check=skip=all
            FROM a
            """);

    assertThat(file.directives())
        .isEqualTo(
            new Directives(Optional.of("docker/dockerfile:1"), '`', Optional.of("skip=all")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "# a comment\n# escape=`\nFROM a\n",
        "\n# escape=`\nFROM a\n",
        "# unknown=1\n# escape=`\nFROM a\n",
        "#!/usr/bin/env docker\n# escape=`\nFROM a\n",
      })
  void whatComesBehindSomethingElseIsNoDirective(String text) {
    assertThat(Files.parse(text).directives().escape()).isEqualTo('\\');
  }

  @Test
  void theEscapeDirectiveChangesContinuationAndWords() {
    Dockerfile file = Files.parse("# escape=`\nFROM a\nCOPY x c:\\\nENV A=b` c `\n  D=e\n");

    assertThat(file.stages().getFirst().instructions()).hasSize(2);
    Instruction.Env env = (Instruction.Env) file.stages().getFirst().instructions().get(1);
    assertThat(new Expansion('`', Variables.NONE).expand(env))
        .extracting(i -> ((Instruction.Env) i).pairs())
        .isEqualTo(
            List.of(
                new Instruction.Pair("A", "b c", false), new Instruction.Pair("D", "e", false)));
  }

  @Test
  void skipsAByteOrderMarkAndTakesWindowsLineEnds() {
    Dockerfile file = Files.parse("\uFEFFFROM a\r\nRUN b \\\r\n  c\r\n");

    assertThat(file.stages().getFirst().instructions().getFirst().source().text())
        .isEqualTo("RUN b   c");
  }

  @Test
  void commentsBelongToTheInstructionBelow() {
    Dockerfile file =
        Files.parse("FROM a\n# no\n\n# one\n  #two\nARG x\n# no\n#\nARG y\n# yes\nARG z\n");

    assertThat(file.stages().getFirst().instructions())
        .extracting(instruction -> instruction.source().comments())
        .containsExactly(List.of("one", "two"), List.of(), List.of("yes"));
  }

  @Test
  void bytesThatAreNoTextAreTakenInCommentsOnly() {
    byte[] comment = "# caf\u00e9\nFROM a\n".getBytes(StandardCharsets.ISO_8859_1);
    byte[] run = "FROM a\nRUN caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(DockerfileParser.parse(comment).stages()).hasSize(1);
    Refusals.assertRefused(
        () -> DockerfileParser.parse(run), "dockerfile parse error on line 2: invalid UTF-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[\"a\", \"b c\"]            | a,b c",
        "  [ \"a\" , \"\\u0041\\n\" ]  | a,A\\n",
        "[]                          | ",
      })
  void readsTheExecForm(String text, String words) {
    Instruction.Cmd cmd = Files.one(Instruction.Cmd.class, "CMD " + text);

    List<String> expected =
        words == null ? List.of() : List.of(words.replace("\\n", "\n").split(","));
    assertThat(cmd.command()).isEqualTo(new CommandLine.ExecForm(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "['a', 'b']",
        "[\"a\"",
        "[\"a\",]",
        "[\"a\"] b",
        "[ -f x ] && y",
        "[\"a\\x\"]",
        "[01]",
        "[[]",
        "{\"a\": \"b\"}",
      })
  void whatIsNoArrayIsTheShellForm(String text) {
    assertThat(Files.one(Instruction.Cmd.class, "CMD " + text).command())
        .isEqualTo(new CommandLine.ShellForm(text, List.of()));
  }

  private static SourceRange range(int line, int column, int lastLine, int lastColumn) {
    return new SourceRange(new Position(line, column), new Position(lastLine, lastColumn));
  }
}
