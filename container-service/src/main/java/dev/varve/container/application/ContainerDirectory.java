package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.DomainEvent;
import dev.varve.container.domain.DomainState;
import dev.varve.container.domain.EndpointSpec;
import dev.varve.container.domain.Endpoints;
import dev.varve.container.domain.Exec;
import dev.varve.container.domain.Lease;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.NameClaim;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkName;
import dev.varve.container.domain.Node;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.Subjects;
import dev.varve.eventlog.Change;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.Subject;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Containers as lists and lookups need them, in memory, read without locks from any thread. Follows
 * the ledger: a command's answer leaves after its change is visible here.
 */
public final class ContainerDirectory implements Lookup.Directory {
  private record Age(long seconds, int nanos, String id) {
    static final Comparator<Age> NEWEST_FIRST =
        Comparator.comparingLong(Age::seconds)
            .thenComparingInt(Age::nanos)
            .reversed()
            .thenComparing(Age::id);

    static Age of(Container it) {
      return new Age(it.createdAt().getEpochSecond(), it.createdAt().getNano(), it.id());
    }
  }

  private final Ledger<DomainState, DomainEvent> ledger;
  private final ConcurrentSkipListMap<String, Container> byId = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<Age, Container> byAge =
      new ConcurrentSkipListMap<>(Age.NEWEST_FIRST);
  private final Map<String, Set<String>> execsByContainer = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> callersByContainer = new ConcurrentHashMap<>();
  private final Map<String, Network> networksByName = new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<String, Network> networksById = new ConcurrentSkipListMap<>();

  /** To be made before the ledger is started. */
  public ContainerDirectory(Ledger<DomainState, DomainEvent> ledger) {
    this.ledger = ledger;
    ledger.listen(this::follow);
  }

  /** Takes in what the ledger had from its checkpoint; to be called once, after its start. */
  public void load() {
    for (Subject subject : ledger.live().keySet()) {
      loadOne(subject);
    }
  }

  /** Reads under the listener's lock, so that a change it saw meanwhile is not overwritten. */
  private synchronized void loadOne(Subject subject) {
    ledger.state(subject).ifPresent(this::put);
  }

  @Override
  public Optional<Container> byId(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  @Override
  public Optional<Container> byName(String name) {
    return ledger
        .state(Subjects.name(name))
        .map(NameClaim.class::cast)
        .flatMap(claim -> byId(claim.containerId()));
  }

  @Override
  public List<Container> byIdPrefix(String prefix) {
    return byId.tailMap(prefix).values().stream()
        .takeWhile(it -> it.id().startsWith(prefix))
        .limit(2)
        .toList();
  }

  /** Those that call it by a name of their own. */
  public List<Container> callersOf(String containerId) {
    return callersByContainer.getOrDefault(containerId, Set.of()).stream()
        .flatMap(id -> byId(id).stream())
        .filter(caller ->
            caller.spec().host().nameResolution().links().stream()
                .anyMatch(link -> link.container().equals(containerId)))
        .toList();
  }

  /** A weakly consistent view. */
  public Collection<Container> newestFirst() {
    return byAge.values();
  }

  public List<Exec> execsOf(String containerId) {
    return execsByContainer.getOrDefault(containerId, Set.of()).stream()
        .flatMap(id -> exec(id).stream())
        .toList();
  }

  public Optional<Exec> exec(String execId) {
    return execId.isEmpty()
        ? Optional.empty()
        : ledger.state(Subjects.exec(execId)).map(Exec.class::cast);
  }

  public List<NameClaim> names() {
    return ledger.live().values().stream()
        .filter(NameClaim.class::isInstance)
        .map(NameClaim.class::cast)
        .toList();
  }

  /** Open ones, the oldest first. */
  public List<Lease> leases() {
    return ledger.live().values().stream()
        .filter(Lease.class::isInstance)
        .map(Lease.class::cast)
        .sorted(Comparator.comparing(Lease::openedAt).thenComparing(Lease::id))
        .toList();
  }

  public Optional<Network> network(String name) {
    return Optional.ofNullable(networksByName.get(name));
  }

  public Optional<Network> networkById(String id) {
    return Optional.ofNullable(networksById.get(id));
  }

  public List<Network> networks() {
    return networksByName.values().stream().sorted(Comparator.comparing(Network::name)).toList();
  }

  /**
   * Docker's order of lookup: full id, exact name, unique id prefix.
   *
   * @throws dev.varve.eventlog.ProblemException when there is none, or more than one by prefix
   */
  public Network findNetwork(String reference) {
    Optional<Network> exact = networkById(reference).or(() -> network(reference));
    if (exact.isPresent()) {
      return exact.get();
    }
    List<Network> matches =
        reference.isEmpty()
            ? List.of()
            : networksById.tailMap(reference).values().stream()
                .takeWhile(it -> it.id().startsWith(reference))
                .toList();
    if (matches.size() > 1) {
      throw Refusals.ambiguousNetwork(reference, matches.size()).asException();
    }
    return matches.stream()
        .findFirst()
        .orElseThrow(() -> Refusals.networkNotFound(reference).asException());
  }

  /** The networks a container is to be connected to in its next run. */
  public List<EndpointSpec> endpoints(Container it) {
    return Endpoints.of(ledger::state, it);
  }

  public List<NetworkName> networkNames() {
    return ledger.live().values().stream()
        .filter(NetworkName.class::isInstance)
        .map(NetworkName.class::cast)
        .toList();
  }

  private synchronized void follow(Change<DomainState, DomainEvent> change) {
    DomainState after = change.after();
    if (after != null) {
      put(after);
      return;
    }
    switch (change.before()) {
      case Container gone -> remove(gone.id());
      case Exec gone -> removeExec(gone);
      case Network gone -> {
        networksById.remove(gone.id());
        // The same name may be another's by now.
        networksByName.computeIfPresent(
            gone.name(), (_, it) -> it.id().equals(gone.id()) ? null : it);
      }
      case NameClaim _, NetworkName _, Endpoints _, Lease _, Node _ -> {}
      case null -> {}
    }
  }

  private void put(DomainState state) {
    switch (state) {
      case Container it -> {
        byId.put(it.id(), it);
        byAge.put(Age.of(it), it);
        it.spec()
            .host()
            .nameResolution()
            .links()
            .forEach(link -> callers(link.container()).add(it.id()));
      }
      case Exec exec ->
          execsByContainer
              .computeIfAbsent(exec.containerId(), _ -> ConcurrentHashMap.newKeySet())
              .add(exec.id());
      case Network network -> {
        networksById.put(network.id(), network);
        networksByName.put(network.name(), network);
      }
      case NameClaim _, NetworkName _, Endpoints _, Lease _, Node _ -> {}
    }
  }

  private void remove(String id) {
    Container gone = byId.remove(id);
    callersByContainer.remove(id);
    if (gone != null) {
      byAge.remove(Age.of(gone));
      gone.spec()
          .host()
          .nameResolution()
          .links()
          .forEach(link -> callers(link.container()).remove(id));
    }
  }

  private Set<String> callers(String containerId) {
    return callersByContainer.computeIfAbsent(containerId, _ -> ConcurrentHashMap.newKeySet());
  }

  private void removeExec(Exec gone) {
    execsByContainer.computeIfPresent(
        gone.containerId(),
        (_, execs) -> {
          execs.remove(gone.id());
          return execs.isEmpty() ? null : execs;
        });
  }
}
