/**
 * Images as tar streams.
 *
 * <p>The way of a byte of an archive: outer decompression, {@code TarReader} of the archive, {@code
 * EntrySpooler} (hashed and written as it is), and for a layer further: inner decompression, hashed
 * again, {@code LayerCheck} over a second {@code TarReader}. One pass, whatever the order of
 * entries.
 */
@NullMarked
package dev.varve.image.adapter.archive;

import org.jspecify.annotations.NullMarked;
