package dev.varve.image.dockerfile;

/**
 * A finding of a {@link Check}.
 *
 * @param message about this place
 */
public record Warning(Check check, String message, SourceRange range) {}
