/**
 * Mounting by the kernel's newer, descriptor-based calls: a file system is configured one parameter
 * at a time, made, and then moved to its place, so that no option string has a length limit and no
 * half-configured mount is ever visible.
 */
@NullMarked
package dev.varve.linux.mounts;

import org.jspecify.annotations.NullMarked;
