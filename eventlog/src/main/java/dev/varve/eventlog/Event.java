package dev.varve.eventlog;

import java.time.Instant;

/**
 * One event as it stands in the log.
 *
 * @param id unique; {@code ce_id}
 * @param sequence the writer's expectation of "last counted + 1" within the subject, from 1
 * @param time the writer's clock; {@code ce_time}
 * @param node the node whose service wrote it
 * @param data the domain's event
 */
public record Event<E>(
    String id,
    Subject subject,
    long sequence,
    Instant time,
    Cause cause,
    String node,
    Position position,
    E data) {}
