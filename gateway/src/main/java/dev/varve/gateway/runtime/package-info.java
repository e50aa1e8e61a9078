/** Puts the gateway together from its configuration, as a CDI bean. */
@NullMarked
package dev.varve.gateway.runtime;

import org.jspecify.annotations.NullMarked;
