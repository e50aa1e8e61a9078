package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.domain.ContainerEvent.Exited;
import dev.varve.container.domain.ContainerEvent.StartFailed;
import dev.varve.container.domain.ContainerEvent.Started;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.RepeatedTest;

/** Whatever is asked in whatever order, no history is written that the state machine forbids. */
class StateMachinePropertyTest {
  private static final List<String> IDS = List.of("a".repeat(64), "b".repeat(64));
  private static final List<String> NAMES = List.of("web", "shop");
  private static final int COMMANDS = 300;

  /** Written by hand from the published state machine, not from the code. */
  private static final Map<String, Set<String>> ALLOWED_AFTER =
      Map.of(
          "", Set.of("Created"),
          "restarting",
              Set.of(
                  "StartRequested",
                  "RestartCancelled",
                  "Renamed",
                  "RemoveRequested",
                  "Stopped",
                  "NetworkDisconnected"),
          "idle",
              Set.of(
                  "StartRequested",
                  "RestartScheduled",
                  "Renamed",
                  "RemoveRequested",
                  "Removed",
                  "Stopped",
                  "NetworkDisconnected"),
          "starting",
              Set.of(
                  "Started",
                  "StartFailed",
                  "NetworkConnected",
                  "Renamed",
                  "RemoveRequested",
                  "SignalRequested"),
          "running",
              Set.of(
                  "Exited",
                  "OutOfMemory",
                  "HealthChanged",
                  "SignalRequested",
                  "StopRequested",
                  "Renamed",
                  "RemoveRequested"));

  @RepeatedTest(40)
  void onlyAllowedTransitions() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Given given = Given.nothing();
    Map<Subject, String> phases = new HashMap<>();
    List<String> story = new ArrayList<>();

    for (int i = 0; i < COMMANDS; i++) {
      Function<Facts, Decision<DomainEvent, ?>> command = command(random);
      if (command.apply(given) instanceof Decision.Accepted<DomainEvent, ?>(var drafts, var _)) {
        for (Decision.Draft<DomainEvent> draft : drafts) {
          if (draft.event() instanceof ContainerEvent event) {
            String phase = phases.getOrDefault(draft.subject(), "");
            String type = event.getClass().getSimpleName();
            story.add(draft.subject() + " " + phase + " " + type);
            assertThat(ALLOWED_AFTER.getOrDefault(phase, Set.of()))
                .as("seed %d: %s", seed, story)
                .contains(type);
            phases.put(draft.subject(), next(phase, type));
          }
          given.and(draft.subject(), draft.event());
        }
      }
      assertNamesHaveOneHolder(given, seed);
    }
  }

  private static String next(String phase, String type) {
    return switch (type) {
      case "Created", "StartFailed", "Exited", "RestartCancelled" -> "idle";
      case "RestartScheduled" -> "restarting";
      case "StartRequested" -> "starting";
      case "Started" -> "running";
      case "Removed" -> "";
      default -> phase;
    };
  }

  /** Two containers never bear one name that both may claim. */
  private static void assertNamesHaveOneHolder(Given given, long seed) {
    for (String name : NAMES) {
      long bearers =
          IDS.stream()
              .flatMap(id -> given.container(id).stream())
              .filter(it -> it.name().equals(name))
              .count();
      assertThat(bearers).as("seed %d, name %s", seed, name).isLessThanOrEqualTo(1);
    }
  }

  private static Function<Facts, Decision<DomainEvent, ?>> command(Random random) {
    String id = IDS.get(random.nextInt(IDS.size()));
    String name = NAMES.get(random.nextInt(NAMES.size()));
    boolean flag = random.nextBoolean();
    StartReason reason = StartReason.values()[random.nextInt(StartReason.values().length)];
    StopPurpose purpose = StopPurpose.values()[random.nextInt(StopPurpose.values().length)];
    return switch (random.nextInt(18)) {
      case 0 -> facts -> create(facts, id, name, flag);
      case 1, 2 -> facts -> RunDecider.request(facts, id, reason, Optional.empty());
      case 3, 4 ->
          facts -> RunDecider.started(facts, id, new Started(random.nextInt(), Given.TIME, 1));
      case 5 -> facts -> RunDecider.failed(facts, id, new StartFailed(127, "no"));
      case 6, 7 -> facts -> RunDecider.exited(facts, id, new Exited(1, Given.TIME, flag, ""));
      case 8 -> facts -> RunDecider.settled(facts, id);
      case 9 -> facts -> SignalDecider.kill(facts, id, id, 15);
      case 10 -> facts -> SignalDecider.stop(facts, id, id, OptionalInt.empty(), "", purpose);
      case 13 -> facts -> RunDecider.atEngineStart(facts, id, Given.TIME);
      case 14 -> facts -> RunDecider.outOfMemory(facts, id);
      case 15 ->
          facts ->
              HealthDecider.changed(facts, id, 1, HealthStatus.values()[1 + random.nextInt(3)], 1);
      case 16 ->
          facts -> RunDecider.interrupted(facts, id, new StartFailed(128, "crash"), Given.TIME);
      case 11 -> facts -> RemoveDecider.request(facts, id, id, flag, false);
      case 12 ->
          facts ->
              facts
                      .container(id)
                      .filter(it ->
                          it.removal().isPresent() && it.phase() instanceof Container.Phase.Idle)
                      .isPresent()
                  ? RemoveDecider.complete(facts, id, name, List.of())
                  : Decision.nothing(false);
      default -> facts -> rename(facts, id, name);
    };
  }

  private static Decision<DomainEvent, ?> create(
      Facts facts, String id, String name, boolean autoRemove) {
    HostSpec host =
        autoRemove ? Specs.autoRemove(Specs.host()) : LifeSpecs.restart("on-failure", 5);
    return facts.container(id).isPresent()
        ? Decision.nothing("")
        : CreateDecider.create(facts, id, name, Specs.spec(Specs.process("x"), host), "node-1");
  }

  private static Decision<DomainEvent, ?> rename(Facts facts, String id, String name) {
    if (!(RenameDecider.check(facts, id, name)
        instanceof Decision.Accepted<DomainEvent, String>(var _, String old))) {
      return Decision.nothing(false);
    }
    if (!(CreateDecider.claim(facts, name, id)
        instanceof Decision.Accepted<DomainEvent, String>(var claim, var _))) {
      return Decision.nothing(false);
    }
    if (!(RenameDecider.rename(facts, id, old, name)
        instanceof Decision.Accepted<DomainEvent, Boolean>(var drafts, var _))) {
      return Decision.nothing(false);
    }
    List<Decision.Draft<DomainEvent>> all = new ArrayList<>(claim);
    all.addAll(drafts);
    return new Decision.Accepted<>(all, true);
  }
}
