/**
 * File systems by overlayfs on plain directories.
 *
 * <pre>
 * snapshots/layers/HEX/fs        a layer's own difference      HEX: of the chain id
 * snapshots/layers/HEX/applied   what it is; written last
 * snapshots/layers/tmp-…         one being applied or deleted
 * snapshots/containers/ID/upper  the container's changes
 * snapshots/containers/ID/work   the kernel's
 * snapshots/containers/ID/merged the root file system is mounted here
 * snapshots/containers/tmp-…     one being deleted
 * snapshots/empty                stands in for the layers of an image without any
 * </pre>
 *
 * <p>All directories above {@code fs} and {@code merged} are 0700: what an image brings along,
 * set-user-id programs among it, is out of reach for the host's users.
 */
@NullMarked
package dev.varve.snapshot.adapter.overlay;

import org.jspecify.annotations.NullMarked;
