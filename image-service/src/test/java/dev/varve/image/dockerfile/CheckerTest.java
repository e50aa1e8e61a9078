package dev.varve.image.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckerTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "FROM a AS Base | 1 | StageNameCasing: Stage name 'Base' should be lowercase",
        "FROM a as b | 1 | FromAsCasing: 'as' and 'FROM' keywords' casing do not match",
        "from a AS b | 1 | FromAsCasing: 'AS' and 'from' keywords' casing do not match",
        "FROM a~COPY x \\~~ y | 4 | NoEmptyContinuation: Empty continuation line",
        "FROM a~copy x y~COPY x y | 2 | ConsistentInstructionCasing: Command 'copy' should match the case of the command majority (uppercase)",
        "from a~copy x y~Copy x y | 3 | ConsistentInstructionCasing: Command 'Copy' should match the case of the command majority (lowercase)",
        "FROM a AS b~FROM a AS b | 2 | DuplicateStageName: Duplicate stage name \"b\", stage names should be unique",
        "FROM a AS context | 1 | ReservedStageName: Stage name should not use the same name as reserved stage \"context\"",
        "FROM a~CMD x | 2 | JSONArgsRecommended: JSON arguments recommended for CMD to prevent unintended behavior related to OS signals",
        "from a~entrypoint x | 2 | JSONArgsRecommended: JSON arguments recommended for entrypoint to prevent unintended behavior related to OS signals",
        "FROM a~MAINTAINER x | 2 | MaintainerDeprecated: Maintainer instruction is deprecated in favor of using label",
        "FROM a$BILDPLATFORM | 1 | UndefinedArgInFrom: FROM argument 'BILDPLATFORM' is not declared (did you mean BUILDPLATFORM?)",
        "FROM --platform=x$y a | 1 | UndefinedArgInFrom: FROM argument 'y' is not declared",
        "FROM a~WORKDIR app/ | 2 | WorkdirRelativePath: Relative workdir \"app/\" can have unexpected results if the base image changes",
        "FROM a~COPY $foo . | 2 | UndefinedVar: Usage of undefined variable '$foo'",
        "FROM a~ENV PATH=$PAHT:/x | 2 | UndefinedVar: Usage of undefined variable '$PAHT' (did you mean $PATH?)",
        "FROM a~ARG x=$y | 2 | UndefinedVar: Usage of undefined variable '$y'",
        "FROM a~ARG x=$x | 2 | UndefinedVar: Usage of undefined variable '$x'",
        "FROM a~CMD [\"x\"]~CMD [\"y\"] | 2 | MultipleInstructionsDisallowed: Multiple CMD instructions should not be used in the same stage because only the last one will be used",
        "FROM a~ENV a b | 2 | LegacyKeyValueFormat: \"ENV key=value\" should be used instead of legacy \"ENV key value\" format",
        "FROM a~LABEL a b | 2 | LegacyKeyValueFormat: \"LABEL key=value\" should be used instead of legacy \"LABEL key value\" format",
        "FROM --platform=${TARGETPLATFORM} a | 1 | RedundantTargetPlatform: Setting platform to predefined ${TARGETPLATFORM} in FROM is redundant as this is the default behavior",
        "FROM --platform=linux/amd64 a | 1 | FromPlatformFlagConstDisallowed: FROM --platform flag should not use constant value \"linux/amd64\"",
        "FROM a~ARG SECRET_PASSPHRASE | 2 | SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ARG \"SECRET_PASSPHRASE\")",
        "FROM a~ENV git_key= | 2 | SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ENV \"git_key\")",
        "ARG V~FROM a:$V | 2 | InvalidDefaultArgInFrom: Default value for ARG a:$V results in empty or invalid base image name",
        "FROM a~EXPOSE 80/TCP | 2 | ExposeProtoCasing: Defined protocol '80/TCP' in EXPOSE instruction should be lowercase",
        "FROM a~EXPOSE 8080:80 | 2 | ExposeInvalidFormat: EXPOSE instruction should not define an IP address or host-port mapping, found '8080:80'",
        "FROM a~EXPOSE [::1]:8080:80 | 2 | ExposeInvalidFormat: EXPOSE instruction should not define an IP address or host-port mapping, found '[::1]:8080:80'",
      })
  void warnsInDockersWords(String text, int line, String warning) {
    assertThat(warnings(text.replace('~', '\n'), Map.of()))
        .containsExactly(warning + " (line " + line + ")");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM a AS base\nARG foo=x\nFROM base\nCOPY $foo .\n",
        "FROM a\nARG foo\nCOPY x$foo .\n",
        "FROM a\nRUN echo $foo\nCMD [\"$foo\"]\n",
        "ARG base=a\nFROM $base\n",
        "ARG DEBUG\nFROM a${DEBUG}\n",
        "ARG DEBUG\nFROM a${DEBUG:-b}\n",
        "FROM a AS x\nWORKDIR /app\nFROM x\nWORKDIR sub\n",
        "FROM a\nSHELL [\"/bin/bash\", \"-c\"]\nCMD x\n",
        "FROM a AS x\nSHELL [\"/bin/bash\", \"-c\"]\nFROM x\nCMD x\n",
        "FROM --platform=linux/amd64 a AS my_amd64_stage\n",
        "FROM a\nENV PUBLIC_KEY= password_file=x AUTH_VERSION=1 keyboard=x\n",
        "FROM a\nCMD [\"x\"]\nFROM b\nCMD [\"x\"]\n",
        "from a as b\ncopy x y\n",
        "FROM a\nRUN <<'EOT'\nenv\nEOT\n",
        "FROM a\nEXPOSE 80 53/udp\n",
        "# anything\nFROM a AS b\n# anything\nARG c\n",
      })
  void saysNothingAboutWhatIsGood(String text) {
    assertThat(warnings(text, Map.of())).isEmpty();
  }

  @Test
  void optionsOfTheFileAndOfAnInstructionAreHeard() {
    assertThat(warnings("# check=skip=StageNameCasing,FromAsCasing\nFROM a as B\n", Map.of()))
        .isEmpty();
    assertThat(warnings("# check=skip=all\nFROM a as B\n", Map.of())).isEmpty();
    assertThat(
            warnings(
                "FROM a\n# check=skip=SecretsUsedInArgOrEnv // well known\nENV key=x\nENV key=y\n",
                Map.of()))
        .hasSize(1);
    assertThat(warnings("FROM a\n# check=skip=all\nWORKDIR app\n", Map.of())).isEmpty();
  }

  @Test
  void aBuildArgumentWinsOverTheFilesOptions() {
    Map<String, String> given = Map.of("BUILDKIT_DOCKERFILE_CHECK", "skip=FromAsCasing");

    assertThat(warnings("# check=skip=all\nFROM a as B\n", given))
        .containsExactly("StageNameCasing: Stage name 'B' should be lowercase (line 2)");
  }

  @Test
  void descriptionsAreCheckedOnDemand() {
    String text =
        """
        # check=experimental=InvalidDefinitionDescription
        # bar this is the bar
        ARG foo=bar
        # BasE this is the BasE image
        FROM a AS base
        # bit is good
        ARG bit=bat
        # definitely a bad comment
        ARG foo=baz bar=qux
        """;

    assertThat(warnings(text, Map.of()))
        .containsExactly(
            "InvalidDefinitionDescription: Comment for ARG should follow the format: `# foo"
                + " <description>` (line 3)",
            "InvalidDefinitionDescription: Comment for FROM should follow the format: `# base"
                + " <description>` (line 5)",
            "InvalidDefinitionDescription: Comment for ARG should follow the format: `# <arg_key>"
                + " <description>` (line 9)");
  }

  @Test
  void aFileMayWantToFail() {
    assertThat(report("# check=error=true\nFROM a as B\n", Files.input()).violation())
        .contains("lint violation found for rules: FromAsCasing, StageNameCasing");
    assertThat(report("# check=skip=all;error=true\nFROM a as B\n", Files.input()).violation())
        .isEmpty();
    assertThat(report("FROM a as B\n", Files.input()).violation()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "foo       | invalid check option \"foo\"",
        "foo=bar   | invalid check option \"foo\"",
        "error=yes | failed to parse check option \"error=yes\"",
      })
  void refusesOptionsThatAreNone(String option, String message) {
    Refusals.assertRefused(
        () -> report("# check=" + option + "\nFROM a\n", Files.input()),
        "failed to parse check options: " + message);
  }

  @Test
  void ignoredSourcesAreToldOf() {
    assertThat(ignoring("Dockerfile\n", "COPY Dockerfile .\nADD ./Dockerfile /x\nCOPY src ."))
        .containsExactly(
            "CopyIgnoredFile: Attempting to Copy file \"Dockerfile\" that is excluded by"
                + " .dockerignore (line 2)",
            "CopyIgnoredFile: Attempting to Add file \"Dockerfile\" that is excluded by"
                + " .dockerignore (line 3)");
    assertThat(ignoring("*\n", "COPY . .")).hasSize(1);
    assertThat(ignoring(".*\n", "COPY . .")).isEmpty();
    assertThat(ignoring("*\n!x\n", "COPY Dockerfile .")).isEmpty();
    assertThat(ignoring("*\n", "COPY --from=a x /\nADD https://x/y /")).isEmpty();
  }

  @Test
  void knowsTheVariablesOfBaseImages() {
    CheckInput known =
        input(Optional.of(new CheckInput.BaseImage(List.of("V=1"), true, Optional.empty())));
    CheckInput unknown = input(Optional.empty());

    assertThat(report("FROM a\nUSER $V\nCMD x\n", known).warnings()).isEmpty();
    assertThat(report("FROM a\nUSER $W\n", known).warnings()).hasSize(1);
    assertThat(report("FROM a\nUSER $W\n", unknown).warnings()).isEmpty();
  }

  @Test
  void basesOfOtherPlatformsAreToldOf() {
    Optional<CheckInput.Misfit> misfit =
        Optional.of(new CheckInput.Misfit("linux/arm64", "linux/amd64"));
    CheckInput other = input(Optional.of(new CheckInput.BaseImage(List.of(), false, misfit)));

    assertThat(report("ARG V=1\nFROM a:$V AS b\nFROM b\nFROM scratch\n", other).warnings())
        .extracting(Warning::line)
        .containsExactly(
            "InvalidBaseImagePlatform: Base image a:1 was pulled with platform \"linux/arm64\","
                + " expected \"linux/amd64\" for current build (line 2)");
    assertThat(report("# check=skip=InvalidBaseImagePlatform\nFROM a\n", other).warnings())
        .isEmpty();
  }

  @Test
  void unneededStagesAreCheckedOnDemand() {
    Plan plan = Plan.of(Files.parse("FROM a\nWORKDIR x\nFROM b\n"), Files.NO_ARGUMENTS);

    assertThat(Checker.check(plan, Files.input()).warnings()).isEmpty();
    assertThat(Checker.checkAll(plan, Files.input()).warnings()).hasSize(1);
  }

  @Test
  void mistakesComeWithWhatWasFoundBefore() {
    CheckReport report = report("FROM a AS B\nEXPOSE 99999\n", Files.input());

    assertThat(report.warnings()).hasSize(1);
    assertThat(report.mistake().orElseThrow())
        .hasMessage("dockerfile parse error on line 2: invalid containerPort: 99999");
  }

  @Test
  void namesItsPages() {
    assertThat(Check.JSON_ARGS_RECOMMENDED.url())
        .isEqualTo("https://docs.docker.com/go/dockerfile/rule/json-args-recommended/");
  }

  private static List<String> ignoring(String ignoreFile, String text) {
    CheckInput input =
        new CheckInput(
            PathPatterns.ofIgnoreFile(ignoreFile.getBytes(StandardCharsets.UTF_8)),
            step -> Optional.empty(),
            text2 -> true);
    return report("FROM a\n" + text + "\n", input).warnings().stream().map(Warning::line).toList();
  }

  private static CheckInput input(Optional<CheckInput.BaseImage> image) {
    return new CheckInput(PathPatterns.NONE, step -> image, text -> true);
  }

  private static List<String> warnings(String text, Map<String, String> given) {
    Plan plan = Plan.of(Files.parse(text), Files.arguments(given));
    return Checker.checkAll(plan, Files.input()).warnings().stream().map(Warning::line).toList();
  }

  private static CheckReport report(String text, CheckInput input) {
    return Checker.checkAll(Plan.of(Files.parse(text), Files.NO_ARGUMENTS), input);
  }
}
