package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.domain.ContainerEvent.Created;
import dev.varve.container.domain.ContainerEvent.RemoveRequested;
import dev.varve.container.domain.ContainerEvent.Removed;
import dev.varve.container.domain.ContainerEvent.Renamed;
import dev.varve.container.domain.ContainerEvent.SignalRequested;
import dev.varve.container.domain.ContainerEvent.StartRequested;
import dev.varve.container.domain.ContainerEvent.Started;
import dev.varve.container.domain.ContainerEvent.StopRequested;
import dev.varve.container.domain.ExecEvent.ExecCreated;
import dev.varve.container.domain.ExecEvent.ExecRemoved;
import dev.varve.container.domain.NameEvent.NameClaimed;
import dev.varve.container.domain.NameEvent.NameReleased;
import dev.varve.container.domain.RemoveDecider.Next;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.Problem.Code;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RemovalAndNamesTest {
  private static final String ID = "c".repeat(64);
  private static final String EXEC = "e".repeat(64);
  private static final Started STARTED = new Started(17, Given.TIME, 1700);

  private static Given given(DomainEvent... more) {
    return Given.nothing()
        .and(Subjects.name("web"), new NameClaimed("web", ID))
        .and(Subjects.container(ID), new Created(ID, "web", Specs.spec(), "node-1", 1))
        .and(Subjects.container(ID), more);
  }

  @Test
  void aTakenNameIsRefusedWithItsHoldersFullId() {
    given()
        .when(facts -> CreateDecider.claim(facts, "web", "d".repeat(64)))
        .refused(
            Code.CONFLICT,
            "Conflict. The container name \"/web\" is already in use by container \""
                + ID
                + "\". You have to remove (or rename) that container to be able to reuse that name.");
  }

  @Test
  void aContainerComesWithItsName() {
    Given.nothing()
        .when(facts -> CreateDecider.create(facts, ID, "web", Specs.spec(), "node-1"))
        .events(new NameClaimed("web", ID), new Created(ID, "web", Specs.spec(), "node-1", 1));
    Given half = Given.nothing().and(Subjects.name("web"), new NameClaimed("web", ID));
    half.when(facts -> CreateDecider.create(facts, ID, "web", Specs.spec(), "node-1"))
        .events(new Created(ID, "web", Specs.spec(), "node-1", 1));
  }

  @Test
  void aContainerThatLostItsNameToAnotherNodeIsTakenBack() {
    Given.Then<Optional<Problem>> then =
        Given.nothing()
            .and(Subjects.name("web"), new NameClaimed("web", "d".repeat(64)))
            .and(Subjects.container(ID), new Created(ID, "web", Specs.spec(), "node-1", 1))
            .when(facts -> CreateDecider.create(facts, ID, "web", Specs.spec(), "node-1"));
    then.events(new Removed());
    assertThat(then.answer()).get().extracting(Problem::code).isEqualTo(Code.CONFLICT);
  }

  @Test
  void namesThatNoContainerCanHaveAreRefused() {
    for (String name : List.of("a", "", "-x", "a b", "a/b", "é1", "..", "a\0b")) {
      Given.nothing()
          .when(facts -> CreateDecider.claim(facts, name, ID))
          .refused(
              Code.INVALID,
              "Invalid container name (" + name + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    }
  }

  @Test
  void aClaimWithoutItsContainerIsGivenBack() {
    Given given = Given.nothing().and(Subjects.name("web"), new NameClaimed("web", ID));

    given
        .when(facts -> CreateDecider.releaseOrphan(facts, "web", ID))
        .events(new NameReleased("web", ID));
    given().when(facts -> CreateDecider.releaseOrphan(facts, "web", ID)).events();
  }

  @Test
  void aRunningContainerIsRemovedByForceOnly() {
    given(new StartRequested(StartReason.ASKED), STARTED)
        .when(facts -> RemoveDecider.request(facts, ID, "web", false, false))
        .refused(
            Code.CONFLICT,
            "cannot remove container \"/web\": container is running: stop the container before removing or force remove");

    Given.Then<Next> forced =
        given(new StartRequested(StartReason.ASKED), STARTED)
            .when(facts -> RemoveDecider.request(facts, ID, "web", true, true));
    forced.events(new RemoveRequested(true, true), new SignalRequested(9));
    assertThat(forced.answer()).isEqualTo(Next.KILL);
  }

  @Test
  void aSecondRemovalIsRefusedOrJoins() {
    given(new RemoveRequested(false, false))
        .when(facts -> RemoveDecider.request(facts, ID, "web", false, false))
        .refused(Code.CONFLICT, "removal of container web is already in progress");

    Given.Then<Next> forced =
        given(new RemoveRequested(false, false))
            .when(facts -> RemoveDecider.request(facts, ID, "web", true, false));
    forced.events();
    assertThat(forced.answer()).isEqualTo(Next.JOIN);
  }

  @Test
  void aRemovalTakesExecsAndNameWithIt() {
    Given given =
        given(new RemoveRequested(false, false))
            .and(Subjects.exec(EXEC), new ExecCreated(EXEC, ID, Specs.exec("true")));

    given
        .when(facts -> RemoveDecider.complete(facts, ID, "web", List.of(EXEC)))
        .events(new ExecRemoved(), new Removed(), new NameReleased("web", ID));
    given.when(facts -> RemoveDecider.complete(facts, ID, "web", List.of(EXEC))).events();

    assertThat(given.name("web")).isEmpty();
  }

  @Test
  void aRemovalOfWhichOnlyThePartCountedIsCompleted() {
    Given nameFirst =
        given(new RemoveRequested(false, false))
            .and(Subjects.name("web"), new NameReleased("web", ID));
    nameFirst
        .when(facts -> RemoveDecider.complete(facts, ID, "web", List.of()))
        .events(new Removed());

    Given containerFirst = given(new RemoveRequested(false, false), new Removed());
    containerFirst
        .when(facts -> RemoveDecider.complete(facts, ID, "web", List.of()))
        .events(new NameReleased("web", ID));
  }

  @Test
  void renamingClaimsTheNewNameAndReleasesTheOld() {
    Given given = given();

    given.when(facts -> CreateDecider.claim(facts, "shop", ID)).events(new NameClaimed("shop", ID));
    given
        .when(facts -> RenameDecider.rename(facts, ID, "web", "shop"))
        .events(new Renamed("web", "shop"), new NameReleased("web", ID));

    assertThat(given.container(ID).orElseThrow().name()).isEqualTo("shop");
  }

  @Test
  void renamingToTheSameNameIsRefused() {
    given()
        .when(facts -> RenameDecider.check(facts, ID, "web"))
        .refused(Code.INVALID, "Renaming a container with the same name as its current name");
  }

  @Test
  void killNeedsARun() {
    given()
        .when(facts -> SignalDecider.kill(facts, ID, "web", 9))
        .refused(Code.CONFLICT, "Cannot kill container: web: Container " + ID + " is not running");
  }

  @Test
  void stopTakesWhatIsGivenThenTheContainersOwnThenDockers() {
    given(new StartRequested(StartReason.ASKED), STARTED)
        .when(facts ->
            SignalDecider.stop(facts, ID, "web", OptionalInt.empty(), "", StopPurpose.STOP))
        .events(new StopRequested(15, 10, StopPurpose.STOP));
    given(new StartRequested(StartReason.ASKED), STARTED)
        .when(facts ->
            SignalDecider.stop(facts, ID, "web", OptionalInt.of(-1), "SIGINT", StopPurpose.STOP))
        .events(new StopRequested(2, -1, StopPurpose.STOP));
    given()
        .when(facts ->
            SignalDecider.stop(facts, ID, "web", OptionalInt.empty(), "", StopPurpose.STOP))
        .events();
  }
}
