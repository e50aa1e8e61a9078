package dev.varve.snapshot.domain;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A volume as it was made; never changes afterwards.
 *
 * @param options what is mounted for it; none for a plain directory
 * @param anonymousOf the container it was made for, which did not name it; else empty
 */
public record Volume(
    String name,
    String driver,
    Map<String, String> labels,
    Map<String, String> options,
    String anonymousOf) {
  public static final String LOCAL = "local";

  /** On each volume that nobody named. */
  public static final String ANONYMOUS_LABEL = "com.docker.volume.anonymous";

  /** On each that was made under a lease: the lease's id. */
  public static final String LEASE_LABEL = "dev.varve.lease";

  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}");

  public Volume {
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    options = Collections.unmodifiableMap(new TreeMap<>(options));
    checkedName(name);
  }

  public boolean isAnonymous() {
    return labels.containsKey(ANONYMOUS_LABEL);
  }

  /** The lease it was made under. */
  public Optional<String> lease() {
    return Optional.ofNullable(labels.get(LEASE_LABEL));
  }

  /** Refuses what is no name of a volume: the text becomes a directory's name. */
  public static String checkedName(String name) {
    if (!isName(name)) {
      throw new IllegalArgumentException("not a volume's name: " + name);
    }
    return name;
  }

  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }
}
