package dev.varve.container.domain;

import dev.varve.container.domain.ContainerEvent.UpdateFailed;
import dev.varve.container.domain.ContainerEvent.UpdateRequested;
import dev.varve.container.domain.ContainerEvent.Updated;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Problem;
import java.util.List;
import java.util.Optional;

/** Other resources and another restart policy for a container that is there. */
public final class UpdateDecider {
  private UpdateDecider() {}

  /**
   * A client's wish.
   *
   * @param asked what is zero or absent stays as it is
   * @param policy likewise
   * @return the intent whose effect is to follow; empty when none is needed
   */
  public static Decision<DomainEvent, Optional<UpdateRequested>> request(
      Facts facts, String id, String reference, Resources asked, Optional<RestartPolicy> policy) {
    Optional<Container> found = facts.container(id);
    if (found.isEmpty()) {
      return new Decision.Rejected<>(Refusals.noSuchContainer(reference));
    }
    Container it = found.get();
    HostSpec host = it.spec().host();
    Optional<Problem> refusal = refusal(it, asked, policy);
    if (refusal.isPresent()) {
      return new Decision.Rejected<>(refusal.get());
    }
    UpdateRequested wish =
        new UpdateRequested(host.resources().changedBy(asked), policy.orElse(host.restartPolicy()));
    return it.isRunning()
        ? RunDecider.accept(it, List.of(wish), Optional.of(wish))
        : RunDecider.accept(
            it, List.of(new Updated(wish.resources(), wish.restartPolicy())), Optional.empty());
  }

  private static Optional<Problem> refusal(
      Container it, Resources asked, Optional<RestartPolicy> policy) {
    if (it.removal().isPresent()) {
      return refuse(it, "container is marked for removal and cannot be \"update\"");
    }
    HostSpec host = it.spec().host();
    Resources.Cpu now = host.resources().cpu();
    Resources.Cpu cpu = asked.cpu();
    if (cpu.nano() > 0 && now.period() > 0) {
      return conflicting(it, "Nano CPUs cannot be updated as CPU Period has already been set");
    }
    if (cpu.nano() > 0 && now.quota() > 0) {
      return conflicting(it, "Nano CPUs cannot be updated as CPU Quota has already been set");
    }
    if (cpu.period() > 0 && now.nano() > 0) {
      return conflicting(it, "CPU Period cannot be updated as NanoCPUs has already been set");
    }
    if (cpu.quota() > 0 && now.nano() > 0) {
      return conflicting(it, "CPU Quota cannot be updated as NanoCPUs has already been set");
    }
    Resources.Memory memory = asked.memory();
    if (memory.limit() > host.resources().memory().swap() && memory.swap() == 0) {
      return memory.limit() == 0
          ? Optional.empty()
          : refuse(
              it,
              "Memory limit should be smaller than already set memoryswap limit, update the"
                  + " memoryswap at the same time");
    }
    boolean restarts = policy.filter(other -> !other.isNone()).isPresent();
    return restarts && host.autoRemove()
        ? refuse(
            it, "Restart policy cannot be updated because AutoRemove is enabled for the container")
        : Optional.empty();
  }

  private static Optional<Problem> conflicting(Container it, String message) {
    return refuse(it, "Conflicting options: " + message);
  }

  private static Optional<Problem> refuse(Container it, String why) {
    return Optional.of(Refusals.cannotUpdate(it.id(), why));
  }

  /** What was seen: the kernel bounds it so. */
  public static Decision<DomainEvent, Boolean> updated(Facts facts, String id) {
    Optional<Container> it = facts.container(id);
    return it.flatMap(Container::updating)
        .map(wish ->
            RunDecider.accept(
                it.orElseThrow(),
                List.of(new Updated(wish.resources(), wish.restartPolicy())),
                true))
        .orElseGet(() -> Decision.nothing(false));
  }

  /** What was seen: the kernel would not. */
  public static Decision<DomainEvent, Boolean> failed(Facts facts, String id, String message) {
    Optional<Container> it = facts.container(id).filter(found -> found.updating().isPresent());
    return it.isPresent()
        ? RunDecider.accept(it.get(), List.of(new UpdateFailed(message)), true)
        : Decision.nothing(false);
  }
}
