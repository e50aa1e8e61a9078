/** Puts the service together and runs it, alone or beside the other services in one JVM. */
@NullMarked
package dev.varve.snapshot.runtime;

import org.jspecify.annotations.NullMarked;
