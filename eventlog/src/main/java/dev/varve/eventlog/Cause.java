package dev.varve.eventlog;

/**
 * Who wants a change and why; travels with every command into the attributes of its events.
 *
 * @param actor {@code unix:uid=0,pid=4711} for a client of the socket, {@code service:snapshot} for
 *     a service acting on its own
 * @param causationId what directly led to this: the request's id, or the {@code ce_id} of the event
 *     reacted to
 * @param correlationId constant along a whole chain of causes
 */
public record Cause(String actor, String causationId, String correlationId) {}
