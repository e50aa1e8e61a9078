package dev.varve.image.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HereDocumentTest {
  private static final List<String> SHELL = List.of("/bin/sh", "-c");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "<<EOF       | EOF  | true  | false | 0",
        "<<-EOF      | EOF  | true  | true  | 0",
        "<<'EOF'     | EOF  | false | false | 0",
        "<<\"EOF\"   | EOF  | false | false | 0",
        "<<E'O'F     | EOF  | false | false | 0",
        "<<-\"E O\"  | E O  | false | true  | 0",
        "<< EOF      | EOF  | true  | false | 0",
        "3<<EOF      | EOF  | true  | false | 3",
        "<<$x        | $x   | true  | false | 0",
      })
  void readsMarks(String mark, String name, boolean expands, boolean strips, int descriptor) {
    assertThat(HereDocuments.marks("RUN cat " + mark + " > f"))
        .containsExactly(new HereDocument(name, expands, strips, "", descriptor));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a<<EOF", "<<<EOF", "'<<EOF'", "\\<<EOF", "<< ", "it's <<EOF", "\"<<EOF\""})
  void whatOnlyLooksLikeAMarkIsNone(String text) {
    assertThat(HereDocuments.marks("RUN " + text)).isEmpty();
  }

  @Test
  void contentsFollowInTheOrderOfTheirMarks() {
    Dockerfile file =
        Files.parse(
            """
            FROM a
            RUN <<A cat > f && <<-B cat \\
              > g
            # no comment \\
            a
            A
            \tb
            \t\tB
            USER x
            """);

    Instruction.Run run = (Instruction.Run) file.stages().getFirst().instructions().getFirst();
    CommandLine.ShellForm form = (CommandLine.ShellForm) run.command();
    assertThat(form.text()).isEqualTo("<<A cat > f && <<-B cat   > g");
    assertThat(form.documents())
        .extracting(HereDocument::content)
        .containsExactly("# no comment \\\na\n", "\tb\n");
    assertThat(form.documents().getLast().text()).isEqualTo("b\n");
    assertThat(run.source().range().lastLine()).isEqualTo(8);
    assertThat(Invocation.of(form, SHELL).words().getLast())
        .isEqualTo("<<A cat > f && <<-B cat   > g\n# no comment \\\na\nA\n\tb\nB");
    assertThat(file.stages().getFirst().instructions()).hasSize(2);
  }

  @Test
  void aLoneDocumentIsTheShellsCommand() {
    assertThat(invocation("RUN <<-'E'\n\techo $x\n\tE\n"))
        .isEqualTo(
            new Invocation(List.of("/bin/sh", "-c", "echo $x\n"), java.util.Optional.empty()));
  }

  @Test
  void aLoneDocumentWithAnInterpreterIsAScript() {
    assertThat(invocation("RUN <<E\n#!/usr/bin/python3\nprint(1)\nE\n"))
        .isEqualTo(
            new Invocation(
                List.of("/dev/pipes/E"),
                java.util.Optional.of(
                    new Invocation.Script("/dev/pipes/E", "#!/usr/bin/python3\nprint(1)\n"))));
  }

  @Test
  void aDocumentForAProgramIsTheShellsToRead() {
    assertThat(invocation("RUN <<E python3\nprint(1)\nE\n").words())
        .containsExactly("/bin/sh", "-c", "<<E python3\nprint(1)\nE");
  }

  private static Invocation invocation(String text) {
    return Invocation.of(Files.one(Instruction.Run.class, text).command(), SHELL);
  }

  @Test
  void copyTakesDocumentsAsFilesAndExpandsThem() {
    Instruction.Copy copy =
        Files.one(
            Instruction.Copy.class,
            "COPY a <<x <<-\"y\" /dst/$A/\n'$A' \"\\$A\" ${B:-c}\nx\n\t$A\ny\n");

    assertThat(copy.transfer().paths()).containsExactly("a");
    Transfer expanded =
        ((Instruction.Copy) new Expansion('\\', Variables.of(Map.of("A", "1"))).expand(copy))
            .transfer();
    assertThat(expanded.destination()).isEqualTo("/dst/1/");
    assertThat(expanded.documents())
        .extracting(HereDocument::name, HereDocument::text)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("x", "'1' \"$A\" c\n"),
            org.assertj.core.groups.Tuple.tuple("y", "$A\n"));
  }

  @Test
  void otherInstructionsAndTheExecFormHaveNone() {
    assertThat(
            Files.parse("FROM a\nCMD cat <<E\nRUN [\"cat\", \"<<E\"]\n")
                .stages()
                .getFirst()
                .instructions())
        .hasSize(2);
  }

  @Test
  void triggersKeepTheirDocuments() {
    Instruction.OnBuild onBuild =
        Files.one(Instruction.OnBuild.class, "ONBUILD RUN <<-E cat\n\ta\n\tE\n");

    assertThat(onBuild.trigger()).isEqualTo("RUN <<-E cat\n\ta\nE");
    Instruction.Run run =
        (Instruction.Run) DockerfileParser.parseInstructions(onBuild.trigger()).getFirst();
    assertThat(((CommandLine.ShellForm) run.command()).documents()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"x, x", "a/b, b", "../../etc/passwd, passwd", "/, /"})
  void aNameThatIsAPathIsNoWayOut(String name, String fileName) {
    assertThat(new HereDocument(name, true, false, "", 0).fileName()).isEqualTo(fileName);
  }
}
