/**
 * What the snapshot service does, and the ports it needs for it.
 *
 * <p>It is driven by facts alone: {@link dev.varve.snapshot.application.Reactions} takes in what
 * images and containers came and went. Each use case looks first, at the log's state and at the
 * kernel's, and then does what is missing; so the same call serves a first event, a repeated one
 * and a start after a crash.
 */
@NullMarked
package dev.varve.snapshot.application;

import org.jspecify.annotations.NullMarked;
