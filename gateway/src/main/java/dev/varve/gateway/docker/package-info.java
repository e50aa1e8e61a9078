/**
 * Docker's ways of saying things: durations, times, filters, stream frames, references. Pure
 * functions of their arguments.
 */
@NullMarked
package dev.varve.gateway.docker;

import org.jspecify.annotations.NullMarked;
