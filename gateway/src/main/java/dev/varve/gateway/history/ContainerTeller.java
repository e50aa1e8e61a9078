package dev.varve.gateway.history;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.varve.eventlog.Event;
import dev.varve.eventlog.Subject;
import dev.varve.events.container.v1.ArchiveExtracted;
import dev.varve.events.container.v1.ArchiveRead;
import dev.varve.events.container.v1.Attached;
import dev.varve.events.container.v1.Created;
import dev.varve.events.container.v1.Detached;
import dev.varve.events.container.v1.ExecCreated;
import dev.varve.events.container.v1.ExecDetached;
import dev.varve.events.container.v1.ExecExited;
import dev.varve.events.container.v1.ExecRemoved;
import dev.varve.events.container.v1.ExecStartRequested;
import dev.varve.events.container.v1.ExitCause;
import dev.varve.events.container.v1.Exited;
import dev.varve.events.container.v1.Exported;
import dev.varve.events.container.v1.HealthChanged;
import dev.varve.events.container.v1.NetworkConnected;
import dev.varve.events.container.v1.NetworkCreated;
import dev.varve.events.container.v1.NetworkDisconnected;
import dev.varve.events.container.v1.OutOfMemory;
import dev.varve.events.container.v1.Paused;
import dev.varve.events.container.v1.ProcessesListed;
import dev.varve.events.container.v1.Pruned;
import dev.varve.events.container.v1.Removed;
import dev.varve.events.container.v1.Renamed;
import dev.varve.events.container.v1.Resized;
import dev.varve.events.container.v1.SignalRequested;
import dev.varve.events.container.v1.StartReason;
import dev.varve.events.container.v1.StartRequested;
import dev.varve.events.container.v1.Started;
import dev.varve.events.container.v1.StopRequested;
import dev.varve.events.container.v1.Stopped;
import dev.varve.events.container.v1.Unpaused;
import dev.varve.events.container.v1.Updated;
import dev.varve.gateway.history.Remembered.OfContainer;
import dev.varve.gateway.history.Remembered.OfExec;
import dev.varve.gateway.history.Remembered.OfNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The container service's events in Docker's words. Pure. */
final class ContainerTeller implements Teller {
  private static final List<Message> SAMPLES =
      List.of(
          Created.getDefaultInstance(),
          Attached.getDefaultInstance(),
          Detached.getDefaultInstance(),
          NetworkConnected.getDefaultInstance(),
          NetworkDisconnected.getDefaultInstance(),
          StartRequested.getDefaultInstance(),
          Started.getDefaultInstance(),
          OutOfMemory.getDefaultInstance(),
          HealthChanged.getDefaultInstance(),
          ProcessesListed.getDefaultInstance(),
          SignalRequested.getDefaultInstance(),
          StopRequested.getDefaultInstance(),
          Stopped.getDefaultInstance(),
          Paused.getDefaultInstance(),
          Unpaused.getDefaultInstance(),
          Exited.getDefaultInstance(),
          Exported.getDefaultInstance(),
          ArchiveRead.getDefaultInstance(),
          ArchiveExtracted.getDefaultInstance(),
          Pruned.getDefaultInstance(),
          Renamed.getDefaultInstance(),
          Updated.getDefaultInstance(),
          Resized.getDefaultInstance(),
          Removed.getDefaultInstance(),
          ExecCreated.getDefaultInstance(),
          ExecStartRequested.getDefaultInstance(),
          ExecDetached.getDefaultInstance(),
          ExecExited.getDefaultInstance(),
          ExecRemoved.getDefaultInstance(),
          NetworkCreated.getDefaultInstance());

  @Override
  public String service() {
    return "container";
  }

  @Override
  public List<Message> samples() {
    return SAMPLES;
  }

