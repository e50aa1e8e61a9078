/**
 * Reading of layer archives: decompression in process and a tar reader that is strict where
 * attackers are inventive and exact where images are odd: names are bytes, extended attributes are
 * bytes, nothing is allocated by a declared size. Knows no file system.
 */
@NullMarked
package dev.varve.snapshot.archive;

import org.jspecify.annotations.NullMarked;
