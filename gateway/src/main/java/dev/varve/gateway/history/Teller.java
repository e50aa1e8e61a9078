package dev.varve.gateway.history;

import com.google.protobuf.Message;
import dev.varve.eventlog.Event;
import dev.varve.eventlog.Subject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Retells one service's counted events as Docker's, in two pure steps: what to remember of a
 * subject, and what to say of an event given what is remembered.
 */
interface Teller {

  /** What is remembered of any subject of the same service, as of the event. */
  @FunctionalInterface
  interface Memory {
    @Nullable Remembered get(Subject subject);
  }

  /** Whose topic is told. */
  String service();

  /** An empty message of each type that matters. */
  List<Message> samples();

  /** Null closes the subject. */
  @Nullable Remembered evolve(@Nullable Remembered state, Event<Message> event);

  List<Told> tell(
      Event<Message> event, @Nullable Remembered before, @Nullable Remembered after, Memory memory);
}