  @Override
  public @Nullable Remembered evolve(@Nullable Remembered state, Event<Message> event) {
    return switch (event.data()) {
      case Created it ->
          new OfContainer(
              it.getName(), it.getSpec().getImage(), it.getSpec().getLabelsMap(), 0, false, false);
      case StartRequested it when state instanceof OfContainer known ->
          known.starting(it.getReason() == StartReason.START_REASON_RESTART);
      case Started it when state instanceof OfContainer known ->
          known.started(nanos(it.getStartedAt()));
      case OutOfMemory _ when state instanceof OfContainer known -> known.outOfMemoryTold();
      case Renamed it when state instanceof OfContainer known -> known.renamed(it.getNewName());
      case ExecCreated it -> new OfExec(it.getContainerId(), String.join(" ", it.getCmdList()));
      case NetworkCreated it -> new OfNetwork(it.getName(), it.getDriver());
      case Removed _, ExecRemoved _, Pruned _ -> null;
      default -> state;
    };
  }

  @Override
  public List<Told> tell(
      Event<Message> event,
      @Nullable Remembered before,
      @Nullable Remembered after,
      Memory memory) {
    Remembered known = after == null ? before : after;
    return switch (event.data()) {
      case Created _ -> container(event, known, "create");
      case Attached _ -> container(event, known, "attach");
      case Detached _ -> container(event, known, "detach");
      case Started _ -> started(event, known);
      case OutOfMemory _ -> container(event, known, "oom");
      case HealthChanged it -> health(event, it, known);
      case ProcessesListed _ -> container(event, known, "top");
      case SignalRequested it -> container(event, known, "kill", "signal", it.getSignal());
      case StopRequested it -> container(event, known, "kill", "signal", it.getSignal());
      case Stopped _ -> container(event, known, "stop");
      case Paused _ -> container(event, known, "pause");
      case Unpaused _ -> container(event, known, "unpause");
      case Exited it -> exited(event, it, known);
      case Exported _ -> container(event, known, "export");
      case ArchiveRead it -> container(event, known, "archive-path", "path", it.getPath());
      case ArchiveExtracted it -> container(event, known, "extract-to-dir", "path", it.getPath());
      case Pruned it -> List.of(Told.prune("container", it.getReclaimedBytes(), event.time()));
      case Renamed it -> container(event, known, "rename", "oldName", "/" + it.getOldName());
      case Updated _ -> container(event, known, "update");
      case Resized it ->
          container(event, known, "resize", "height", it.getHeight(), "width", it.getWidth());
      case Removed _ -> container(event, known, "destroy");
      case NetworkConnected it ->
          List.of(
              network(
                  event,
                  "connect",
                  it.getAttachment().getNetworkId(),
                  it.getAttachment().getNetwork(),
                  memory));
      case NetworkDisconnected it ->
          List.of(network(event, "disconnect", it.getNetworkId(), it.getNetwork(), memory));
      case NetworkCreated it ->
          List.of(
              new Told(
                  "network",
                  "create",
                  it.getNetworkId(),
                  Map.of("name", it.getName(), "type", it.getDriver()),
                  event.time()));
      case ExecCreated _ -> exec(event, known, "exec_create: ", memory);
      case ExecStartRequested _ -> exec(event, known, "exec_start: ", memory);
      case ExecDetached _ -> exec(event, known, "exec_detach", memory);
      case ExecExited it -> execExited(event, it, known, memory);
      default -> List.of();
    };
  }

  private static List<Told> started(Event<Message> event, @Nullable Remembered known) {
    List<Told> told = new ArrayList<>(container(event, known, "start"));
    if (known instanceof OfContainer container && container.restart()) {
      told.addAll(container(event, known, "restart"));
    }
    return told;
  }

  /** That a run begins with an unknown health is no news. */
  private static List<Told> health(
      Event<Message> event, HealthChanged change, @Nullable Remembered known) {
    return switch (change.getStatus()) {
      case HEALTH_STATUS_HEALTHY -> container(event, known, "health_status: healthy");
      case HEALTH_STATUS_UNHEALTHY -> container(event, known, "health_status: unhealthy");
      case HEALTH_STATUS_STARTING, HEALTH_STATUS_UNSPECIFIED, UNRECOGNIZED -> List.of();
    };
  }

