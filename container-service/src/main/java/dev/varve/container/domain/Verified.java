package dev.varve.container.domain;

import java.util.List;

/**
 * What remains of a wish that can be granted.
 *
 * @param warnings in Docker's words: what was left out because the kernel cannot do it
 */
public record Verified<T>(T value, List<String> warnings) {}
