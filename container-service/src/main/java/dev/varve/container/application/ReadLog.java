package dev.varve.container.application;

import dev.varve.container.application.ContainerLog.Query;
import dev.varve.container.domain.Container;
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

  /** To be closed by the caller. A log is followed as long as the run goes on. */
  public Log open(String reference, Query query) {
    Container it = Lookup.find(engine.directory(), reference);
    if (it.removal().isPresent()) {
      throw Refusals.logsOfRemoved().asException();
    }
    if (it.spec().host().log().driver().equals("none")) {
      throw Refusals.notImplemented("configured logging driver does not support reading")
          .asException();
    }
    Query wanted =
        new Query(
            query.stdout(),
            query.stderr(),
            query.since(),
            query.until(),
            query.tail(),
            query.follow() && it.isRunning());
    try {
      return new Log(
          it.spec().process().tty(),
          engine.logs().open(engine.runtime().logPath(it.id()), wanted, () -> hasEnded(it.id())));
    } catch (IOException e) {
      throw Refusals.fault("Error grabbing logs: " + e.getMessage()).asException();
    }
  }

  private boolean hasEnded(String id) {
    return engine.facts().container(id).filter(Container::isRunning).isEmpty();
  }
}
