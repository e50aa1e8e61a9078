package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.domain.Container.Status;
import dev.varve.container.domain.ContainerEvent.Created;
import dev.varve.container.domain.ContainerEvent.Exited;
import dev.varve.container.domain.ContainerEvent.NetworkConnected;
import dev.varve.container.domain.ContainerEvent.NetworkDisconnected;
import dev.varve.container.domain.ContainerEvent.RemoveRequested;
import dev.varve.container.domain.ContainerEvent.StartFailed;
import dev.varve.container.domain.ContainerEvent.StartRequested;
import dev.varve.container.domain.ContainerEvent.Started;
import dev.varve.container.domain.ContainerEvent.StopRequested;
import dev.varve.container.domain.ContainerEvent.Stopped;
import dev.varve.eventlog.Problem.Code;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunDeciderTest {
  private static final String ID = "c".repeat(64);
  private static final NetworkAttachment NETWORK =
      new NetworkAttachment(
          "bridge", "n1", "e1", "172.17.0.2", 16, "172.17.0.1", "02:42:00:00:00:01");
  private static final Started STARTED = new Started(17, Given.TIME, 1700);
  private static final Exited SEEN = new Exited(3, Given.TIME, false, "");
  private static final Exited EXITED = SEEN.because(ExitCause.of(ExitCause.Kind.EXIT));

  private static Given given(HostSpec host, DomainEvent... more) {
    return Given.nothing()
        .and(
            Subjects.container(ID),
            new Created(ID, "web", Specs.spec(Specs.process("true"), host), "node-1", 1))
        .and(Subjects.container(ID), more);
  }

  private static Given given(DomainEvent... more) {
    return given(Specs.host(), more);
  }

  @Test
  void startRecordsIntentAndAddressTogether() {
    Given given = given();

    given
        .when(facts -> RunDecider.request(facts, ID, StartReason.ASKED, Optional.of(NETWORK)))
        .events(new StartRequested(StartReason.ASKED), new NetworkConnected(NETWORK));

    assertThat(given.container(ID).orElseThrow().status()).isEqualTo(Status.CREATED);
  }

  @Test
  void startOfARunningContainerChangesNothing() {
    Given.Then<Boolean> then =
        given(new StartRequested(StartReason.ASKED), STARTED)
            .when(facts -> RunDecider.request(facts, ID, StartReason.ASKED, Optional.of(NETWORK)));

    then.events();
    assertThat(then.answer()).isFalse();
  }

  @Test
  void startOfAContainerThatIsBeingRemovedIsRefused() {
    given(new RemoveRequested(false, false))
        .when(facts -> RunDecider.request(facts, ID, StartReason.ASKED, Optional.empty()))
        .refused(Code.CONFLICT, "container is marked for removal and cannot be started");
  }

  @Test
  void startOfAnUnknownContainerIsRefused() {
    Given.nothing()
        .when(facts -> RunDecider.request(facts, "nope", StartReason.ASKED, Optional.empty()))
        .refused(Code.NOT_FOUND, "No such container: nope");
  }

  @Test
  void failedStartLeavesItCreatedWithCodeAndError() {
    Given given = given(new StartRequested(StartReason.ASKED), new NetworkConnected(NETWORK));

    given
        .when(facts -> RunDecider.failed(facts, ID, new StartFailed(127, "not found")))
        .events(new StartFailed(127, "not found"), new NetworkDisconnected("bridge", "n1"));

    Container it = given.container(ID).orElseThrow();
    assertThat(it.status()).isEqualTo(Status.CREATED);
    assertThat(it.outcome())
        .isEqualTo(new Container.Outcome(127, "not found", false, ExitCause.UNKNOWN));
  }

  @Test
  void failedStartOfASelfRemovingContainerAsksForItsRemoval() {
    given(Specs.autoRemove(Specs.host()), new StartRequested(StartReason.ASKED))
        .when(facts -> RunDecider.failed(facts, ID, new StartFailed(127, "not found")))
        .events(new StartFailed(127, "not found"), new RemoveRequested(false, true));
  }

  @Test
  void anExitIsCountedOnce() {
    Given given = given(new StartRequested(StartReason.ASKED), STARTED);

    given.when(facts -> RunDecider.exited(facts, ID, SEEN)).events(EXITED);
    given.when(facts -> RunDecider.exited(facts, ID, SEEN)).events();

    Container it = given.container(ID).orElseThrow();
    assertThat(it.status()).isEqualTo(Status.EXITED);
    assertThat(it.outcome().exitCode()).isEqualTo(3);
    assertThat(it.finishedAt()).contains(Given.TIME);
  }

  @Test
  void anExitOfASelfRemovingContainerAsksForItsRemovalInTheSameBatch() {
    given(Specs.autoRemove(Specs.host()), new StartRequested(StartReason.ASKED), STARTED)
        .when(facts -> RunDecider.exited(facts, ID, SEEN))
        .events(EXITED, new RemoveRequested(false, true));
  }

  @Test
  void settlingDisconnectsAndCompletesTheStop() {
    given(
            new StartRequested(StartReason.ASKED),
            new NetworkConnected(NETWORK),
            STARTED,
            new StopRequested(15, 10, StopPurpose.STOP),
            EXITED)
        .when(facts -> RunDecider.settled(facts, ID))
        .events(new NetworkDisconnected("bridge", "n1"), new Stopped());
  }

  @Test
  void aRunningContainerIsNotSettled() {
    given(new StartRequested(StartReason.ASKED), new NetworkConnected(NETWORK), STARTED)
        .when(facts -> RunDecider.settled(facts, ID))
        .events();
  }

  @Test
  void aNewStartForgetsTheLastOutcome() {
    Given given =
        given(
            new StartRequested(StartReason.ASKED),
            STARTED,
            EXITED,
            new StartRequested(StartReason.ASKED),
            STARTED);

    assertThat(given.container(ID).orElseThrow().outcome().exitCode()).isZero();
  }
}
