package dev.varve.container.application;

import dev.varve.container.application.ContainerLog.End;
import dev.varve.container.application.ContainerLog.Form;
import dev.varve.container.application.ContainerLog.Query;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.LogPolicy;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.Refusals;
import java.io.IOException;

/** Reads and follows what containers wrote. */
public final class ReadLog {
  private final Engine engine;

  public ReadLog(Engine engine) {
    this.engine = engine;
  }

  /**
   * @param tty its log has one stream, and its clients get it raw
   */
  public record Log(boolean tty, ContainerLog.Reader reader) {}

  /**
   * To be closed by the caller. A log is followed as long as the run goes on.
   *
   * @param timestamps before each line
   * @param prefix behind it
   */
  public Log open(String reference, Query query, boolean timestamps, String prefix) {
    Container it = Lookup.find(engine.directory(), reference);
    if (it.removal().isPresent()) {
      throw Refusals.logsOfRemoved().asException();
    }
    if (!LogPolicy.isReadable(it.spec().host().log())) {
      throw Refusals.logsNotReadable().asException();
    }
    Query wanted =
        new Query(
            query.stdout(),
            query.stderr(),
            query.since(),
            query.until(),
            query.tail(),
            query.follow() && isToRun(it));
    boolean tty = it.spec().process().tty();
    try {
      return new Log(
          tty,
          engine
              .logs()
              .open(
                  engine.runtime().logPath(it.id()),
                  wanted,
                  Form.lines(!tty, timestamps, prefix),
                  End.of(
                      () -> hasEnded(it),
                      () -> engine.endings().of(it.id(), Endings.Condition.NEXT_EXIT))));
    } catch (IOException e) {
      throw Refusals.fault("Error grabbing logs: " + e.getMessage()).asException();
    }
  }

  /** A next run is followed by who asks again, as in Docker. */
  private boolean hasEnded(Container followed) {
    return engine
        .facts()
        .container(followed.id())
        .filter(ReadLog::isToRun)
        .filter(it -> followed.startedAt().isEmpty() || it.startedAt().equals(followed.startedAt()))
        .isEmpty();
  }

  /** The step of a build is started once, and its build may know of that before we do. */
  private static boolean isToRun(Container it) {
    return it.isRunning() || it.spec().build().isPresent() && it.startedAt().isEmpty();
  }
}
