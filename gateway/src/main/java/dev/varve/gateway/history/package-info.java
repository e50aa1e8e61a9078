/**
 * Docker's events, told from the log: nothing is kept for them but what names a container now, and
 * nothing is lost, back to the first event ever.
 */
@NullMarked
package dev.varve.gateway.history;

import org.jspecify.annotations.NullMarked;
