package dev.varve.gateway.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import dev.varve.events.container.v1.Attached;
import dev.varve.events.container.v1.ContainerSpec;
import dev.varve.events.container.v1.Created;
import dev.varve.events.container.v1.ExecCreated;
import dev.varve.events.container.v1.ExecExited;
import dev.varve.events.container.v1.ExecStartRequested;
import dev.varve.events.container.v1.ExitCause;
import dev.varve.events.container.v1.Exited;
import dev.varve.events.container.v1.HealthChanged;
import dev.varve.events.container.v1.HealthStatus;
import dev.varve.events.container.v1.NetworkAttachment;
import dev.varve.events.container.v1.NetworkConnected;
import dev.varve.events.container.v1.NetworkCreated;
import dev.varve.events.container.v1.NetworkDisconnected;
import dev.varve.events.container.v1.OutOfMemory;
import dev.varve.events.container.v1.ProcessesListed;
import dev.varve.events.container.v1.Pruned;
import dev.varve.events.container.v1.RemoveRequested;
import dev.varve.events.container.v1.Removed;
import dev.varve.events.container.v1.Renamed;
import dev.varve.events.container.v1.StartReason;
import dev.varve.events.container.v1.StartRequested;
import dev.varve.events.container.v1.Started;
import dev.varve.events.container.v1.StopRequested;
import dev.varve.events.container.v1.Stopped;
import dev.varve.events.image.v1.ImageAdded;
import dev.varve.events.image.v1.ImageRemoved;
import dev.varve.events.image.v1.Origin;
import dev.varve.events.image.v1.ReferenceSet;
import dev.varve.gateway.fake.FakeEngine;
import dev.varve.gateway.http.RawClient;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFeedTest {
  private static final String WEB = "a".repeat(64);
  private static final String IMAGE = "sha256:" + "1".repeat(64);
  private static final Pattern WHAT =
      Pattern.compile("\"Type\":\"(\\w+)\",\"Action\":\"([^\"]+)\"");

  @TempDir Path directory;
  private FakeEngine engine;

  @BeforeEach
  void start() throws Exception {
    engine = new FakeEngine(directory.resolve("docker.sock"), new LaggingLog(), new LaggingLog());
  }

  @AfterEach
  void stop() throws Exception {
    engine.close();
  }

  private void theTailMovesOn() {
    var ignored = engine.containerLog().ends();
  }

  private void container(
      Subject subject, long sequence, long second, String request, Message data) {
    append(engine.containerLog(), "container", subject, sequence, second, request, data);
  }

  private void web(long sequence, long second, Message data) {
    container(new Subject("container", WEB), sequence, second, "r" + second, data);
  }

  private static void append(
      EventLog log,
      String service,
      Subject subject,
      long sequence,
      long second,
      String request,
      Message data) {
    log.append(
            List.of(
                new Proposal(
                    UUID.randomUUID().toString(),
                    subject,
                    sequence,
                    "dev.varve." + service + ".v1." + data.getDescriptorForType().getName(),
                    Instant.ofEpochSecond(second),
                    new Cause("unix:uid=0,pid=1", request, request),
                    "node-1",
                    data.toByteArray(),
                    Proposal.UNTOLD,
                    false)))
        .join();
  }

  private static Created created(String name) {
    return Created.newBuilder()
        .setContainerId(WEB)
        .setName(name)
        .setSpec(ContainerSpec.newBuilder().setImage("busybox").putLabels("tier", "front"))
        .build();
  }

  private static Timestamp at(long second) {
    return Timestamp.newBuilder().setSeconds(second).build();
  }

  private String events(String query) throws Exception {
    try (RawClient client = new RawClient(engine.socket())) {
      return client.request("GET /events?" + query, "Connection: close").untilEnd();
    }
  }

  private static List<String> said(String answer) {
    return WHAT.matcher(answer).results().map(EventFeedTest::what).toList();
  }

  private static String what(MatchResult found) {
    return found.group(1) + " " + found.group(2);
  }

  /** The life of a container, on two topics, with a void event in between. */
  private void aLife() {
    Subject image = new Subject("image", IMAGE);
    append(
        engine.imageLog(),
        "image",
        image,
        1,
        10,
        "load",
        ImageAdded.newBuilder()
            .setImageId(IMAGE)
            .setOrigin(Origin.newBuilder().setKind(Origin.Kind.KIND_LOAD))
            .build());
    ReferenceSet named =
        ReferenceSet.newBuilder()
            .setReference("docker.io/library/busybox:latest")
            .setImageId(IMAGE)
            .build();
    append(engine.imageLog(), "image", new Subject("reference", "r1"), 1, 10, "load", named);
    append(engine.imageLog(), "image", new Subject("reference", "r2"), 1, 25, "tag", named);
    container(
        new Subject("network", "net1"),
        1,
        5,
        "boot",
        NetworkCreated.newBuilder()
            .setNetworkId("net1")
            .setName("bridge")
            .setDriver("bridge")
            .build());
    web(1, 20, created("web"));
    web(2, 21, Attached.getDefaultInstance());
    web(3, 22, StartRequested.getDefaultInstance());
    web(4, 22, network());
    web(5, 23, Started.newBuilder().setPid(7).setStartedAt(at(23)).build());
    web(5, 24, Renamed.newBuilder().setOldName("web").setNewName("void").build());
    exec();
    web(6, 40, StopRequested.newBuilder().setSignal(15).build());
    web(7, 41, Exited.newBuilder().setExitCode(143).setFinishedAt(at(41)).build());
    web(8, 41, NetworkDisconnected.newBuilder().setNetwork("bridge").setNetworkId("net1").build());
    web(9, 42, Stopped.getDefaultInstance());
    web(10, 50, RemoveRequested.getDefaultInstance());
    web(11, 51, Removed.getDefaultInstance());
    append(
        engine.imageLog(),
        "image",
        image,
        2,
        60,
        "rmi",
        ImageRemoved.newBuilder().setImageId(IMAGE).build());
  }

  private static NetworkConnected network() {
    return NetworkConnected.newBuilder()
        .setAttachment(NetworkAttachment.newBuilder().setNetwork("bridge").setNetworkId("net1"))
        .build();
  }

  private void exec() {
    Subject exec = new Subject("exec", "e1");
    container(
        exec,
        1,
        30,
        "x",
        ExecCreated.newBuilder()
            .setExecId("e1")
            .setContainerId(WEB)
            .addCmd("sh")
            .addCmd("-c")
            .build());
    container(exec, 2, 31, "x", ExecStartRequested.getDefaultInstance());
    container(exec, 3, 32, "x", ExecExited.newBuilder().setExitCode(4).build());
  }

  @Test
  void historyReachesBackToTheFirstEventInTheOrderOfTime() throws Exception {
    aLife();
    assertThat(said(events("since=0.000000001&until=100")))
        .containsExactly(
            "network create",
            "image load",
            "container create",
            "container attach",
            "network connect",
            "container start",
            "image tag",
            "container exec_create: sh -c",
            "container exec_start: sh -c",
            "container exec_die",
            "container kill",
            "container die",
            "network disconnect",
            "container stop",
            "container destroy",
            "image delete");
  }

  @Test
  void prunesAreTold() throws Exception {
    aLife();
    append(
        engine.imageLog(),
        "image",
        new Subject("prune", "images"),
        1,
        90,
        "prune",
        dev.varve.events.image.v1.Pruned.newBuilder().setReclaimedBytes(7).build());
    container(new Subject("prune", "containers"), 1, 91, "prune", Pruned.newBuilder().build());
    String answer = events("since=89&until=100");
    assertThat(answer)
        .contains(
            "{\"status\":\"prune\",\"Type\":\"image\",\"Action\":\"prune\",\"Actor\":{\"ID\":\"\","
                + "\"Attributes\":{\"reclaimed\":\"7\"}},\"scope\":\"local\",\"time\":90,")
        .contains("\"Type\":\"container\",\"Action\":\"prune\"");
  }

  @Test
  void attributesAreThoseOfTheMoment() throws Exception {
    aLife();
    String answer = events("until=100");
    assertThat(answer)
        .contains(
            "{\"status\":\"die\",\"id\":\""
                + WEB
                + "\",\"from\":\"busybox\",\"Type\":\"container\",\"Action\":\"die\",\"Actor\":"
                + "{\"ID\":\""
                + WEB
                + "\",\"Attributes\":{\"execDuration\":\"18\",\"exitCode\":\"143\",\"image\":"
                + "\"busybox\",\"name\":\"web\",\"tier\":\"front\"}},\"scope\":\"local\",\"time\":41,"
                + "\"timeNano\":41000000000}\n")
        .contains("\"signal\":\"15\"")
        .contains("\"execID\":\"e1\",\"exitCode\":\"4\"")
        .contains("\"name\":\"busybox:latest\"")
        .contains("{\"container\":\"" + WEB + "\",\"name\":\"bridge\",\"type\":\"bridge\"}");
  }

  @Test
  void filtersNarrow() throws Exception {
    aLife();
    String range = "since=1&until=100&filters=";
    assertThat(said(events(range + "%7B%22event%22%3A%5B%22die%22%2C%22exec_create%22%5D%7D")))
        .containsExactly("container exec_create: sh -c", "container die");
    assertThat(said(events(range + "%7B%22type%22%3A%7B%22image%22%3Atrue%7D%7D")))
        .containsExactly("image load", "image tag", "image delete");
    assertThat(said(events(range + "%7B%22container%22%3A%5B%22web%22%5D%7D"))).hasSize(10);
    assertThat(said(events(range + "%7B%22label%22%3A%5B%22tier%3Dback%22%5D%7D"))).isEmpty();
    assertThat(said(events("since=40&until=41")))
        .containsExactly("container kill", "container die", "network disconnect");
  }

  @Test
  void aRestartIsToldWhenItRunsAgain() throws Exception {
    web(1, 20, created("web"));
    web(2, 21, StartRequested.getDefaultInstance());
    web(3, 21, Started.newBuilder().setStartedAt(at(21)).build());
    web(4, 22, StopRequested.newBuilder().setSignal(15).build());
    web(5, 23, Exited.newBuilder().setFinishedAt(at(23)).build());
    web(6, 23, Stopped.getDefaultInstance());
    web(7, 24, StartRequested.newBuilder().setReason(StartReason.START_REASON_RESTART).build());
    web(8, 24, Started.newBuilder().setStartedAt(at(24)).build());
    assertThat(said(events("until=100")))
        .containsExactly(
            "container create",
            "container start",
            "container kill",
            "container die",
            "container stop",
            "container start",
            "container restart");
  }

  @Test
  void outOfMemoryHealthAndTheCauseOfAnEndAreTold() throws Exception {
    web(1, 20, created("web"));
    web(2, 21, StartRequested.getDefaultInstance());
    web(3, 21, Started.newBuilder().setStartedAt(at(21)).build());
    web(4, 22, health(HealthStatus.HEALTH_STATUS_HEALTHY));
    web(5, 22, ProcessesListed.getDefaultInstance());
    web(6, 23, health(HealthStatus.HEALTH_STATUS_UNHEALTHY));
    web(7, 24, OutOfMemory.getDefaultInstance());
    web(
        8,
        25,
        Exited.newBuilder()
            .setExitCode(137)
            .setFinishedAt(at(25))
            .setOomKilled(true)
            .setCause(
                ExitCause.newBuilder()
                    .setKind(ExitCause.Kind.KIND_SIGNAL)
                    .setSignal(9)
                    .setCall("kill")
                    .setActor("unix:uid=0,pid=1"))
            .build());
    String answer = events("until=100");
    assertThat(said(answer))
        .containsExactly(
            "container create",
            "container start",
            "container health_status: healthy",
            "container top",
            "container health_status: unhealthy",
            "container oom",
            "container die");
    assertThat(answer)
        .contains(
            "\"cause\":\"signal\",\"causeActor\":\"unix:uid=0,pid=1\",\"causeCall\":\"kill\","
                + "\"causeSignal\":\"9\"");
    assertThat(said(events("until=100&filters=%7B%22event%22%3A%5B%22health_status%22%5D%7D")))
        .hasSize(2);
  }

  private static HealthChanged health(HealthStatus status) {
    return HealthChanged.newBuilder().setStatus(status).build();
  }

  @Test
  void thePastIsJoinedToThePresentWithoutGapOrRepetition() throws Exception {
    web(1, 20, created("web"));
    try (RawClient client = new RawClient(engine.socket())) {
      client.request("GET /events?since=1").untilContains("\"Action\":\"create\"");
      web(2, 21, Attached.getDefaultInstance());
      web(3, 22, Renamed.newBuilder().setOldName("web").setNewName("www").build());
      theTailMovesOn();
      String answer = client.untilContains("\"Action\":\"rename\"");
      assertThat(said(answer))
          .containsExactly("container create", "container attach", "container rename");
      assertThat(answer).contains("\"oldName\":\"/web\"").contains("\"name\":\"www\"");
    }
  }

  @Test
  void withoutSinceOnlyThePresentIsToldAndTheHeadersComeAtOnce() throws Exception {
    web(1, 20, created("web"));
    try (RawClient client = new RawClient(engine.socket())) {
      client.request("GET /events").untilContains("\r\n\r\n");
      web(2, 21, Attached.getDefaultInstance());
      theTailMovesOn();
      assertThat(said(client.untilContains("attach"))).contains("container attach");
    }
  }

  @Test
  void whatWasAppendedBeforeTheQuestionIsNotThePresent() throws Exception {
    web(1, 20, created("web"));
    try (RawClient client = new RawClient(engine.socket())) {
      client.request("GET /events").untilContains("\r\n\r\n");
      web(2, 21, Attached.getDefaultInstance());
      web(3, 22, Renamed.newBuilder().setOldName("web").setNewName("www").build());
      theTailMovesOn();
      assertThat(said(client.untilContains("\"Action\":\"rename\"")))
          .containsExactly("container attach", "container rename");
    }
  }

  @Test
  void whatHappenedBeforeUntilIsToldThoughItIsSeenLater() throws Exception {
    long until = Instant.now().getEpochSecond() + 2;
    try (RawClient client = new RawClient(engine.socket())) {
      client.request("GET /events?until=" + until, "Connection: close").untilContains("\r\n\r\n");
      web(1, 20, created("web"));
      assertThat(said(client.untilEnd())).containsExactly("container create");
    }
  }
}
