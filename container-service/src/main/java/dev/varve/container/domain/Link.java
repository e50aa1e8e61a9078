package dev.varve.container.domain;

import dev.varve.eventlog.ProblemException;

/**
 * A name by which one container calls another.
 *
 * @param container the other: whatever it was called, or its id once that is known
 * @param alias the name
 */
public record Link(String container, String alias) {

  /**
   * From {@code container}, {@code container:alias}, or as Docker shows it: {@code
   * /container:/own/alias}.
   *
   * @throws ProblemException when it is none of these
   */
  public static Link parse(String text) {
    if (text.isEmpty()) {
      throw Refusals.invalid("empty string specified for links").asException();
    }
    String[] parts = text.split(":", -1);
    if (parts.length > 2) {
      throw Refusals.invalid("bad format for links: " + text).asException();
    }
    String alias = parts.length == 1 ? parts[0] : parts[1];
    return parts[0].startsWith("/")
        ? new Link(parts[0].substring(1), alias.substring(alias.lastIndexOf('/') + 1))
        : new Link(parts[0], alias);
  }
}
