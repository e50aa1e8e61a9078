/**
 * Tar archives and their compression, read strictly where attackers are inventive and exactly where
 * images are odd: names are bytes (as Latin-1 strings), extended attributes are bytes, nothing is
 * allocated by a declared size. Knows no file system and no service.
 */
@NullMarked
package dev.varve.archive;

import org.jspecify.annotations.NullMarked;
