/** Reads the log files that monitors keep: lines of {@code time stream F|P payload}. */
@NullMarked
package dev.varve.container.adapter.logfile;

import org.jspecify.annotations.NullMarked;
