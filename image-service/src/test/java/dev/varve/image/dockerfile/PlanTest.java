package dev.varve.image.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {
  private static final String DIAMOND =
      """
      ARG BASE=debian
      FROM $BASE AS base
      FROM base AS left
      FROM base AS right
      RUN --mount=type=bind,from=tools,target=/t --mount=from=left,target=/l true
      FROM busybox AS unused
      FROM scratch AS last
      COPY --from=Left /a /a
      COPY --from=2 /b /b
      COPY --from=nginx:latest /c /c
      """;

  @Test
  void buildsWhatTheTargetNeedsAndNothingElse() {
    Plan plan = Plan.of(Files.parse(DIAMOND), Files.NO_ARGUMENTS);

    assertThat(plan.target()).isEqualTo(4);
    assertThat(plan.steps()).extracting(step -> step.stage().index()).containsExactly(0, 1, 2, 4);
    assertThat(plan.steps())
        .extracting(Plan.Step::needs)
        .containsExactly(Set.of(), Set.of(0), Set.of(0, 1), Set.of(1, 2));
    assertThat(plan.steps())
        .extracting(Plan.Step::base)
        .containsExactly(
            new Plan.Origin.OfImage("debian"),
            new Plan.Origin.OfStage(0),
            new Plan.Origin.OfStage(0),
            new Plan.Origin.Scratch());
  }

  @ParameterizedTest
  @CsvSource({"base, 0", "LEFT, 1", "unused, 3", "3, 3", "'', 4"})
  void takesATargetByNameOrNumber(String target, int index) {
    assertThat(Plan.of(Files.parse(DIAMOND), Files.target(target)).target()).isEqualTo(index);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lefd | target stage \"lefd\" could not be found (did you mean left?)",
        "9    | target stage \"9\" could not be found",
      })
  void refusesATargetThatIsNotThere(String target, String message) {
    Refusals.assertRefused(() -> Plan.of(Files.parse(DIAMOND), Files.target(target)), message);
  }

  @Test
  void knowsWhereFilesComeFrom() {
    Plan plan = Plan.of(Files.parse(DIAMOND), Files.NO_ARGUMENTS);
    Stage last = plan.file().stages().getLast();

    assertThat(last.instructions())
        .extracting(instruction -> plan.origin(last, (Instruction.Copy) instruction))
        .containsExactly(
            new Plan.Origin.OfStage(1),
            new Plan.Origin.OfStage(2),
            new Plan.Origin.OfImage("nginx:latest"));
    Stage right = plan.file().stages().get(2);
    Instruction.Run run = (Instruction.Run) right.instructions().getFirst();
    assertThat(plan.origin(right, run, "tools")).isEqualTo(new Plan.Origin.OfImage("tools"));
    assertThat(plan.origin(right, run, "left")).isEqualTo(new Plan.Origin.OfStage(1));
  }

  @Test
  void aStageNamedLikeItsImageIsBasedOnTheImage() {
    Plan plan = Plan.of(Files.parse("FROM a AS a\nFROM a AS a\n"), Files.NO_ARGUMENTS);

    assertThat(plan.steps())
        .extracting(Plan.Step::base)
        .containsExactly(new Plan.Origin.OfImage("a"), new Plan.Origin.OfStage(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FROM $X~                                 | base name ($X) should not be blank",
        "FROM ${X:?base}~                         | failed to process \"${X:?base}\": X: base",
        "FROM --platform=$X a~                    | empty platform value from expression $X",
        "FROM a AS x~COPY --from=x /a /b~         | circular dependency detected on stage: x",
        "FROM a~COPY --from=0 /a /b~              | circular dependency detected on stage: stage-0",
        "FROM a~COPY --from=1 /a /b~              | invalid stage index 1",
        "FROM a~COPY --from=y /a /b~FROM b AS y~COPY --from=0 / /~ | cannot copy from stage \"y\", it needs to be defined before current stage \"stage-0\"",
        "FROM a AS x~RUN --mount=from=y,target=/y z~FROM x AS y~ | cannot mount from stage \"y\", it needs to be defined before current stage \"x\"",
        "FROM a~COPY --from=$X /a /b~             | variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround",
      })
  void refusesWhatCannotBeBuilt(String text, String message) {
    Dockerfile file = Files.parse(text.replace('~', '\n'));

    assertThat(
            org.assertj.core.api.Assertions.catchThrowableOfType(
                    DockerfileException.class, () -> Plan.of(file, Files.NO_ARGUMENTS))
                .reason())
        .isEqualTo(message);
  }

  @Test
  void triggersOfABaseStageRunFirstAndMayNeedStages() {
    Plan plan =
        Plan.of(
            Files.parse(
                """
                FROM a AS config
                FROM b AS base
                ONBUILD COPY --from=config /x /x
                ONBUILD RUN y
                FROM base
                RUN z
                """),
            Files.NO_ARGUMENTS);

    Plan.Step last = plan.steps().getLast();
    assertThat(last.needs()).containsExactlyInAnyOrder(0, 1);
    assertThat(last.instructions())
        .extracting(instruction -> instruction.source().text())
        .containsExactly("COPY --from=config /x /x", "RUN y", "RUN z");
    assertThat(last.triggers()).allMatch(trigger -> trigger.source().range().firstLine() == 5);
  }

  @Test
  void triggersOfABaseImageAreTakenInWhenTheyAreKnown() {
    Plan plan = Plan.of(Files.parse("FROM a AS config\nFROM b\nRUN z\n"), Files.NO_ARGUMENTS);
    assertThat(plan.steps()).hasSize(1);

    Plan more = plan.withTriggers(1, List.of("RUN --mount=from=config,target=/c y", "USER u"));

    assertThat(more.steps()).extracting(step -> step.stage().index()).containsExactly(0, 1);
    assertThat(more.steps().getLast().instructions()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FROM x       | FROM isn't allowed as an ONBUILD trigger",
        "MAINTAINER x | MAINTAINER isn't allowed as an ONBUILD trigger",
        "ONBUILD RUN x | Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
        "XYZZY        | unknown instruction: XYZZY",
        "RUN a~RUN b  | onbuild trigger should be a single expression",
        "''           | file with no instructions",
      })
  void refusesTriggersThatAreNone(String trigger, String message) {
    Plan plan = Plan.of(Files.parse("# x\nFROM b\n"), Files.NO_ARGUMENTS);

    Refusals.assertRefused(
        () -> plan.withTriggers(0, List.of(trigger.replace('~', '\n'))),
        "dockerfile parse error on line 2: " + message);
  }

  @Test
  void tellsOfArgumentsThatNothingTook() {
    Map<String, String> given =
        Map.of(
            "A",
            "1",
            "B",
            "2",
            "C",
            "3",
            "D",
            "4",
            "http_proxy",
            "5",
            "BUILDKIT_INLINE_CACHE",
            "1",
            "SOURCE_DATE_EPOCH",
            "0",
            "TARGETARCH",
            "x");
    Dockerfile file = Files.parse("ARG A\nFROM a\nARG B\nFROM b\nARG C\n");

    assertThat(Plan.of(file, Files.arguments(given)).unconsumed()).containsExactly("B", "D");
  }

  @Test
  void platformsOfStagesAreExpanded() {
    Plan plan = Plan.of(Files.parse("FROM --platform=$BUILDPLATFORM a\n"), Files.NO_ARGUMENTS);

    assertThat(plan.steps().getFirst().platform()).contains("linux/amd64");
  }
}
