package dev.varve.eventlog.adapter.kafka;

import dev.varve.eventlog.DeadLetters.DeadLetter;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.Position;

/** What a reader of a topic came past. */
sealed interface Passed {
  Position position();

  /** A record that is one of our events. */
  record Readable(LogRecord record) implements Passed {
    @Override
    public Position position() {
      return record.position();
    }
  }

  /** A record that is none. */
  record Unreadable(DeadLetter letter) implements Passed {
    @Override
    public Position position() {
      return letter.position();
    }
  }
}
