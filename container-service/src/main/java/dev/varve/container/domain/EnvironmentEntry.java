package dev.varve.container.domain;

/** One {@code NAME=value} of an environment; a name alone takes the variable away. */
final class EnvironmentEntry {
  private EnvironmentEntry() {}

  static String nameOf(Secret entry) {
    return nameOf(entry.value());
  }

  static String nameOf(String entry) {
    int equals = entry.indexOf('=');
    return equals < 0 ? entry : entry.substring(0, equals);
  }
}
