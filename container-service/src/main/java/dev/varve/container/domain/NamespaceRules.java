package dev.varve.container.domain;

import dev.varve.eventlog.Problem;
import java.util.Optional;
import java.util.Set;

/** What Docker refuses about the namespaces a container shares, and about its name among hosts. */
final class NamespaceRules {
  private static final int MAX_HOSTNAME = 64;

  private NamespaceRules() {}

  static Optional<Problem> refusal(ContainerSpec spec) {
    Namespaces namespaces = spec.host().namespaces();
    return mode("PID", namespaces.pid(), true, Set.of("", "host"))
        .or(() ->
            mode("IPC", namespaces.ipc(), true, Set.of("", "none", "private", "shareable", "host")))
        .or(() -> mode("UTS", namespaces.uts(), false, Set.of("", "host")))
        .or(() ->
            mode("cgroup namespace", namespaces.cgroup(), false, Set.of("", "private", "host")))
        .or(() -> mode("USER", namespaces.user(), false, Set.of("", "host")))
        .or(() -> names(spec));
  }

  private static Optional<Problem> mode(
      String kind, String mode, boolean ofContainer, Set<String> known) {
    boolean shared =
        ofContainer
            && mode.startsWith(Namespaces.OF_CONTAINER)
            && !Namespaces.donor(mode).isEmpty();
    return shared || known.contains(mode)
        ? Optional.empty()
        : Optional.of(Refusals.invalid("invalid " + kind + " mode: " + mode));
  }

  private static Optional<Problem> names(ContainerSpec spec) {
    return spec.hostname().length() > MAX_HOSTNAME
        ? Optional.of(
            Refusals.invalid("invalid hostname: longer than " + MAX_HOSTNAME + " characters"))
        : Optional.empty();
  }

  /** Names that were asked for and that a container sharing the host's has no place for. */
  static Optional<Problem> conflict(RequestedConfig asked) {
    boolean ofHost = asked.host().namespaces().uts().equals("host");
    if (ofHost && !asked.hostname().isEmpty()) {
      return Optional.of(Refusals.invalid("conflicting options: hostname and the UTS mode"));
    }
    return ofHost && !asked.domainname().isEmpty()
        ? Optional.of(Refusals.invalid("conflicting options: domainname and the UTS mode"))
        : Optional.empty();
  }
}
