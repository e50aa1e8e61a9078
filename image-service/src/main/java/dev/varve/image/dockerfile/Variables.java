package dev.varve.image.dockerfile;

import java.util.Map;
import java.util.Optional;

/** Values by name, as an expansion sees them. */
@FunctionalInterface
public interface Variables {
  Variables NONE = name -> Optional.empty();

  /** Empty for one that is not set; an empty text for one that is set to nothing. */
  Optional<String> value(String name);

  static Variables of(Map<String, String> values) {
    return name -> Optional.ofNullable(values.get(name));
  }
}
