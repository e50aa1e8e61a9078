package dev.varve.image.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntaxErrorTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "XYZZY bar                   | 1  | unknown instruction: XYZZY",
        "FOO bar                     | 1  | unknown instruction: FOO (did you mean FROM?)",
        "FRM bar                     | 1  | unknown instruction: FRM (did you mean FROM?)",
        "cpoy a b                    | 1  | unknown instruction: cpoy (did you mean copy?)",
        "FROM                        | 1  | FROM requires either one or three arguments",
        "FROM a b                    | 6  | FROM requires either one or three arguments",
        "FROM a is b                 | 6  | FROM requires either one or three arguments",
        "FROM a AS 1b                | 11 | invalid name for build stage: \"1b\", name can't start with a number or contain symbols",
        "FROM --platfrm=x a          | 6  | unknown flag: --platfrm (did you mean platform?)",
        "RUN --mount x               | 5  | missing a value on flag: --mount",
        "RUN --network=x y           | 5  | invalid network mode \"x\"",
        "RUN --security=x y          | 5  | security \"x\" is not valid",
        "RUN --device=x y            | 5  | RUN --device is not supported",
        "RUN --mount=type=x y        | 5  | unsupported mount type \"x\"",
        "RUN --mount=from=$x y       | 5  | 'from' doesn't support variable expansion, define alias stage instead",
        "RUN [\"a\", 1]              | 5  | when using JSON array syntax, arrays must be comprised of strings only",
        "COPY a                      | 6  | COPY requires at least two arguments, but only one was provided. Destination could not be determined",
        "COPY [\"a\"]                | 6  | COPY requires at least two arguments, but only one was provided. Destination could not be determined",
        "COPY --link=maybe a b       | 6  | expecting boolean value for flag --link, not: maybe",
        "COPY --link= a b            | 6  | missing a value on flag: --link",
        "COPY --chown=a --chown=b c d | 16 | duplicate flag specified: --chown",
        "COPY --checksum=x a b       | 6  | unknown flag: --checksum",
        "ADD --from=x a b            | 5  | unknown flag: --from",
        "COPY a <<EOF                | 8  | unterminated heredoc",
        "ENV                         | 1  | ENV requires at least one argument",
        "ENV a                       | 5  | ENV must have two arguments",
        "ENV a=b c                   | 9  | Syntax error - can't find = in \"c\". Must be of the form: name=value",
        "ENV =b                      | 5  | ENV names can not be blank",
        "LABEL a=b =c                | 11 | LABEL names can not be blank",
        "ARG                         | 1  | ARG requires at least one argument",
        "ARG a =b                    | 7  | ARG names can not be blank",
        "CMD --x y                   | 5  | unknown flag: --x",
        "EXPOSE                      | 1  | EXPOSE requires at least one argument",
        "USER                        | 1  | USER requires exactly one argument",
        "WORKDIR                     | 1  | WORKDIR requires exactly one argument",
        "STOPSIGNAL                  | 1  | STOPSIGNAL requires exactly one argument",
        "MAINTAINER                  | 1  | MAINTAINER requires exactly one argument",
        "VOLUME                      | 1  | VOLUME requires at least one argument",
        "VOLUME [\"a\", \" \"]       | 8  | VOLUME specified can not be an empty string",
        "SHELL sh -c                 | 7  | SHELL requires the arguments to be in JSON form",
        "SHELL []                    | 7  | SHELL requires at least one argument",
        "HEALTHCHECK                 | 1  | HEALTHCHECK requires at least one argument",
        "HEALTHCHECK NONE x          | 13 | HEALTHCHECK NONE takes no arguments",
        "HEALTHCHECK CMD             | 13 | Missing command after HEALTHCHECK CMD",
        "HEALTHCHECK foo x           | 13 | Unknown type \"FOO\" in HEALTHCHECK (try CMD)",
        "HEALTHCHECK --retries=x CMD y | 13 | strconv.ParseInt: parsing \"x\": invalid syntax",
        "HEALTHCHECK --retries=9999999999 CMD y | 13 | strconv.ParseInt: parsing \"9999999999\": value out of range",
        "HEALTHCHECK --retries=-1 CMD y | 13 | --retries cannot be negative (-1)",
        "HEALTHCHECK --interval=5 CMD y | 13 | time: missing unit in duration \"5\"",
        "HEALTHCHECK --interval=5x CMD y | 13 | time: unknown unit \"x\" in duration \"5x\"",
        "HEALTHCHECK --interval=x CMD y | 13 | time: invalid duration \"x\"",
        "HEALTHCHECK --timeout=1us CMD y | 13 | Interval \"timeout\" cannot be less than 1ms",
        "ONBUILD                     | 1  | ONBUILD requires at least one argument",
        "ONBUILD ONBUILD RUN x       | 9  | Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
        "ONBUILD from x              | 9  | FROM isn't allowed as an ONBUILD trigger",
        "ONBUILD MAINTAINER x        | 9  | MAINTAINER isn't allowed as an ONBUILD trigger",
      })
  void refusesInDockersWordsAtTheSpot(String line, int column, String message) {
    DockerfileException e = refusal("FROM base\n" + line + "\n");

    assertThat(e).hasMessage("dockerfile parse error on line 2: " + message);
    assertThat(e.reason()).isEqualTo(message);
    assertThat(e.position()).isEqualTo(new Position(2, column));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "RUN x                       | dockerfile parse error on line 1: no build stage in current context",
        "ARG x                       | dockerfile contains no stages to build",
        "# only a comment            | file with no instructions",
        "# escape=x                  | dockerfile parse error on line 1: invalid escape token 'x' does not match ` or \\",
        "# escape=`~#escape=`~FROM a | dockerfile parse error on line 2: only one escape parser directive can be used",
      })
  void refusesFilesThatAreNone(String text, String message) {
    assertThat(refusal(text.replace('~', '\n'))).hasMessage(message);
  }

  @Test
  void pointsToTheSpotInsideOfAContinuedInstruction() {
    DockerfileException e =
        refusal("FROM base\nENV a=b \\\n    c=d \\\n\te\nUSER x\nUSER y\nUSER z\n");

    assertThat(e.position()).isEqualTo(new Position(4, 2));
    assertThat(e.excerpt())
        .isEqualTo(
            """
            --------------------
               2 |     ENV a=b \\
               3 |         c=d \\
               4 | >>> \te
                 |     \t^
               5 |     USER x
               6 |     USER y
            --------------------
            """);
  }

  @Test
  void pointsIntoLongLines() {
    DockerfileException e = refusal("FROM " + "a".repeat(500) + " b\n");

    assertThat(e.position()).isEqualTo(new Position(1, 6));
    DockerfileException far = refusal("FROM a\nENV " + "a=b ".repeat(500) + "c\n");
    assertThat(far.position()).isEqualTo(new Position(2, 2005));
    assertThat(far.excerpt().lines()).allMatch(line -> line.length() < 150);
  }

  private static DockerfileException refusal(String text) {
    DockerfileException e =
        catchThrowableOfType(DockerfileException.class, () -> Files.parse(text));
    assertThat(e).isNotNull();
    return e;
  }
}
