/**
 * What an image is and what may happen to it: pure values, deciders and folds.
 *
 * <p>Three hashes, three types: {@link dev.varve.image.domain.Digest} of stored bytes, {@link
 * dev.varve.image.domain.DiffId} of an uncompressed layer, {@link dev.varve.image.domain.ChainId}
 * of a layer over those below it.
 */
@NullMarked
package dev.varve.image.domain;

import org.jspecify.annotations.NullMarked;
