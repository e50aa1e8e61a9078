/**
 * Puts the container service together and runs it, alone or beside the other services in one JVM.
 */
@NullMarked
package dev.varve.container.runtime;

import org.jspecify.annotations.NullMarked;
