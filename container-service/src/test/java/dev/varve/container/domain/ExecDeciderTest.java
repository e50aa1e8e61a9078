package dev.varve.container.domain;

import dev.varve.container.domain.ContainerEvent.Created;
import dev.varve.container.domain.ContainerEvent.StartRequested;
import dev.varve.container.domain.ContainerEvent.Started;
import dev.varve.container.domain.ExecEvent.ExecCreated;
import dev.varve.container.domain.ExecEvent.ExecExited;
import dev.varve.container.domain.ExecEvent.ExecStartRequested;
import dev.varve.container.domain.ExecEvent.ExecStarted;
import dev.varve.eventlog.Problem.Code;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExecDeciderTest {
  private static final String ID = "c".repeat(64);
  private static final String EXEC = "e".repeat(64);

  private static Given running() {
    return Given.nothing()
        .and(
            Subjects.container(ID),
            new Created(ID, "web", Specs.spec(), "node-1", 1),
            new StartRequested(StartReason.ASKED),
            new Started(17, Given.TIME, 1700));
  }

  private static Given exec(DomainEvent... more) {
    return running()
        .and(Subjects.exec(EXEC), new ExecCreated(EXEC, ID, Specs.exec("true")))
        .and(Subjects.exec(EXEC), more);
  }

  @Test
  void needsACommandAndARunningContainer() {
    running()
        .when(facts -> ExecDecider.create(facts, EXEC, ID, "web", Specs.exec()))
        .refused(Code.INVALID, "No exec command specified");
    Given.nothing()
        .and(Subjects.container(ID), new Created(ID, "web", Specs.spec(), "node-1", 1))
        .when(facts -> ExecDecider.create(facts, EXEC, ID, "web", Specs.exec("true")))
        .refused(Code.CONFLICT, "Container " + ID + " is not running");
  }

  @Test
  void startsOnce() {
    exec(new ExecStartRequested(false))
        .when(facts -> ExecDecider.request(facts, EXEC, false))
        .refused(Code.CONFLICT, "Error: Exec command " + EXEC + " is already running");
    exec(new ExecStartRequested(false), new ExecStarted(18, 1800), new ExecExited(0, Given.TIME))
        .when(facts -> ExecDecider.request(facts, EXEC, false))
        .refused(Code.CONFLICT, "Error: Exec command " + EXEC + " has already run");
    Given.nothing()
        .when(facts -> ExecDecider.request(facts, "x", false))
        .refused(Code.NOT_FOUND, "No such exec instance: x");
  }

  @Test
  void endsOnce() {
    ExecExited seen = new ExecExited(4, Given.TIME);
    Given given = exec(new ExecStartRequested(false), new ExecStarted(18, 1800));

    given.when(facts -> ExecDecider.exited(facts, EXEC, Optional.empty(), seen)).events(seen);
    given.when(facts -> ExecDecider.exited(facts, EXEC, Optional.empty(), seen)).events();
  }

  @Test
  void anEndThatIsFasterTakesItsBeginningAlong() {
    ExecStarted began = new ExecStarted(18, 1800);
    ExecExited seen = new ExecExited(4, Given.TIME);

    exec(new ExecStartRequested(false))
        .when(facts -> ExecDecider.exited(facts, EXEC, Optional.of(began), seen))
        .events(began, seen);
    exec(new ExecStartRequested(false), began)
        .when(facts -> ExecDecider.exited(facts, EXEC, Optional.of(began), seen))
        .events(seen);
  }
}
