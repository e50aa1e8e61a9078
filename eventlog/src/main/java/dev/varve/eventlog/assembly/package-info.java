/**
 * Puts the parts of the event log together, so that a service opens its topic in a few lines:
 *
 * <pre>{@code
 * EngineSettings engine = …;                            // a bean
 *
 * // its own topic "varve.image": it writes, folds, answers, and keeps history in PostgreSQL
 * OwnedTopic<ImageState, ImageEvent> images =
 *     OwnedTopic.open(
 *         engine,
 *         new TopicModel<>("image", new ImageCodec(), new ImageEvolution()),
 *         JsonStateCodec.of(ImageState.class, 1, names));
 * images.ledger().listen(change -> …);                  // before start: sees the tail's changes too
 * images.start(Duration.ofMinutes(5));                  // checkpoint, then the tail; read from now on
 * images.commands().run(cause, ledger -> decide(ledger, command));
 *
 * // a foreign topic, folded into a state of its own making, in memory
 * FollowedTopic<Wanted, ContainerEvent> containers =
 *     FollowedTopic.open(engine.log(), new TopicModel<>("container", codec, evolution));
 *
 * // reactions: channel attribute "ledger" = the name given here (see adapter.reactive)
 * registry.register("snapshot.containers", containers.ledger(), containers.deadLetters());
 * containers.start(Duration.ofMinutes(5));
 *
 * // in tests, without a broker
 * OwnedTopic<ImageState, ImageEvent> tried = OwnedTopic.over(new InMemoryEventLog(), "node-1", model);
 * }</pre>
 *
 * <p>Each object closes all it opened, in order, in {@code close()}.
 */
@NullMarked
package dev.varve.eventlog.assembly;

import org.jspecify.annotations.NullMarked;
