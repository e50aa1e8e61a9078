/**
 * What the snapshot service knows and decides: layers unpacked on a node, root file systems
 * prepared for containers. Pure: values, events, folds and deciders.
 */
@NullMarked
package dev.varve.snapshot.domain;

import org.jspecify.annotations.NullMarked;
