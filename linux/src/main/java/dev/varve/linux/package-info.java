/**
 * The Linux kernel behind small ports: one interface per group of calls, its real form on the JDK's
 * foreign function interface, and a fake in the test jar that records what it was asked.
 */
@NullMarked
package dev.varve.linux;

import org.jspecify.annotations.NullMarked;
