/**
 * Events and states as bytes: protobuf for the log, JSON for PostgreSQL; secrets sealed in both.
 */
@NullMarked
package dev.varve.container.adapter.codec;

import org.jspecify.annotations.NullMarked;
