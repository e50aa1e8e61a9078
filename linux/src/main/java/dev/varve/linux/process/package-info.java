/**
 * Processes as the engine needs them: children with exactly the descriptors meant for them, process
 * handles that cannot be mistaken, packet sockets, one thread that waits on all of them, and what
 * /proc tells.
 */
@NullMarked
package dev.varve.linux.process;

import org.jspecify.annotations.NullMarked;
