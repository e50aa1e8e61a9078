package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.domain.Container.Status;
import dev.varve.container.domain.ContainerEvent.Created;
import dev.varve.container.domain.ContainerEvent.Exited;
import dev.varve.container.domain.ContainerEvent.RemoveRequested;
import dev.varve.container.domain.ContainerEvent.RestartCancelled;
import dev.varve.container.domain.ContainerEvent.RestartScheduled;
import dev.varve.container.domain.ContainerEvent.SignalRequested;
import dev.varve.container.domain.ContainerEvent.StartFailed;
import dev.varve.container.domain.ContainerEvent.StartRequested;
import dev.varve.container.domain.ContainerEvent.Started;
import dev.varve.container.domain.ContainerEvent.StopRequested;
import dev.varve.container.domain.ContainerEvent.Stopped;
import dev.varve.eventlog.Problem.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Docker's rules of when a container runs again. */
class RestartsTest {
  private static final String ID = "c".repeat(64);
  private static final Started STARTED = new Started(17, Given.TIME, 1700);

  private static Given running(String policy, int most) {
    return Given.nothing()
        .and(
            Subjects.container(ID),
            new Created(
                ID,
                "web",
                Specs.spec(Specs.process("true"), LifeSpecs.restart(policy, most)),
                "node-1",
                1))
        .and(Subjects.container(ID), new StartRequested(StartReason.ASKED), STARTED);
  }

  private static Exited exit(int code, Duration after) {
    return new Exited(code, Given.TIME.plus(after), false, "");
  }

  /** The run ends, and is followed by another at once, as often as it may. */
  private static Optional<RestartScheduled> end(Given given, int code, Duration after) {
    return given.when(facts -> RunDecider.exited(facts, ID, exit(code, after))).drafts().stream()
        .map(draft -> draft.event())
        .filter(RestartScheduled.class::isInstance)
        .map(RestartScheduled.class::cast)
        .findFirst();
  }

  private static void again(Given given) {
    given.when(facts -> RunDecider.request(facts, ID, StartReason.POLICY, List.of()));
    given.when(facts -> RunDecider.started(facts, ID, STARTED));
  }

