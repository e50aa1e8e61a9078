package dev.varve.image.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpansionTest {
  private static final Map<String, String> VARIABLES =
      Map.of(
          "HOME", "/home",
          "NULL", "",
          "F", "foobarbaz",
          "P", "/a/b.tar.gz",
          "STAR", "a*b?c\\d",
          "TEXT", "${HOME} $HOME",
          "한", "국",
          "1", "one");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "a$HOME                  | a/home",
        "$HOMEx                  | ",
        "${HOME}x                | /homex",
        "$                       | $",
        "$.                      | $.",
        "a$1x                    | aonex",
        "$$x                     | x",
        "$@                      | ",
        "$한                     | 국",
        "$TEXT                   | ${HOME} $HOME",
        "\\$HOME                 | $HOME",
        "\\${HOME}               | ${HOME}",
        "\\\\$HOME               | \\/home",
        "a\\                     | a",
        "\"a\\tb\\\"\\$HOME\\\\\" | a\\tb\"$HOME\\",
        "'$HOME \\'              | $HOME \\",
        "\"it's\"                | it's",
        "'a'\"b\"c               | abc",
        "${X:-w}                 | w",
        "${NULL:-w}              | w",
        "${NULL-w}               | ",
        "${X-w}                  | w",
        "${HOME:-w}              | /home",
        "${HOME:+w}              | w",
        "${NULL:+w}              | ",
        "${NULL+w}               | w",
        "${X+w}                  | ",
        "${X:-${Y:-$HOME}}       | /home",
        "${X:-\"a }\"}           | a }",
        "${X:-\\}}               | }",
        "${X:-a b}               | a b",
        "${HOME:?e}              | /home",
        "${NULL?e}               | ",
        "${F#f*b}                | arbaz",
        "${F##f*b}               | az",
        "${F%b*}                 | foobar",
        "${F%%b*}                | foo",
        "${F#x}                  | foobarbaz",
        "${F#}                   | foobarbaz",
        "${F#*}                  | foobarbaz",
        "${F##*}                 | ",
        "${F%?}                  | foobarba",
        "${P##*/}                | b.tar.gz",
        "${P%%.*}                | /a/b",
        "${P%.*}                 | /a/b.tar",
        "${F/ba/fo}              | fooforbaz",
        "${F//ba/fo}             | fooforfoz",
        "${F/o*b/-}              | f-az",
        "${F//?/x}               | xxxxxxxxx",
        "${F/o/}                 | fobarbaz",
        "${F//o/}                | fbarbaz",
        "${P/\\//-}              | -a/b.tar.gz",
        "${P//\\//-}             | -a-b.tar.gz",
        "${F/$X/y}               | foobarbaz",
        "${X/a/b}                | ",
        "${X#a}                  | ",
        "${STAR#a\\*}            | b?c\\d",
        "${STAR%\\\\d}           | a*b?c",
        "${STAR/\\?/!}           | a*b!c\\d",
        "he${                    | error: syntax error: missing '}'",
        "${HOME                  | error: syntax error: missing '}'",
        "${HOME:-x               | error: syntax error: missing '}'",
        "${F/o                   | error: syntax error: missing '/' in ${}",
        "${F/o/x                 | error: syntax error: missing '}'",
        "${}                     | error: syntax error: bad substitution",
        "${:x}                   | error: syntax error: bad substitution",
        "${{x}}                  | error: syntax error: bad substitution",
        "${HOME=x}               | error: unsupported modifier (=) in substitution",
        "${HOME:=x}              | error: unsupported modifier (:=) in substitution",
        "${HOME:#x}              | error: unsupported modifier (:#) in substitution",
        "${HOME.}                | error: unsupported modifier (.) in substitution",
        "${X?}                   | error: X: is not allowed to be unset",
        "${NULL:?}               | error: NULL: is not allowed to be empty",
        "${X:?no X}              | error: X: no X",
        "${F#\\a}                | error: invalid pattern (\\a) in substitution: invalid escape '\\a'",
        "\"a                     | error: unexpected end of statement while looking for matching double-quote",
        "'a                      | error: unexpected end of statement while looking for matching single-quote",
        "\"a\\\"                 | error: unexpected end of statement while looking for matching double-quote",
      })
  void expandsAsDockerDoes(String text, String expected) {
    assertThat(Files.expanded(text, VARIABLES)).isEqualTo(expected == null ? "" : expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "a$BLANKS            | a,b,c",
        "a\"$BLANKS\"        | a b  c",
        "$BLANKS'd e'        | b,cd e",
        "80 $NONE 81         | 80,81",
        "a\\ b               | a b",
      })
  void cutsValuesIntoWordsWhereTheReferenceSaysSo(String text, String words) {
    Instruction.Expose expose = Files.one(Instruction.Expose.class, "EXPOSE 1");
    Expansion expansion = new Expansion('\\', Variables.of(Map.of("BLANKS", " b  c")));
    Instruction.Expose spec = new Instruction.Expose(expose.source(), List.of(text));

    assertThat(((Instruction.Expose) expansion.expand(spec)).ports())
        .isEqualTo(List.of(words.split(",")));
  }

  @Test
  void expandsEveryInstructionThatHasVariables() {
    Expansion expansion = new Expansion('\\', Variables.of(Map.of("A", "1")));

    assertThat(
            List.of(
                "ENV x$A=$A",
                "LABEL \"l $A\"=$A",
                "EXPOSE $A",
                "USER $A",
                "VOLUME $A",
                "WORKDIR /$A",
                "STOPSIGNAL $A",
                "COPY --chown=$A --chmod=$A $A /$A",
                "ADD --checksum=$A --exclude=$A $A /$A",
                "RUN $A",
                "CMD $A",
                "ENTRYPOINT [\"$A\"]",
                "ONBUILD USER $A",
                "HEALTHCHECK CMD $A"))
        .extracting(text ->
            expansion
                .expand(Files.one(Instruction.class, text))
                .toString()
                .replaceFirst("source=Source\\[.*comments=\\[\\]\\], ", ""))
        .containsExactly(
            "Env[pairs=[Pair[key=x1, value=1, legacy=false]]]",
            "Label[pairs=[Pair[key=l 1, value=1, legacy=false]]]",
            "Expose[ports=[1]]",
            "User[user=1]",
            "Volume[paths=[1]]",
            "Workdir[path=/1]",
            "StopSignal[signal=1]",
            "Copy[transfer=Transfer[paths=[1], documents=[], destination=/1, owner=Optional[1],"
                + " mode=Optional[1], link=false, excludes=[]], from=Optional.empty,"
                + " parents=false]",
            "Add[transfer=Transfer[paths=[1], documents=[], destination=/1, owner=Optional.empty,"
                + " mode=Optional.empty, link=false, excludes=[$A]], checksum=Optional[1],"
                + " keepGitDir=Optional.empty, unpack=Optional.empty]",
            "Run[command=ShellForm[text=$A, documents=[]], mounts=[], network=DEFAULT,"
                + " security=SANDBOX]",
            "Cmd[command=ShellForm[text=$A, documents=[]]]",
            "Entrypoint[command=ExecForm[words=[$A]]]",
            "OnBuild[trigger=USER $A]",
            "HealthCheck[test=[CMD-SHELL, $A], intervalNanos=0, timeoutNanos=0,"
                + " startPeriodNanos=0, startIntervalNanos=0, retries=0]");
  }

  @Test
  void saysWhereAndWhatDidNotExpand() {
    Instruction user = Files.one(Instruction.User.class, "USER ${X:?no user}");

    Refusals.assertRefused(
        () -> new Expansion('\\', Variables.NONE).expand(user),
        "dockerfile parse error on line 2: failed to process \"${X:?no user}\": X: no user");
  }

  @Test
  void aLineOfEnvSeesTheEnvironmentBeforeIt() {
    Map<String, String> variables = new HashMap<>(Map.of("abc", "hello"));
    Instruction.Env env = Files.one(Instruction.Env.class, "ENV abc=bye def=$abc");

    assertThat(((Instruction.Env) new Expansion('\\', Variables.of(variables)).expand(env)).pairs())
        .extracting(Instruction.Pair::value)
        .containsExactly("bye", "hello");
  }
}
