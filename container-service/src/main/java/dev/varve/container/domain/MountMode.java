package dev.varve.container.domain;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The words behind the second colon of a bind, {@code ro,rslave}: each kind of word at most once.
 *
 * @param text as given
 */
record MountMode(String text) {
  static final Set<String> PROPAGATIONS =
      Set.of("private", "rprivate", "slave", "rslave", "shared", "rshared");
  private static final String NO_COPY = "nocopy";

  /** Words of one kind exclude each other. */
  private static final List<Set<String>> KINDS =
      List.of(
          Set.of("rw", "ro"),
          Set.of("z", "Z"),
          PROPAGATIONS,
          Set.of(NO_COPY),
          Set.of("consistent", "cached", "delegated"));

  boolean isValid() {
    return text.isEmpty()
        || words().stream().allMatch(word -> KINDS.stream().anyMatch(kind -> kind.contains(word)))
            && KINDS.stream().allMatch(kind -> words().stream().filter(kind::contains).count() < 2);
  }

  boolean readOnly() {
    return words().contains("ro");
  }

  boolean noCopy() {
    return words().contains(NO_COPY);
  }

  Optional<String> propagation() {
    return words().stream().filter(PROPAGATIONS::contains).findFirst();
  }

  private List<String> words() {
    return Arrays.asList(text.split(",", -1));
  }
}
