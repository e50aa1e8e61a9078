/**
 * File systems by overlayfs on layers in one of two forms: images, or plain directories.
 *
 * <pre>
 * snapshots/layers/HEX/layer.erofs  a layer's own difference   HEX: of the chain id
 * snapshots/layers/HEX/fs        the same as a directory
 * snapshots/layers/HEX/applied   what it is; written last
 * snapshots/layers/tmp-…         one being applied or deleted
 * snapshots/mounts/HEX           the layer's image is mounted here while, and some time after,
 *                                containers need it
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