  private static Container it(Given given) {
    return given.container(ID).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "'',1,false",
    "no,1,false",
    "always,0,true",
    "always,1,true",
    "unless-stopped,0,true",
    "on-failure,0,false",
    "on-failure,1,true"
  })
  void thePolicyDecidesWithTheExit(String policy, int code, boolean again) {
    Given given = running(policy, 0);

    assertThat(end(given, code, Duration.ZERO).isPresent()).isEqualTo(again);
    assertThat(it(given).status()).isEqualTo(again ? Status.RESTARTING : Status.EXITED);
    assertThat(it(given).restarts().count()).isEqualTo(again ? 1 : 0);
  }

  @Test
  void theBackOffDoublesToAMinuteAndBeginsAnewAfterAGoodRun() {
    Given given = running("always", 0);
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      millis.add(end(given, 1, Duration.ofSeconds(1)).orElseThrow().backOff().toMillis());
      again(given);
    }
    assertThat(millis)
        .containsExactly(
            100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 12800L, 25600L, 51200L, 60000L, 60000L);

    RestartScheduled after = end(given, 1, Duration.ofSeconds(10)).orElseThrow();
    assertThat(after.backOff()).isEqualTo(Duration.ofMillis(100));
    assertThat(after.due()).isEqualTo(Given.TIME.plusSeconds(10).plusMillis(100));
    assertThat(after.attempt()).isEqualTo(13);
  }

  @Test
  void onFailureGivesUpAfterSoMany() {
    Given given = running("on-failure", 2);
    for (int i = 0; i < 2; i++) {
      assertThat(end(given, 3, Duration.ZERO)).isPresent();
      again(given);
    }
    assertThat(end(given, 3, Duration.ZERO)).isEmpty();
    assertThat(it(given).restarts().count()).isEqualTo(2);

    given.when(facts -> RunDecider.request(facts, ID, StartReason.ASKED, List.of()));
    assertThat(it(given).restarts()).isEqualTo(Restarts.NONE);
  }

  @ParameterizedTest
  @CsvSource({"always,true", "unless-stopped,false", "on-failure,true"})
  void aStopByHandIsRememberedUntilTheEngineStarts(String policy, boolean atEngineStart) {
    Given given = running(policy, 0);
    given.when(
        facts -> SignalDecider.stop(facts, ID, "web", OptionalInt.empty(), "", StopPurpose.STOP));

    assertThat(end(given, 143, Duration.ZERO)).isEmpty();
    given.when(facts -> RunDecider.settled(facts, ID));
    var then = given.when(facts -> RunDecider.atEngineStart(facts, ID, Given.TIME));
    assertThat(then.answer()).isEqualTo(atEngineStart);
    assertThat(it(given).status()).isEqualTo(atEngineStart ? Status.RESTARTING : Status.EXITED);
  }

  @Test
  void whatNeverRanIsNotStartedWithTheEngine() {
    Given.nothing()
        .and(
            Subjects.container(ID),
            new Created(
                ID,
                "web",
                Specs.spec(Specs.process("true"), LifeSpecs.restart("always", 0)),
                "node-1",
                1))
        .when(facts -> RunDecider.atEngineStart(facts, ID, Given.TIME))
        .events();
  }

  @Test
  void aStopBetweenTwoRunsCallsTheNextOff() {
    Given given = running("always", 0);
    end(given, 1, Duration.ZERO);

    given
        .when(facts ->
            SignalDecider.stop(facts, ID, "web", OptionalInt.empty(), "", StopPurpose.STOP))
        .events(new RestartCancelled(), new Stopped());
    assertThat(it(given).status()).isEqualTo(Status.EXITED);
    assertThat(it(given).restarts().stopped()).isTrue();
    given.when(facts -> RunDecider.request(facts, ID, StartReason.POLICY, List.of())).events();
  }

  @Test
  void betweenTwoRunsItAnswersAsDockerDoes() {
    Given given = running("always", 0);
    end(given, 1, Duration.ZERO);
    String waiting = "Container " + ID + " is restarting, wait until the container is running";

    given
        .when(facts -> ExecDecider.create(facts, "e".repeat(64), ID, "web", Specs.exec("true")))
        .refused(Code.CONFLICT, waiting);
    given.when(facts -> PauseDecider.pause(facts, ID, "web")).refused(Code.CONFLICT, waiting);
    given
        .when(facts -> RemoveDecider.request(facts, ID, "web", false, false))
        .refused(
            Code.CONFLICT,
            "cannot remove container \"/web\": container is restarting: stop the container before removing or force remove");
    given.when(facts -> RunDecider.request(facts, ID, StartReason.ASKED, List.of())).events();
    given
        .when(facts -> RemoveDecider.request(facts, ID, "web", true, false))
        .events(new RemoveRequested(true, false), new RestartCancelled());
  }

  @Test
  void aKillBetweenTwoRunsCallsTheNextOffToo() {
    Given given = running("always", 0);
    end(given, 1, Duration.ZERO);

    given.when(facts -> SignalDecider.kill(facts, ID, "web", 9)).events(new RestartCancelled());
  }

  @Test
  void aRestartThatTheRuntimeRefusesIsNotTriedAgain() {
    Given given = running("always", 0);
    end(given, 3, Duration.ZERO);
    given.when(facts -> RunDecider.request(facts, ID, StartReason.POLICY, List.of()));

    given
        .when(facts -> RunDecider.failed(facts, ID, new StartFailed(127, "not found")))
        .events(new StartFailed(127, "not found"));
    assertThat(it(given).status()).isEqualTo(Status.EXITED);
    assertThat(it(given).outcome().exitCode()).isEqualTo(3);
    assertThat(it(given).outcome().error()).isEqualTo("not found");
  }

  @Test
  void anEndForARestartIsFollowedByOneWhateverThePolicy() {
    Given given = running("no", 0);
    given.and(Subjects.container(ID), new StopRequested(15, 10, StopPurpose.RESTART));

    RestartScheduled next = end(given, 143, Duration.ZERO).orElseThrow();
    assertThat(next.reason()).isEqualTo(StartReason.RESTART);
    assertThat(next.due()).isEqualTo(Given.TIME);
  }

  @Test
  void aSelfRemovingContainerOutlivesItsRestart() {
    Given given =
        Given.nothing()
            .and(
                Subjects.container(ID),
                new Created(
                    ID,
                    "web",
                    Specs.spec(Specs.process("true"), Specs.autoRemove(Specs.host())),
                    "node-1",
                    1),
                new StartRequested(StartReason.ASKED),
                STARTED,
                new StopRequested(15, 10, StopPurpose.RESTART));

    assertThat(end(given, 143, Duration.ZERO)).isPresent();
    assertThat(it(given).removal()).isEmpty();
    given
        .when(facts ->
            SignalDecider.stop(facts, ID, "web", OptionalInt.empty(), "", StopPurpose.STOP))
        .events(new RestartCancelled(), new Stopped(), new RemoveRequested(false, true));
  }

  @Test
  void whatTheEngineBeganItselfBeginsAgainAfterACrash() {
    Given given = running("always", 0);
    end(given, 1, Duration.ZERO);
    given.when(facts -> RunDecider.request(facts, ID, StartReason.POLICY, List.of()));
    StartFailed failed = new StartFailed(128, "crash");

    given
        .when(facts -> RunDecider.interrupted(facts, ID, failed, Given.TIME))
        .events(failed, new RestartScheduled(StartReason.POLICY, 1, Duration.ZERO, Given.TIME));
  }

  @ParameterizedTest
  @CsvSource({"'',1,true", "SIGTERM,1,false", "SIGTERM,15,true", "SIGTERM,9,true"})
  void aSignalThatIsMeantToEndItEndsItForGood(String stopSignal, int signal, boolean forGood) {
    ProcessSpec process = Specs.process("true");
    ProcessSpec own =
        new ProcessSpec(
            process.entrypoint(),
            process.cmd(),
            process.env(),
            "",
            "",
            false,
            false,
            false,
            false,
            true,
            true,
            stopSignal,
            OptionalInt.empty());
    Given given =
        Given.nothing()
            .and(
                Subjects.container(ID),
                new Created(
                    ID, "web", Specs.spec(own, LifeSpecs.restart("always", 0)), "node-1", 1),
                new StartRequested(StartReason.ASKED),
                STARTED,
                new SignalRequested(signal));

    assertThat(end(given, 1, Duration.ZERO).isEmpty()).isEqualTo(forGood);
  }
}
