package dev.varve.eventlog.assembly;

import dev.varve.eventlog.EventCodec;
import dev.varve.eventlog.Evolution;

/**
 * How a topic is understood by one reader: which bytes are which events, and what they add up to.
 *
 * @param service whose topic it is: {@code image}, {@code snapshot}, {@code container}
 */
public record TopicModel<S, E>(String service, EventCodec<E> codec, Evolution<S, E> evolution) {}
