/** Facts about the machine the engine runs on, read from the kernel's files. */
@NullMarked
package dev.varve.gateway.host;

import org.jspecify.annotations.NullMarked;
