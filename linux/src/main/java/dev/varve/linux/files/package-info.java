/**
 * Files by descriptor: no call here takes a path that a container could bend. A directory is opened
 * once, resolved below a root with {@code openat2}, and everything else is said relative to it.
 *
 * <p>Names are <em>byte strings</em>: each {@code char} is one byte (ISO 8859-1), because the
 * kernel's names are bytes without an encoding, and a layer must come out of an archive with
 * exactly the names it went in with. {@link dev.varve.linux.files.ByteNames} converts.
 */
@NullMarked
package dev.varve.linux.files;

import org.jspecify.annotations.NullMarked;
