package dev.varve.image.dockerfile;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code --build-context} gave names to: they go before stages and images of the same name.
 *
 * @param images references by name
 * @param directories names
 */
public record NamedContexts(Map<String, String> images, Set<String> directories) {
  public static final NamedContexts NONE = new NamedContexts(Map.of(), Set.of());

  private static final String LATEST = ":latest";

  public NamedContexts {
    Map<String, String> byName = new HashMap<>();
    images.forEach((name, reference) -> byName.put(name.toLowerCase(Locale.ROOT), reference));
    Set<String> names = new HashSet<>();
    directories.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    images = Map.copyOf(byName);
    directories = Set.copyOf(names);
  }

  Optional<Plan.Origin> find(String wanted) {
    String name = wanted.toLowerCase(Locale.ROOT);
    return exact(name)
        .or(() ->
            name.endsWith(LATEST)
                ? exact(name.substring(0, name.length() - LATEST.length()))
                : Optional.empty());
  }

  private Optional<Plan.Origin> exact(String name) {
    return directories.contains(name)
        ? Optional.of(new Plan.Origin.OfDirectory(name))
        : Optional.ofNullable(images.get(name)).map(Plan.Origin.OfImage::new);
  }
}
