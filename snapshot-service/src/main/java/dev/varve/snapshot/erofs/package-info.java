/**
 * EROFS images: a read-only file system in one file, written front to back in one pass. Knows bytes
 * and names only; no kernel call, no archive, no layer.
 *
 * <pre>
 * block 0      superblock, root directory's inode
 * then, mixed  blocks of files' content; clusters of files' inodes, each with the file's last,
 *              incomplete block behind it
 * at the end   directories' inodes, then the full blocks of large directories
 * </pre>
 *
 * <p>Content goes to the file as it comes. Inodes follow in clusters of up to 1 MiB, so that memory
 * holds one cluster, and about 50 bytes off the heap for each name. Uncompressed; a block has 4
 * KiB; an inode's number is its place in the file, in units of 32 bytes.
 */
@NullMarked
package dev.varve.snapshot.erofs;

import org.jspecify.annotations.NullMarked;
