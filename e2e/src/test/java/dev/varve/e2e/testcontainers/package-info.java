/**
 * What people do with Testcontainers, as they do it. Runs in a JVM of its own, because the library
 * takes its settings from the environment and is one for a JVM.
 */
@NullMarked
package dev.varve.e2e.testcontainers;

import org.jspecify.annotations.NullMarked;
