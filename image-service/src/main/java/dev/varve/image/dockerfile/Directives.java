package dev.varve.image.dockerfile;

import java.util.Optional;

/**
 * The parser directives at a file's head.
 *
 * @param syntax a frontend image, which is not run: the language is this engine's
 * @param escape {@code \} or {@code `}
 * @param check options of the checks
 */
public record Directives(Optional<String> syntax, char escape, Optional<String> check) {}
