package dev.varve.container.domain;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.util.List;
import java.util.Optional;

/** Docker's order of lookup: full id, exact name, unique id prefix. */
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
        text.isEmpty() ? Optional.empty() : directory.byId(text).or(() -> directory.byName(text));
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
}
