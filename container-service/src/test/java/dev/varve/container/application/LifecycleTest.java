package dev.varve.container.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.container.application.Endings.Condition;
import dev.varve.container.application.Endings.End;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.Container.Status;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.Specs;
import dev.varve.container.domain.Subjects;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LifecycleTest {
  private final TestEngine engine = new TestEngine();
  private final UseCases use = engine.use();

  @AfterEach
  void close() throws Exception {
    engine.close();
  }

  private End end(String id, Condition condition) throws Exception {
    return use.engine().endings().of(id, condition).get(20, TimeUnit.SECONDS);
  }

  @Test
  void pruneTakesWhatDoesNotRun() throws Exception {
    String stopped = engine.create("stopped", "true");
    String running = engine.create("running", "sleep");
    use.start().start(TestEngine.CAUSE, running);
    PruneContainers.Selection old =
        new PruneContainers.Selection(Optional.of(Instant.EPOCH), List.of(), List.of());
    PruneContainers.Selection labelled =
        new PruneContainers.Selection(Optional.empty(), List.of("no=such"), List.of());
    PruneContainers.Selection all =
        new PruneContainers.Selection(Optional.empty(), List.of(), List.of());

    assertThat(use.prune().prune(TestEngine.CAUSE, old).ids()).isEmpty();
    assertThat(use.prune().prune(TestEngine.CAUSE, labelled).ids()).isEmpty();
    assertThat(use.prune().prune(TestEngine.CAUSE, all).ids()).containsExactly(stopped);
    assertThat(engine.exists(running)).isTrue();
    assertThat(engine.history(Subjects.PRUNE)).containsExactly("Pruned", "Pruned", "Pruned");
  }

  @Test
  void aRunFromCreationToRemoval() throws Exception {
    String id = engine.create("web", "sleep");
    assertThat(engine.container(id).status()).isEqualTo(Status.CREATED);
    assertThat(engine.container(id).spec().hostname()).isEqualTo(id.substring(0, 12));

    assertThat(use.start().start(TestEngine.CAUSE, "/web")).isTrue();
    assertThat(engine.container(id).status()).isEqualTo(Status.RUNNING);
    assertThat(use.start().start(TestEngine.CAUSE, "web")).isFalse();

    CompletableFuture<End> next = use.engine().endings().of(id, Condition.NEXT_EXIT);
    engine.kernel.end(id, 7);
    assertThat(next.get(20, TimeUnit.SECONDS).exitCode()).isEqualTo(7);
    assertThat(engine.container(id).status()).isEqualTo(Status.EXITED);
    await().until(() -> engine.container(id).networks().isEmpty());

    use.remove().remove(TestEngine.CAUSE, id.substring(0, 5), false, false);
    assertThat(engine.exists(id)).isFalse();
    await().until(() -> engine.node.directories.isEmpty() && engine.kernel.alive().isEmpty());
    assertThat(engine.node.namespaces).isEmpty();
    assertThat(engine.history(id))
        .containsExactly(
            "Created",
            "StartRequested",
            "NetworkConnected",
            "Started",
            "Exited",
            "NetworkDisconnected",
            "RemoveRequested",
            "Removed");
    assertThat(engine.history(Subjects.name("web"))).containsExactly("NameClaimed", "NameReleased");
  }

  @Test
  void aSelfRemovingContainerGoesWithItsRun() throws Exception {
    String id = engine.create("once", Specs.process("true"), Specs.autoRemove(Specs.host()));
    CompletableFuture<End> removed = use.engine().endings().of(id, Condition.REMOVED);
    use.start().start(TestEngine.CAUSE, id);
    engine.kernel.end(id, 3);

    assertThat(removed.get(20, TimeUnit.SECONDS).exitCode()).isEqualTo(3);
    assertThat(engine.history(id))
        .containsExactly(
            "Created",
            "StartRequested",
            "NetworkConnected",
            "Started",
            "Exited",
            "RemoveRequested",
            "NetworkDisconnected",
            "Removed");
    await().until(() -> engine.kernel.alive().isEmpty() && engine.node.directories.isEmpty());
  }

  @Test
  void aRefusedStartLeavesNothingBehind() throws Exception {
    String id = engine.create("bad", "nosuch");

    assertThatThrownBy(() -> use.start().start(TestEngine.CAUSE, id))
        .hasMessage("exec: \"nosuch\": executable file not found");

    Container it = engine.container(id);
    assertThat(it.status()).isEqualTo(Status.CREATED);
    assertThat(it.outcome().exitCode()).isEqualTo(127);
    assertThat(engine.kernel.alive()).isEmpty();
    assertThat(engine.node.namespaces).isEmpty();
    assertThat(engine.history(id))
        .containsExactly(
            "Created", "StartRequested", "NetworkConnected", "StartFailed", "NetworkDisconnected");
  }

  @Test
  void aRefusedStartOfASelfRemovingContainerRemovesIt() throws Exception {
    String id = engine.create("bad", Specs.process("noexec"), Specs.autoRemove(Specs.host()));
    CompletableFuture<End> removed = use.engine().endings().of(id, Condition.REMOVED);

    assertThatThrownBy(() -> use.start().start(TestEngine.CAUSE, id))
        .hasMessageContaining("permission denied");

    assertThat(engine.exists(id)).isFalse();
    assertThat(removed.get(20, TimeUnit.SECONDS)).isEqualTo(new End(126, ""));
  }

  @Test
  void aRootFileSystemThatCannotBePreparedFailsTheStart() {
    String id = engine.create("full", "unpreparable");

    assertThatThrownBy(() -> use.start().start(TestEngine.CAUSE, id)).hasMessage("no space left");
    assertThat(engine.container(id).outcome().exitCode()).isEqualTo(128);
  }

  @Test
  void aRootFileSystemThatIsNotMountedIsMadeAgain() throws Exception {
    String id = engine.create("lost", "sleep");
    engine.node.unmounted.add(Path.of("/snapshots", id, "1"));

    use.start().start(TestEngine.CAUSE, id);

    assertThat(engine.history(id)).contains("RootFilesystemMissing");
    assertThat(use.engine().roots().rootPath(id)).endsWith("/2");
  }

  @Test
  void stopSendsTheSignalAndIsCompletedAfterTheExit() throws Exception {
    String id = engine.running("web", "sleep");

    assertThat(use.stop().stop(TestEngine.CAUSE, id, OptionalInt.empty(), "")).isTrue();

    assertThat(engine.container(id).outcome().exitCode()).isEqualTo(143);
    await()
        .untilAsserted(() ->
            assertThat(engine.history(id))
                .endsWith("StopRequested", "Exited", "NetworkDisconnected", "Stopped"));
    assertThat(use.stop().stop(TestEngine.CAUSE, id, OptionalInt.empty(), "")).isFalse();
  }

  @Test
  void aStubbornProgramIsKilledAfterItsTime() throws Exception {
    String id = engine.running("web", "stubborn");

    use.stop().stop(TestEngine.CAUSE, id, OptionalInt.of(0), "");

    assertThat(engine.container(id).outcome().exitCode()).isEqualTo(137);
    assertThat(engine.history(id))
        .containsSubsequence("StopRequested", "SignalRequested", "Exited");
  }

  @Test
  void killWaitsForTheEndAndNeedsARun() throws Exception {
    String id = engine.running("web", "sleep");

    use.stop().kill(TestEngine.CAUSE, "web", "");

    assertThat(engine.container(id).status()).isEqualTo(Status.EXITED);
    assertThatThrownBy(() -> use.stop().kill(TestEngine.CAUSE, "web", "TERM"))
        .hasMessage("Cannot kill container: web: Container " + id + " is not running");
    assertThatThrownBy(() -> use.stop().kill(TestEngine.CAUSE, "web", "NOPE"))
        .hasMessage("invalid signal: NOPE");
  }

  @Test
  void forcedRemovalKillsFirst() throws Exception {
    String id = engine.running("web", "stubborn");

    assertThatThrownBy(() -> use.remove().remove(TestEngine.CAUSE, "web", false, false))
        .hasMessageStartingWith("cannot remove container \"/web\": container is running");
    use.remove().remove(TestEngine.CAUSE, "web", true, false);

    assertThat(engine.exists(id)).isFalse();
    assertThat(engine.history(id))
        .containsSubsequence("RemoveRequested", "SignalRequested", "Exited", "Removed");
  }

  @Test
  void aContainerRunsAgainAndAgain() throws Exception {
    String id = engine.running("web", "sleep");
    for (int code = 1; code <= 3; code++) {
      engine.kernel.end(id, code);
      assertThat(end(id, Condition.NOT_RUNNING).exitCode()).isEqualTo(code);
      assertThat(use.start().start(TestEngine.CAUSE, id)).isTrue();
    }
    assertThat(engine.kernel.alive()).containsExactly(id);
  }

  @Test
  void aLateReportOfAnEarlierRunEndsNothing() throws Exception {
    String id = engine.running("web", "sleep");
    engine.kernel.end(id, 1);
    end(id, Condition.NOT_RUNNING);
    use.start().start(TestEngine.CAUSE, id);

    engine.kernel.report(id, 1);
    // Serialised behind the late report, for both take the container's lane.
    use.rename().rename(TestEngine.CAUSE, id, "web2");

    assertThat(engine.container(id).status()).isEqualTo(Status.RUNNING);
    assertThat(engine.history(id).stream().filter("Exited"::equals)).hasSize(1);
  }

  @Test
  void namesAreUnique() {
    String id = engine.create("web", "sleep");

    assertThatThrownBy(() -> engine.create("web", "sleep")).hasMessageContaining(id);
    assertThatThrownBy(() -> engine.create("/web", "sleep")).hasMessageContaining(id);
    assertThat(engine.create("", "sleep")).isNotEqualTo(id);
  }

  @Test
  void ofManyWhoWantOneNameOneGetsIt() throws Exception {
    AtomicInteger made = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    List<Thread> threads =
        IntStream.range(0, 8)
            .mapToObj(i ->
                Thread.startVirtualThread(() -> {
                  try {
                    go.await();
                    engine.create("web", "sleep");
                    made.incrementAndGet();
                  } catch (InterruptedException | RuntimeException e) {
                    // Somebody was first.
                  }
                }))
            .toList();
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(made).hasValue(1);
    assertThat(use.engine().directory().newestFirst()).hasSize(1);
  }

  @Test
  void renameFreesTheOldName() {
    String id = engine.create("web", "sleep");

    use.rename().rename(TestEngine.CAUSE, "web", "shop");

    assertThat(engine.container(id).name()).isEqualTo("shop");
    String other = engine.create("web", "sleep");
    assertThatThrownBy(() -> use.rename().rename(TestEngine.CAUSE, "shop", "web"))
        .hasMessageContaining(other);
  }

  @Test
  void lookupByIdNameAndPrefix() {
    String id = engine.create("web", "sleep");
    String named = engine.create(id.substring(0, 6), "sleep");

    assertThat(find(id)).isEqualTo(id);
    assertThat(find("web")).isEqualTo(id);
    assertThat(find("/web")).isEqualTo(id);
    assertThat(find(id.substring(0, 12))).isEqualTo(id);
    // A name wins over another container's id prefix.
    assertThat(find(id.substring(0, 6))).isEqualTo(named);
    assertThatThrownBy(() -> find("nope")).hasMessage("No such container: nope");
  }

  private String find(String reference) {
    return Lookup.find(use.engine().directory(), reference).id();
  }

  @Test
  void whatWaitsForTheRemovalIsWoken() throws Exception {
    String id = engine.create("web", "sleep");
    CompletableFuture<End> next = use.engine().endings().of(id, Condition.NEXT_EXIT);
    CompletableFuture<End> removed = use.engine().endings().of(id, Condition.REMOVED);

    use.remove().remove(TestEngine.CAUSE, id, false, false);

    assertThat(removed.get(20, TimeUnit.SECONDS).exitCode()).isZero();
    assertThat(next.get(20, TimeUnit.SECONDS).exitCode()).isZero();
  }

  @Test
  void newestFirst() {
    String first = engine.create("one", "sleep");
    String second = engine.create("two", "sleep");

    assertThat(use.engine().directory().newestFirst().stream().map(Container::id))
        .containsExactly(second, first);
  }

  @Test
  void refusesToStartOnAnUnknownNetworkAndLimitsBeyondItsOwn() {
    String lost = engine.create("a1", Specs.process("x"), Specs.onNetwork(Specs.host(), "nowhere"));
    assertThatThrownBy(() -> use.start().start(TestEngine.CAUSE, lost))
        .hasMessage("failed to set up container networking: network nowhere not found");
    assertThat(engine.container(lost).isRunning()).isFalse();
    assertThat(use.engine().directory().networks().stream().map(it -> it.name()))
        .containsExactly("bridge", "host", "none");
    assertThat(use.engine().directory().network("bridge").orElseThrow().bridge())
        .isEqualTo("test0");
  }

  @Test
  void onTheHostsNetworkItHasTheHostsName() throws Exception {
    String id = engine.create("h1", Specs.process("x"), Specs.onNetwork(Specs.host(), "host"));
    use.start().start(TestEngine.CAUSE, id);

    assertThat(engine.container(id).spec().hostname()).isEqualTo("machine");
    assertThat(engine.history(id)).doesNotContain("NetworkConnected");
  }
}
