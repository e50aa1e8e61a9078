/** Looks for what an engine leaves behind when containers come and go for long. */
@NullMarked
package dev.varve.bench.churn;

import org.jspecify.annotations.NullMarked;
