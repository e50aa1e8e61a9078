package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.domain.ContainerEvent.Created;
import dev.varve.container.domain.ContainerEvent.RemoveRequested;
import dev.varve.container.domain.ContainerEvent.StartRequested;
import dev.varve.container.domain.ContainerEvent.Started;
import dev.varve.container.domain.ContainerEvent.UpdateFailed;
import dev.varve.container.domain.ContainerEvent.UpdateRequested;
import dev.varve.container.domain.ContainerEvent.Updated;
import dev.varve.eventlog.Problem;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class UpdateDeciderTest {
  private static final String ID = "c1";
  private static final Optional<RestartPolicy> SAME = Optional.empty();
  private static final Resources BOUND = resources(64, 128, 0, 0, 0);

  private static Resources resources(long memory, long swap, long nano, long period, long quota) {
    return new Resources(
        new Resources.Memory(memory, 0, swap, OptionalLong.empty(), Optional.empty(), 0, 0),
        new Resources.Cpu(0, nano, period, quota, 0, 0, "", ""),
        Resources.BlockIo.UNLIMITED,
        OptionalLong.empty());
  }

  private static Given with(Resources resources, HostSpec host, ContainerEvent... more) {
    ContainerSpec spec =
        Specs.spec(Specs.process("true"), host.with(resources, RestartPolicy.NONE));
    return Given.nothing()
        .and(Subjects.container(ID), new Created(ID, "web", spec, "n", 1))
        .and(Subjects.container(ID), more);
  }

  private static Given idle() {
    return with(BOUND, Specs.host());
  }

  private static Given running() {
    return with(
        BOUND, Specs.host(), new StartRequested(StartReason.ASKED), new Started(5, Given.TIME, 6));
  }

  private static Given.Then<Optional<UpdateRequested>> update(
      Given given, Resources asked, Optional<RestartPolicy> policy) {
    return given.when(facts -> UpdateDecider.request(facts, ID, "web", asked, policy));
  }

  private static HostSpec host(Given given) {
    return given.container(ID).orElseThrow().spec().host();
  }

  @Test
  void whatDoesNotRunIsBoundAtItsNextStart() {
    Given given = idle();
    RestartPolicy always = new RestartPolicy("always", 0);
    Resources after = resources(256, 512, 0, 0, 0);

    update(given, resources(256, 512, 0, 0, 0), Optional.of(always))
        .events(new Updated(after, always));

    assertThat(host(given).resources()).isEqualTo(after);
    assertThat(host(given).restartPolicy()).isEqualTo(always);
  }

  @Test
  void whatRunsIsBoundWhenTheKernelHasDoneSo() {
    Given given = running();
    Resources after = resources(64, 128, 5, 0, 0);

    assertThat(update(given, resources(0, 0, 5, 0, 0), SAME).answer())
        .contains(new UpdateRequested(after, RestartPolicy.NONE));
    assertThat(host(given).resources()).isEqualTo(BOUND);

    given
        .when(facts -> UpdateDecider.updated(facts, ID))
        .events(new Updated(after, RestartPolicy.NONE));
    assertThat(host(given).resources()).isEqualTo(after);
    given.when(facts -> UpdateDecider.updated(facts, ID)).events();
  }

  @Test
  void whatTheKernelRefusesLeavesAllAsItWas() {
    Given given = running();
    update(given, resources(0, 0, 5, 0, 0), SAME);

    given.when(facts -> UpdateDecider.failed(facts, ID, "busy")).events(new UpdateFailed("busy"));

    assertThat(host(given).resources()).isEqualTo(BOUND);
    given.when(facts -> UpdateDecider.updated(facts, ID)).events();
  }

  @Test
  void conflictsWithWhatIsSet() {
    conflict(
        resources(64, 128, 0, 1000, 0),
        resources(0, 0, 5, 0, 0),
        "Conflicting options: Nano CPUs cannot be updated as CPU Period has already been set");
    conflict(
        resources(64, 128, 0, 0, 1000),
        resources(0, 0, 5, 0, 0),
        "Conflicting options: Nano CPUs cannot be updated as CPU Quota has already been set");
    conflict(
        resources(64, 128, 5, 0, 0),
        resources(0, 0, 0, 1000, 0),
        "Conflicting options: CPU Period cannot be updated as NanoCPUs has already been set");
    conflict(
        resources(64, 128, 5, 0, 0),
        resources(0, 0, 0, 0, 1000),
        "Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set");
    conflict(
        BOUND,
        resources(256, 0, 0, 0, 0),
        "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time");
  }

  private static void conflict(Resources now, Resources asked, String text) {
    update(with(now, Specs.host()), asked, SAME)
        .refused(Problem.Code.CONFLICT, "Cannot update container c1: " + text);
  }

  @Test
  void whatRemovesItselfIsNotRestarted() {
    Given given = with(BOUND, Specs.autoRemove(Specs.host()));
    update(given, Resources.UNLIMITED, Optional.of(new RestartPolicy("always", 0)))
        .refused(
            Problem.Code.CONFLICT,
            "Cannot update container c1: Restart policy cannot be updated because AutoRemove is enabled for the container");
    assertThat(update(given, Resources.UNLIMITED, Optional.of(new RestartPolicy("no", 0))).answer())
        .isEmpty();
  }

  @Test
  void whatIsBeingRemovedIsLeftAlone() {
    update(with(BOUND, Specs.host(), new RemoveRequested(false, false)), Resources.UNLIMITED, SAME)
        .refused(
            Problem.Code.CONFLICT,
            "Cannot update container c1: container is marked for removal and cannot be \"update\"");
    update(Given.nothing(), Resources.UNLIMITED, SAME)
        .refused(Problem.Code.NOT_FOUND, "No such container: web");
  }
}
