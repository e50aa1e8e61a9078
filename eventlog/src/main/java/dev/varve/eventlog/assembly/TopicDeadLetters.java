package dev.varve.eventlog.assembly;

import dev.varve.eventlog.Change;
import dev.varve.eventlog.DeadLetters;
import dev.varve.eventlog.Event;
import dev.varve.eventlog.EventCodec;

/** Gives letters about a topic's changes what only the topic's codec knows: type and bytes. */
final class TopicDeadLetters<E> implements DeadLetters {
  private final String topic;
  private final EventCodec<E> codec;
  private final DeadLetters letters;

  TopicDeadLetters(String topic, EventCodec<E> codec, DeadLetters letters) {
    this.topic = topic;
    this.codec = codec;
    this.letters = letters;
  }

  @Override
  public void put(DeadLetter letter) {
    letters.put(letter);
  }

  @Override
  @SuppressWarnings("unchecked") // a change of this topic
  public void put(Change<?, ?> change, String reader, String reason, int attempts) {
    Event<E> event = (Event<E>) change.event();
    letters.put(
        new DeadLetter(
            topic,
            event.position(),
            reader,
            reason,
            attempts,
            event.id(),
            event.subject().toString(),
            codec.typeOf(event.data()),
            codec.encode(event.data())));
  }

  @Override
  public void close() {
    letters.close();
  }
}
