package dev.varve.image.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * What a step made, for builds to come.
 *
 * @param layer empty when the step changed no file; its place among other layers counts for nothing
 * @param description the instruction as it was written
 * @param created what the image's history tells for the step
 * @param parent key of the step before it
 */
public record CachedStep(
    CacheKey key,
    Optional<Layer> layer,
    String description,
    Instant created,
    Optional<CacheKey> parent) {}
