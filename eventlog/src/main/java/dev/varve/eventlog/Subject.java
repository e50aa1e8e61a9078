package dev.varve.eventlog;

/**
 * One thing with a history: {@code container/4f…}, {@code name/web}, {@code image/sha256:…}. Its
 * text is the record key, so that all events of a subject share a partition and an order.
 *
 * @param type lower-case word, no slash
 * @param id not empty; may itself contain slashes
 */
public record Subject(String type, String id) {
  public Subject {
    if (type.isEmpty() || type.indexOf('/') >= 0 || id.isEmpty()) {
      throw new IllegalArgumentException("not a subject: " + type + "/" + id);
    }
  }

  /** Parses {@code type/id}. */
  public static Subject parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 1) {
      throw new IllegalArgumentException("not a subject: " + text);
    }
    return new Subject(text.substring(0, slash), text.substring(slash + 1));
  }

  @Override
  public String toString() {
    return type + "/" + id;
  }
}
