/** Whole engines, started as a user starts them and driven by the real docker CLI. */
@NullMarked
package dev.varve.e2e;

import org.jspecify.annotations.NullMarked;