  private static List<Told> exited(
      Event<Message> event, Exited exited, @Nullable Remembered known) {
    List<Told> told = new ArrayList<>();
    if (exited.getOomKilled()
        && !(known instanceof OfContainer container && container.outOfMemory())) {
      told.addAll(container(event, known, "oom"));
    }
    long seconds =
        known instanceof OfContainer container && container.startedNanos() > 0
            ? Math.max(
                0, (nanos(exited.getFinishedAt()) - container.startedNanos()) / 1_000_000_000)
            : 0;
    told.addAll(
        container(
            event,
            known,
            "die",
            Stream.concat(
                    Stream.of("exitCode", exited.getExitCode(), "execDuration", seconds),
                    cause(exited.getCause()))
                .toArray()));
    return told;
  }

  /** What Docker does not tell: why. Names and values, in turns. */
  private static Stream<Object> cause(ExitCause cause) {
    List<Object> attributes = new ArrayList<>();
    if (cause.getKind() != ExitCause.Kind.KIND_UNSPECIFIED) {
      String kind = cause.getKind().name().toLowerCase(Locale.ROOT);
      attributes.addAll(List.of("cause", kind.substring("kind_".length())));
    }
    if (cause.getSignal() != 0) {
      attributes.addAll(List.of("causeSignal", cause.getSignal()));
    }
    if (!cause.getCall().isEmpty()) {
      attributes.addAll(List.of("causeCall", cause.getCall(), "causeActor", cause.getActor()));
    }
    return attributes.stream();
  }

  /**
   * @param extra names and values, in turns
   */
  private static List<Told> container(
      Event<Message> event, @Nullable Remembered known, String action, Object... extra) {
    Map<String, String> attributes = attributes(known);
    for (int at = 0; at < extra.length; at += 2) {
      attributes.put(extra[at].toString(), extra[at + 1].toString());
    }
    return List.of(new Told("container", action, event.subject().id(), attributes, event.time()));
  }

  private static List<Told> exec(
      Event<Message> event, @Nullable Remembered known, String action, Memory memory) {
    if (!(known instanceof OfExec exec)) {
      return List.of();
    }
    Map<String, String> attributes = ofContainer(exec.containerId(), memory);
    attributes.put("execID", event.subject().id());
    String told = action.endsWith(": ") ? action + exec.command() : action;
    return List.of(new Told("container", told, exec.containerId(), attributes, event.time()));
  }

  private static List<Told> execExited(
      Event<Message> event, ExecExited exited, @Nullable Remembered known, Memory memory) {
    if (!(known instanceof OfExec exec)) {
      return List.of();
    }
    Map<String, String> attributes = ofContainer(exec.containerId(), memory);
    attributes.put("execID", event.subject().id());
    attributes.put("exitCode", String.valueOf(exited.getExitCode()));
    return List.of(new Told("container", "exec_die", exec.containerId(), attributes, event.time()));
  }

  private static Told network(
      Event<Message> event, String action, String id, String name, Memory memory) {
    String driver =
        memory.get(new Subject("network", id.isEmpty() ? name : id)) instanceof OfNetwork network
            ? network.driver()
            : name.equals("none") ? "null" : name;
    return new Told(
        "network",
        action,
        id,
        Map.of("container", event.subject().id(), "name", name, "type", driver),
        event.time());
  }

  private static Map<String, String> ofContainer(String id, Memory memory) {
    return attributes(memory.get(new Subject("container", id)));
  }

  private static Map<String, String> attributes(@Nullable Remembered known) {
    Map<String, String> attributes = new TreeMap<>();
    if (known instanceof OfContainer container) {
      attributes.putAll(container.labels());
      attributes.put("image", container.image());
      attributes.put("name", container.name());
    }
    return attributes;
  }

  private static long nanos(Timestamp time) {
    return time.getSeconds() * 1_000_000_000L + time.getNanos();
  }
}
