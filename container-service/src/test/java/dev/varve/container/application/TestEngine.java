package dev.varve.container.application;

import dev.varve.container.adapter.codec.BuildEventCodec;
import dev.varve.container.adapter.codec.ContainerEventCodec;
import dev.varve.container.adapter.codec.SnapshotEventCodec;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.ContainerEvent;
import dev.varve.container.domain.ContainerEvolution;
import dev.varve.container.domain.DomainEvent;
import dev.varve.container.domain.DomainState;
import dev.varve.container.domain.HostSpec;
import dev.varve.container.domain.ImageDefaults;
import dev.varve.container.domain.ProcessSpec;
import dev.varve.container.domain.RequestedConfig;
import dev.varve.container.domain.Specs;
import dev.varve.container.domain.Subjects;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import dev.varve.eventlog.adapter.memory.InMemoryEventLog;
import dev.varve.eventlog.assembly.FollowedTopic;
import dev.varve.eventlog.assembly.OwnedTopic;
import dev.varve.eventlog.assembly.TopicModel;
import dev.varve.events.snapshot.v1.PrepareFailed;
import dev.varve.events.snapshot.v1.Prepared;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A whole service over logs in memory and a fake machine. {@link #crashAt} lets it die at a step
 * the way kill -9 would: the thread that reaches it never goes on, and nothing is cleaned up;
 * {@link #restart} then begins another one over the same logs and machine.
 */
public final class TestEngine implements AutoCloseable {
  public static final Cause CAUSE = new Cause("unix:uid=0,pid=1", "request-1", "correlation-1");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final InMemoryEventLog containerLog = new InMemoryEventLog();
  private final InMemoryEventLog snapshotLog = new InMemoryEventLog();
  private final InMemoryEventLog imageLog = new InMemoryEventLog();
  private final Map<String, Integer> generations = new ConcurrentHashMap<>();
  private final List<AutoCloseable> opened = new ArrayList<>();
  final FakeKernel kernel = new FakeKernel();
  final FakeNode node = new FakeNode();
  final FakePorts ports = new FakePorts();
  final FakeStats stats = new FakeStats();
  final FakeAlarm alarm = new FakeAlarm();
  private OwnedTopic<DomainState, DomainEvent> topic;
  private UseCases useCases;
  private volatile String crashStep = "";
  private volatile String heldStep = "";
  private CountDownLatch held = new CountDownLatch(0);
  private CountDownLatch crashed = new CountDownLatch(1);

  public TestEngine() {
    begin();
  }

  public UseCases use() {
    return useCases;
  }

  void crashAt(String step) {
    crashStep = step;
    crashed = new CountDownLatch(1);
  }

  /** Whoever comes to the step waits there until the answer is counted down. */
  CountDownLatch holdAt(String step) {
    held = new CountDownLatch(1);
    heldStep = step;
    return held;
  }

  /** Runs a command that never comes back. */
  void untilCrash(Command command) throws InterruptedException {
    Thread.startVirtualThread(() -> {
      try {
        command.run();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    });
    if (!crashed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("never came to " + crashStep);
    }
  }

  interface Command {
    void run() throws Exception;
  }

  /** The present service is dead; another one starts. */
  void restart() {
    crashStep = "";
    kernel.unwatch();
    alarm.forget();
    topic.ledger().close();
    begin();
  }

  private void begin() {
    topic =
        OwnedTopic.over(
            containerLog,
            "node-1",
            new TopicModel<>(
                "container",
                new ContainerEventCodec(new PlainSealing()),
                new ContainerEvolution()));
    FollowedTopic<Snapshot, SnapshotEvent> snapshots =
        FollowedTopic.over(
            snapshotLog,
            new TopicModel<>("snapshot", new SnapshotEventCodec(), Snapshot.evolution()));
    FollowedTopic<OpenRuns, BuildEvent> builds =
        FollowedTopic.over(
            imageLog, new TopicModel<>("image", new BuildEventCodec(), OpenRuns.evolution()));
    opened.add(topic);
    opened.add(snapshots);
    opened.add(builds);
    ContainerLedger ledger = new ContainerLedger(topic.ledger(), topic.commands());
    ContainerDirectory directory = new ContainerDirectory(topic.ledger());
    FakeRuntime runtime = new FakeRuntime(kernel);
    Engine engine =
        new Engine(
            "node-1",
            ledger,
            directory,
            new Endings(topic.ledger()),
            new Lanes(),
            new Attachments(runtime),
            new RootFilesystems(snapshots.ledger(), ledger, node),
            node,
            runtime,
            node,
            ports,
            node,
            node,
            node,
            node,
            alarm,
            InstantSource.system(),
            dieAt());
    useCases =
        UseCases.of(
            engine,
            json ->
                new ImageDefaults(
                    List.of(),
                    List.of(),
                    List.of(),
                    "",
                    "",
                    Map.of(),
                    List.of(),
                    List.of(),
                    "",
                    Optional.empty()),
            stats,
            "test",
            "1",
            builds.ledger(),
            (_, _) -> Optional.empty());
    topic
        .ledger()
        .listen(change -> {
          switch (change.event().data()) {
            case ContainerEvent.Created _, ContainerEvent.RootFilesystemMissing _ ->
                prepare(change.event().subject().id());
            default -> {
              // Nothing else concerns file systems here.
            }
          }
        });
    snapshots.start(PATIENCE);
    topic.start(PATIENCE);
    directory.load();
    try {
      useCases.engineStart().run();
      useCases.leases().begin();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the snapshot service does. */
  private void prepare(String id) {
    int generation =
        generations.merge(
            id, 1, (before, one) -> topic.ledger().isCaughtUp() ? before + one : before);
    Path root = Path.of("/snapshots", id, String.valueOf(generation));
    boolean failing =
        useCases != null
            && topic
                .ledger()
                .state(Subjects.container(id))
                .map(Container.class::cast)
                .filter(it -> it.spec().process().cmd().contains("unpreparable"))
                .isPresent();
    snapshotLog.append(
        List.of(
            new Proposal(
                id + generation,
                new Subject("snapshot", id),
                generation,
                "dev.varve.snapshot.v1." + (failing ? "PrepareFailed" : "Prepared"),
                Instant.now(),
                CAUSE,
                "node-1",
                failing
                    ? PrepareFailed.newBuilder().setMessage("no space left").build().toByteArray()
                    : Prepared.newBuilder()
                        .setContainerId(id)
                        .setRootPath(root.toString())
                        .setGeneration(generation)
                        .build()
                        .toByteArray(),
                Proposal.UNTOLD,
                false)));
  }

  /** What another command recorded of its events before it was cut short. */
  void record(Subject subject, DomainEvent event) {
    String _ = topic.commands().run(CAUSE, _ -> Decision.accept(subject, event, "recorded"));
  }

  /** The container's program writes. */
  public void print(String id, String text) {
    kernel.print(id, text);
  }

  /** The container's program ends. */
  public void end(String id, int code) {
    kernel.end(id, code);
  }

  private Steps dieAt() {
    return step -> {
      if (step.equals(crashStep)) {
        crashed.countDown();
        while (true) {
          LockSupport.park();
        }
      }
      if (step.equals(heldStep)) {
        try {
          held.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  public String create(String name, ProcessSpec process, HostSpec host) {
    return create(name, Specs.asked(process, host));
  }

  String create(String name, RequestedConfig asked) {
    return useCases.create().create(CAUSE, name, asked, new byte[0]).value();
  }

  String create(String name, String... cmd) {
    return create(name, Specs.process(cmd), Specs.host());
  }

  String running(String name, String... cmd) throws InterruptedException {
    String id = create(name, cmd);
    useCases.start().start(CAUSE, id);
    return id;
  }

  Container container(String id) {
    return useCases.engine().directory().byId(id).orElseThrow();
  }

  boolean exists(String id) {
    return useCases.engine().directory().byId(id).isPresent();
  }

  /** The types of a container's counted events, in order, without their service's prefix. */
  List<String> history(String id) {
    return history(new Subject("container", id));
  }

  List<String> history(Subject subject) {
    List<String> types = new ArrayList<>();
    long last = 0;
    try (var reader = containerLog.read(Map.of())) {
      List<LogRecord> records = reader.poll(Duration.ZERO);
      while (!records.isEmpty()) {
        for (LogRecord record : records) {
          Proposal proposal = record.proposal();
          if (proposal.subject().equals(subject) && proposal.sequence() == last + 1) {
            last++;
            types.add(proposal.type().substring(proposal.type().lastIndexOf('.') + 1));
          }
        }
        records = reader.poll(Duration.ZERO);
      }
    }
    return types;
  }

  @Override
  public void close() throws Exception {
    kernel.unwatch();
    for (AutoCloseable it : opened.reversed()) {
      it.close();
    }
  }
}
