package dev.varve.container.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.container.domain.ContainerEvent;
import dev.varve.container.domain.ContainerSpec;
import dev.varve.container.domain.EndpointSpec;
import dev.varve.container.domain.Lease;
import dev.varve.container.domain.LeaseEvent;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkSpec;
import dev.varve.container.domain.RequestedConfig;
import dev.varve.container.domain.Specs;
import dev.varve.container.domain.Subjects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LeasesTest {
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final TestEngine engine = new TestEngine();

  @AfterEach
  void close() throws Exception {
    engine.close();
  }

  private Lease open() {
    return engine.use().leases().open(TestEngine.CAUSE, "tests", GRACE);
  }

  private void end(Lease lease) throws InterruptedException {
    engine.use().leases().end(TestEngine.CAUSE, lease.id(), LeaseEvent.Reason.RELEASED);
  }

  private String container(String name, Map<String, String> labels) {
    RequestedConfig it = Specs.asked(Specs.process("sleep"), Specs.host());
    return engine.create(
        name,
        new RequestedConfig(
            it.image(),
            it.imageId(),
            it.hostname(),
            it.domainname(),
            labels,
            it.process(),
            it.entrypointGiven(),
            it.host(),
            it.exposedPorts(),
            it.volumes(),
            it.healthCheck(),
            it.onBuild(),
            it.shell(),
            it.networkDisabled(),
            it.mountImages()));
  }

  private String network(String name, Map<String, String> labels) {
    return engine
        .use()
        .networks()
        .create(
            TestEngine.CAUSE,
            new NetworkSpec(
                name,
                Network.BRIDGE,
                "",
                List.of(),
                false,
                false,
                true,
                false,
                Map.of(),
                labels,
                NetworkSpec.Ipam.DEFAULT));
  }

  private static Map<String, String> under(Lease lease) {
    return Map.of(Lease.LABEL, lease.id());
  }

  private List<String> networks() {
    return engine.use().engine().directory().networks().stream()
        .filter(it -> !it.isBuiltin())
        .map(Network::name)
        .toList();
  }

  private void awaitGone(String id) {
    await().untilAsserted(() -> assertThat(engine.exists(id)).isFalse());
  }

  @Test
  void whatWasMadeUnderItGoesWithItAndNothingElse() throws Exception {
    Lease lease = open();
    String running = container("one", under(lease));
    engine.use().start().start(TestEngine.CAUSE, running);
    String created = container("two", under(lease));
    String mine = container("three", Map.of());
    network("leased", under(lease));
    network("other", Map.of());

    end(lease);

    assertThat(engine.exists(running)).isFalse();
    assertThat(engine.exists(created)).isFalse();
    assertThat(engine.exists(mine)).isTrue();
    assertThat(networks()).containsExactly("other");
    assertThat(engine.history(Subjects.lease(lease.id())))
        .containsExactly("LeaseOpened", "LeaseEnded");
    assertThat(engine.use().leases().list()).isEmpty();
  }

  @Test
  void endedIsEnded() throws Exception {
    Lease lease = open();
    end(lease);
    end(lease);
    assertThat(engine.history(Subjects.lease(lease.id()))).hasSize(2);
    assertThatThrownBy(() -> container("late", under(lease)))
        .hasMessage("lease " + lease.id() + " is over");
    assertThatThrownBy(() -> network("late", under(lease)))
        .hasMessage("lease " + lease.id() + " is over");
    assertThatThrownBy(() -> engine.use().leases().hold(lease.id()))
        .hasMessage("No such lease: " + lease.id());
  }

  @Test
  void itLastsAsLongAsSomebodyHoldsItAndThenForItsGrace() {
    Lease lease = open();
    String id = container("one", under(lease));
    assertThat(engine.alarm.delays()).containsExactly(GRACE);
    Leases.Hold one = engine.use().leases().hold(lease.id());
    Leases.Hold two = engine.use().leases().hold(lease.id());
    engine.alarm.ring();
    one.close();
    assertThat(engine.use().leases().isHeld(lease.id())).isTrue();
    assertThat(engine.alarm.delays()).isEmpty();
    two.close();
    assertThat(engine.alarm.delays()).containsExactly(GRACE);
    Leases.Hold again = engine.use().leases().hold(lease.id());
    engine.alarm.ring();
    assertThat(engine.exists(id)).isTrue();
    again.close();
    engine.alarm.ring();
    awaitGone(id);
    assertThat(engine.history(Subjects.lease(lease.id())))
        .containsExactly("LeaseOpened", "LeaseEnded");
  }

  @Test
  void whoHoldsItIsToldOfItsEnd() throws Exception {
    Lease lease = open();
    List<String> told = new ArrayList<>();
    try (Leases.Hold one = engine.use().leases().hold(lease.id());
        Leases.Hold two = engine.use().leases().hold(lease.id())) {
      one.whenOver(() -> told.add("one"));
      end(lease);
      two.whenOver(() -> told.add("two"));
    }
    assertThat(told).containsExactly("one", "two");
  }

  @Test
  void afterARestartItsHolderHasTimeToComeBack() {
    Lease lease = open();
    String id = container("one", under(lease));
    engine.restart();
    assertThat(engine.alarm.delays()).containsExactly(GRACE);
    try (Leases.Hold _ = engine.use().leases().hold(lease.id())) {
      engine.alarm.ring();
      assertThat(engine.use().leases().list()).containsExactly(lease);
    }
    engine.restart();
    engine.alarm.ring();
    awaitGone(id);
  }

  @Test
  void anEndThatWasKilledGoesOn() throws Exception {
    Lease lease = open();
    String id = container("one", under(lease));
    network("leased", under(lease));
    engine.crashAt(Steps.LEASE_ENDED);
    engine.untilCrash(() -> end(lease));
    assertThat(engine.exists(id)).isTrue();
    engine.restart();
    awaitGone(id);
    await().untilAsserted(() -> assertThat(networks()).isEmpty());
  }

  @ParameterizedTest
  @EnumSource(Late.class)
  void whatWasOnItsWayWhenItEndedGoesAsWell(Late late) {
    Lease lease = open();
    String id = late.make(this, lease);
    await()
        .untilAsserted(() -> {
          assertThat(engine.exists(id)).isFalse();
          assertThat(networks()).isEmpty();
        });
  }

  /** Decided while the lease was open, recorded when it no longer was. */
  enum Late {
    CONTAINER {
      @Override
      String make(LeasesTest test, Lease lease) {
        String id = test.container("template", Map.of());
        var template = test.engine.container(id).spec();
        test.engine.record(
            Subjects.lease(lease.id()), new LeaseEvent.LeaseEnded(LeaseEvent.Reason.RELEASED));
        String late = "d".repeat(64);
        test.engine.record(
            Subjects.container(late),
            new ContainerEvent.Created(late, "late", labelled(template, lease), "node-1", 1));
        return late;
      }
    },
    NETWORK {
      @Override
      String make(LeasesTest test, Lease lease) {
        String id = test.network("late", under(lease));
        test.engine.record(
            Subjects.lease(lease.id()), new LeaseEvent.LeaseEnded(LeaseEvent.Reason.RELEASED));
        test.engine.restart();
        return id;
      }
    };

    abstract String make(LeasesTest test, Lease lease);
  }

  private static ContainerSpec labelled(ContainerSpec it, Lease lease) {
    return new ContainerSpec(
        it.image(),
        it.imageId(),
        it.hostname(),
        it.domainname(),
        under(lease),
        it.process(),
        it.host(),
        it.exposedPorts(),
        it.volumes(),
        it.healthCheck(),
        it.onBuild(),
        it.shell(),
        it.networkDisabled());
  }

  @Test
  void aNetworkThatSomebodyElseIsOnGoesWhenHeHasLeft() throws Exception {
    Lease lease = open();
    network("leased", under(lease));
    String mine = container("mine", Map.of());
    engine.use().start().start(TestEngine.CAUSE, mine);
    engine.use().connections().connect(TestEngine.CAUSE, "leased", mine, EndpointSpec.on("leased"));
    end(lease);
    assertThat(networks()).containsExactly("leased");
    engine.use().remove().remove(TestEngine.CAUSE, mine, true, false);
    await().untilAsserted(() -> assertThat(networks()).isEmpty());
  }

  @Test
  void namesAndGracesHaveBounds() {
    Leases leases = engine.use().leases();
    assertThatThrownBy(() -> leases.open(TestEngine.CAUSE, "a\nb", GRACE))
        .hasMessageContaining("name");
    assertThatThrownBy(() -> leases.open(TestEngine.CAUSE, "x".repeat(129), GRACE))
        .hasMessageContaining("name");
    assertThatThrownBy(() -> leases.open(TestEngine.CAUSE, "", Duration.ofDays(8)))
        .hasMessageContaining("seven days");
    assertThat(leases.list()).isEmpty();
  }
}
