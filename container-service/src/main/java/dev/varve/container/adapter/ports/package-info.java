/**
 * Published ports: sockets that hold them against other programs, rules of the kernel that lead
 * them to containers, and a relay for what those rules cannot reach.
 */
@NullMarked
package dev.varve.container.adapter.ports;

import org.jspecify.annotations.NullMarked;
