/** Times the same work on several engines, side by side, and prints ratios. */
@NullMarked
package dev.varve.bench.engine;

import org.jspecify.annotations.NullMarked;
