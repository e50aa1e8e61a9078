package dev.varve.container.domain;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.util.List;
import java.util.Optional;

/**
 * Docker's order of lookup: full id, exact name, unique id prefix. The name may be one by which
 * another calls it: {@code other/alias}.
 */
public final class Lookup {
  private Lookup() {}

  /** Where containers are found; each answer is as of some moment. */
  public interface Directory {
    Optional<Container> byId(String id);

    Optional<Container> byName(String name);

    /** At most two of the containers whose ids begin so. */
    List<Container> byIdPrefix(String prefix);
  }

  /**
   * @param reference as typed, maybe with a leading slash
   * @throws ProblemException when there is none, or more than one by prefix
   */
  public static Container find(Directory directory, String reference) {
    String text = ContainerName.bare(reference);
    Optional<Container> exact =
        text.isEmpty()
            ? Optional.empty()
            : directory
                .byId(text)
                .or(() -> directory.byName(text))
                .or(() -> linked(directory, text));
    if (exact.isPresent()) {
      return exact.get();
    }
    List<Container> matches = text.isEmpty() ? List.of() : directory.byIdPrefix(text);
    if (matches.size() == 1) {
      return matches.getFirst();
    }
    Problem problem =
        matches.isEmpty() ? Refusals.noSuchContainer(reference) : Refusals.ambiguous(text);
    throw problem.asException();
  }

  private static Optional<Container> linked(Directory directory, String path) {
    int slash = path.indexOf('/');
    if (slash <= 0) {
      return Optional.empty();
    }
    String alias = path.substring(slash + 1);
    return directory
        .byName(path.substring(0, slash))
        .flatMap(caller ->
            caller.spec().host().nameResolution().links().stream()
                .filter(link -> link.alias().equals(alias))
                .findFirst())
        .flatMap(link -> directory.byId(link.container()));
  }
}
