package dev.varve.container.adapter.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.container.adapter.seal.EngineKey;
import dev.varve.container.application.Sealing;
import dev.varve.container.domain.AddressPool;
import dev.varve.container.domain.BuildRunEvent;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.ContainerEvent;
import dev.varve.container.domain.ContainerSpec;
import dev.varve.container.domain.DeviceAccess;
import dev.varve.container.domain.DomainEvent;
import dev.varve.container.domain.DomainState;
import dev.varve.container.domain.EndpointSpec;
import dev.varve.container.domain.Endpoints;
import dev.varve.container.domain.EndpointsEvent;
import dev.varve.container.domain.Exec;
import dev.varve.container.domain.ExecEvent;
import dev.varve.container.domain.ExecSpec;
import dev.varve.container.domain.ExitCause;
import dev.varve.container.domain.FileSystems;
import dev.varve.container.domain.Given;
import dev.varve.container.domain.HealthStatus;
import dev.varve.container.domain.HostSpec;
import dev.varve.container.domain.LeaseEvent;
import dev.varve.container.domain.Link;
import dev.varve.container.domain.LogConfig;
import dev.varve.container.domain.Mount;
import dev.varve.container.domain.MountPoint;
import dev.varve.container.domain.NameClaim;
import dev.varve.container.domain.NameEvent;
import dev.varve.container.domain.NameResolution;
import dev.varve.container.domain.Namespaces;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.NetworkEvent;
import dev.varve.container.domain.NetworkName;
import dev.varve.container.domain.NetworkSpec;
import dev.varve.container.domain.Node;
import dev.varve.container.domain.NodeEvent;
import dev.varve.container.domain.PauseReason;
import dev.varve.container.domain.PortBindings;
import dev.varve.container.domain.Privileges;
import dev.varve.container.domain.ProcessSpec;
import dev.varve.container.domain.PruneEvent;
import dev.varve.container.domain.PublishedPort;
import dev.varve.container.domain.Resources;
import dev.varve.container.domain.RestartPolicy;
import dev.varve.container.domain.Secret;
import dev.varve.container.domain.StartReason;
import dev.varve.container.domain.StopPurpose;
import dev.varve.container.domain.Storage;
import dev.varve.container.domain.Subjects;
import dev.varve.eventlog.StateCodec;
import dev.varve.events.container.v1.Created;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodecTest {
  private static final String SECRET = "TOKEN=hunter2";
  private static final Instant AT = Instant.parse("2026-05-06T07:08:09.123456789Z");
  private static final String ID = "c".repeat(64);
  private static final String EXEC = "e".repeat(64);

  private static final Storage STORAGE =
      new Storage(
          List.of("a:/b:ro"),
          List.of(
              new Mount(
                  "bind",
                  "/s",
                  "/t",
                  true,
                  "cached",
                  Optional.of(new Mount.BindOptions("rslave", true, true, true, true)),
                  Optional.of(
                      new Mount.VolumeOptions(
                          true,
                          Map.of("l", "v"),
                          Optional.of(new Mount.Driver("local", Map.of("type", "tmpfs"))),
                          "sub")),
                  Optional.of(new Mount.TmpfsOptions(7, 0700, List.of(List.of("exec")))),
                  Optional.of(new Mount.ImageOptions("part")))),
          List.of("other:ro"),
          List.of(
              new MountPoint.Bind(
                  "/t",
                  true,
                  "ro",
                  "/s",
                  "rslave",
                  true,
                  true,
                  MountPoint.RecursiveReadOnly.FORCED),
              new MountPoint.Volume(
                  "/v",
                  false,
                  "z",
                  "vol",
                  "local",
                  true,
                  true,
                  "sub",
                  Map.of("l", "v"),
                  Map.of("o", "size=1")),
              new MountPoint.Image("/i", "tools:1", "sha256:1", "bin"),
              new MountPoint.Tmpfs("/m", false, List.of("size=7"))));

  private static final Resources RESOURCES =
      new Resources(
          new Resources.Memory(1, 2, 3, OptionalLong.of(4), Optional.of(true), 5, 6),
          new Resources.Cpu(1, 2, 3, 4, 5, 6, "0-1", "0"),
          new Resources.BlockIo(
              10,
              List.of(new Resources.DeviceRate("/dev/a", 11)),
              List.of(new Resources.DeviceRate("/dev/b", 12)),
              List.of(new Resources.DeviceRate("/dev/c", 13)),
              List.of(new Resources.DeviceRate("/dev/d", 14)),
              List.of(new Resources.DeviceRate("/dev/e", 15))),
          OptionalLong.of(5));
  private static final EndpointSpec ENDPOINT =
      new EndpointSpec(
          "net",
          "10.0.0.9",
          "fd00::9",
          List.of("169.254.1.1"),
          List.of("web"),
          List.of("db:mysql"),
          "02:00:00:00:00:09",
          Map.of("k", "v"),
          3);
  private static final NetworkSpec NETWORK_SPEC =
      new NetworkSpec(
          "net",
          "bridge",
          "br-1",
          List.of(
              new AddressPool(
                  "10.0.0.0/24", "10.0.0.128/25", "10.0.0.1", Map.of("a", "10.0.0.2"), true)),
          true,
          true,
          false,
          true,
          Map.of("o", "1"),
          Map.of("l", "2"),
          new NetworkSpec.Ipam("default", Map.of("i", "3")));
  private static final HostSpec HOST =
      new HostSpec(
          "bridge",
          true,
          "runc",
          Optional.of(false),
          new RestartPolicy("on-failure", 6),
          new LogConfig("json-file", Map.of("max-size", "1m")),
          new Namespaces("host", "private", "host", "host", "host"),
          new Privileges(
              true,
              List.of("ALL"),
              List.of("CHOWN"),
              List.of("no-new-privileges"),
              List.of("7"),
              Optional.of(List.of()),
              Optional.of(List.of("/proc/x"))),
          new FileSystems(true, Map.of("/t", "size=1"), 1, Map.of("size", "1"), "local", STORAGE),
          new NameResolution(
              List.of("1.1.1.1"),
              List.of("x"),
              List.of("ndots:0"),
              List.of("a:1.2.3.4"),
              List.of(new Link(ID, "db"))),
          new DeviceAccess(
              List.of(new DeviceAccess.Mapping("/dev/a", "/dev/b", "rw")),
              List.of("c 1:2 r"),
              List.of(new DeviceAccess.Request("", List.of(List.of("gpu"))))),
          RESOURCES,
          "/parent",
          List.of(new HostSpec.Ulimit("nofile", 1, 2)),
          OptionalInt.of(-7),
          Map.of("net.x", "1"),
          Map.of("org.example.a", "1"),
          "default",
          new HostSpec.ConsoleSize(24, 80),
          new PortBindings(
              new TreeMap<>(
                  Map.of(
                      "80/tcp",
                      List.of(
                          new PortBindings.HostAddress("127.0.0.1", "8080"),
                          new PortBindings.HostAddress("", "9000-9003")),
                      "53/udp",
                      List.of())),
              true),
          List.of(ENDPOINT));

  private static final ContainerSpec SPEC =
      new ContainerSpec(
          "busybox",
          "sha256:12",
          "host",
          "example.org",
          Map.of("a", "b"),
          new ProcessSpec(
              List.of("/entry"),
              List.of("a", "b"),
              List.of(new Secret(SECRET), new Secret("E=")),
              "/srv",
              "app:staff",
              true,
              true,
              true,
              true,
              true,
              true,
              "SIGINT",
              OptionalInt.of(0)),
          HOST,
          List.of("80/tcp"),
          List.of("/data"),
          Optional.of(new ContainerSpec.HealthCheck(List.of("CMD", "true"), 1, 2, 3, 4, 5)),
          List.of("RUN x"),
          List.of("/bin/sh"),
          true);
  private static final ExecSpec EXEC_SPEC =
      new ExecSpec(
          List.of("env"),
          List.of(new Secret(SECRET)),
          "/",
          "0",
          true,
          true,
          true,
          true,
          true,
          "ctrl-a");
  private static final NetworkAttachment NETWORK =
      new NetworkAttachment("bridge", "n1", "e1", "10.0.0.2", 24, "10.0.0.1", "02:00:00:00:00:01")
          .publishing(
              List.of(
                  new PublishedPort("tcp", 80, "0.0.0.0", 8080),
                  new PublishedPort("tcp", 80, "::", 8080)));

  private static final ContainerEvent SCHEDULED =
      new ContainerEvent.RestartScheduled(StartReason.POLICY, 2, Duration.ofMillis(200), AT);

  /** One of each. */
  private static final List<DomainEvent> EVENTS =
      List.of(
          new ContainerEvent.Created(ID, "web", SPEC, "node-1", 1),
          new ContainerEvent.StartRequested(StartReason.POLICY),
          new ContainerEvent.Attached(),
          new ContainerEvent.Detached(),
          new ContainerEvent.NetworkConnected(NETWORK),
          new ContainerEvent.NetworkDisconnected("bridge", "n1"),
          new ContainerEvent.Started(17, AT, 1234567890123L),
          new ContainerEvent.StartFailed(127, "no"),
          new ContainerEvent.SignalRequested(9),
          new ContainerEvent.StopRequested(15, -1, StopPurpose.UNHEALTHY),
          new ContainerEvent.Stopped(),
          new ContainerEvent.Exited(
              137,
              AT,
              true,
              "why",
              new ExitCause(ExitCause.Kind.SIGNAL, 9, "kill", "unix:uid=0,pid=1")),
          new ContainerEvent.Renamed("web", "shop"),
          new ContainerEvent.LinkRemoved("db"),
          new ContainerEvent.Resized(24, 80),
          new ContainerEvent.RootFilesystemMissing("/root"),
          new ContainerEvent.RemoveRequested(true, true),
          new ContainerEvent.Removed(),
          new NameEvent.NameClaimed("web", ID),
          new NameEvent.NameReleased("web", ID),
          new ExecEvent.ExecCreated(EXEC, ID, EXEC_SPEC),
          new ExecEvent.ExecStartRequested(true),
          new ExecEvent.ExecStarted(18, 5),
          new ExecEvent.ExecStartFailed(126, "no"),
          new ExecEvent.ExecExited(3, AT),
          new ExecEvent.ExecRemoved(),
          new NetworkEvent.NetworkCreated("n1", NETWORK_SPEC),
          new NetworkEvent.NetworkRemoved("n1", "net"),
          new NetworkEvent.NetworkNameClaimed("net", "n1"),
          new NetworkEvent.NetworkNameReleased("net", "n1"),
          new EndpointsEvent.EndpointsChanged(ID, List.of(ENDPOINT)),
          new EndpointsEvent.EndpointsForgotten(ID),
          new PruneEvent.NetworksPruned(),
          new BuildRunEvent.BuildRunRefused("no"),
          new ContainerEvent.NetworkConnected(
              new NetworkAttachment(
                  "net",
                  "n1",
                  "e1",
                  "10.0.0.9",
                  24,
                  "10.0.0.1",
                  "02:00:00:00:00:09",
                  Optional.of(new NetworkAttachment.Ipv6("fd00::9", 64, "fd00::1")),
                  "eth1",
                  ENDPOINT,
                  List.of(new PublishedPort("udp", 53, "127.0.0.1", 5353)))),
          new NodeEvent.NodeStarted("boot", "1"),
          new LeaseEvent.LeaseOpened(ID, "tests", Duration.ofSeconds(10)),
          new LeaseEvent.LeaseEnded(LeaseEvent.Reason.RELEASED),
          new LeaseEvent.LeaseEnded(LeaseEvent.Reason.HOLDER_GONE),
          new LeaseEvent.LeaseEnded(LeaseEvent.Reason.ABANDONED),
          new ContainerEvent.PauseRequested(PauseReason.COMMIT),
          new ContainerEvent.Paused(),
          new ContainerEvent.UnpauseRequested(),
          new ContainerEvent.Unpaused(),
          new ContainerEvent.Exported(),
          new ContainerEvent.UpdateRequested(RESOURCES, new RestartPolicy("always", 0)),
          new ContainerEvent.Updated(RESOURCES, new RestartPolicy("on-failure", 2)),
          new ContainerEvent.UpdateFailed("busy"),
          new ContainerEvent.ArchiveRead("/a path"),
          new ContainerEvent.ArchiveExtracted("/"),
          new PruneEvent.Pruned(7),
          SCHEDULED,
          new ContainerEvent.RestartCancelled(),
          new ContainerEvent.OutOfMemory(),
          new ContainerEvent.HealthChanged(HealthStatus.UNHEALTHY, 3),
          new ContainerEvent.ProcessesListed(),
          new ExecEvent.ExecDetached());

  @TempDir Path directory;
  private Sealing key;
  private ContainerEventCodec codec;

  @BeforeEach
  void makeKey() throws IOException {
    key = EngineKey.at(directory.resolve("secrets/engine.key"));
    codec = new ContainerEventCodec(key);
  }

  @Test
  void everyEventSurvivesItsBytes() {
    for (DomainEvent event : EVENTS) {
      assertThat(codec.decode(codec.typeOf(event), codec.encode(event))).isEqualTo(event);
    }
    assertThat(EVENTS.stream().map(Object::getClass).distinct().toList())
        .hasSameSizeAs(kinds(DomainEvent.class, new ArrayList<>()));
  }

  private static List<Class<?>> kinds(Class<?> type, List<Class<?>> found) {
    for (Class<?> member : type.getPermittedSubclasses()) {
      if (member.isSealed() && Modifier.isAbstract(member.getModifiers())) {
        kinds(member, found);
      } else {
        found.add(member);
      }
    }
    return found;
  }

  /** Resources had four fields of the host's side in the first version. */
  @Test
  void resourcesOfBeforeTheirOwnMessageAreRead() {
    byte[] before =
        Created.newBuilder()
            .setContainerId(ID)
            .setSpec(
                dev.varve.events.container.v1.ContainerSpec.newBuilder()
                    .setHost(
                        dev.varve.values.container.v1.HostSpec.newBuilder()
                            .setMemory(1)
                            .setNanoCpus(2)
                            .setCpuShares(3)
                            .setPidsLimit(4)))
            .build()
            .toByteArray();

    assertThat(codec.decode("dev.varve.container.v1.Created", before))
        .isInstanceOfSatisfying(
            ContainerEvent.Created.class,
            created ->
                assertThat(created.spec().host().resources())
                    .isEqualTo(
                        new Resources(
                            new Resources.Memory(
                                1, 0, 0, OptionalLong.empty(), Optional.empty(), 0, 0),
                            new Resources.Cpu(3, 2, 0, 0, 0, 0, "", ""),
                            Resources.BlockIo.UNLIMITED,
                            OptionalLong.of(4))));
  }

  @Test
  void typesAreThoseOfTheContract() {
    assertThat(codec.typeOf(new ContainerEvent.Stopped()))
        .isEqualTo("dev.varve.container.v1.Stopped");
    assertThat(codec.decode("dev.varve.container.v1.Unheard", new byte[0])).isNull();
    assertThatThrownBy(() -> codec.decode("dev.varve.container.v1.Created", new byte[] {10, 99}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void noSecretIsReadableInAnEvent() {
    for (DomainEvent event : EVENTS) {
      assertThat(new String(codec.encode(event), StandardCharsets.ISO_8859_1))
          .doesNotContain("hunter2");
      assertThat(event.toString()).doesNotContain("hunter2");
    }
  }

  @Test
  void anotherEnginesKeyOpensNothing() throws IOException {
    byte[] data = codec.encode(EVENTS.getFirst());
    Sealing other = EngineKey.at(directory.resolve("other.key"));

    assertThatThrownBy(
            () -> new ContainerEventCodec(other).decode("dev.varve.container.v1.Created", data))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theSameKeyIsFoundAgain() throws IOException {
    byte[] data = codec.encode(EVENTS.getFirst());
    Sealing again = EngineKey.at(directory.resolve("secrets/engine.key"));

    assertThat(new ContainerEventCodec(again).decode("dev.varve.container.v1.Created", data))
        .isEqualTo(EVENTS.getFirst());
  }

  @Test
  void everyStateSurvivesJsonWithItsSecretsSealed() {
    StateCodec<DomainState> states = StateJson.sealedBy(key);
    Given given =
        Given.nothing()
            .and(
                Subjects.container(ID),
                EVENTS.get(0),
                EVENTS.get(1),
                EVENTS.get(3),
                EVENTS.get(5),
                EVENTS.get(8),
                EVENTS.get(14))
            .and(Subjects.exec(EXEC), EVENTS.get(18), EVENTS.get(19), EVENTS.get(20));
    List<DomainState> all =
        List.of(
            given.container(ID).orElseThrow(),
            Given.nothing()
                .and(
                    Subjects.container(ID),
                    EVENTS.get(0),
                    EVENTS.get(1),
                    EVENTS.get(6),
                    new ContainerEvent.PauseRequested(PauseReason.USER),
                    new ContainerEvent.Paused(),
                    new ContainerEvent.UpdateRequested(RESOURCES, RestartPolicy.NONE))
                .container(ID)
                .orElseThrow(),
            Given.nothing()
                .and(
                    Subjects.container(ID),
                    EVENTS.get(0),
                    EVENTS.get(1),
                    EVENTS.get(6),
                    EVENTS.get(8),
                    EVENTS.get(11),
                    SCHEDULED)
                .container(ID)
                .orElseThrow(),
            given.exec(EXEC).orElseThrow(),
            given
                .exec(EXEC)
                .map(it -> new Exec(it.id(), ID, it.spec(), new Exec.Phase.Ended(1, AT)))
                .orElseThrow(),
            new NameClaim("web", ID, "node-1"),
            new Network("n1", NETWORK_SPEC, AT),
            new NetworkName("net", "n1", "node-1"),
            new Endpoints(ID, List.of(ENDPOINT)),
            new Node("node-1", "boot", "1"));

    for (DomainState state : all) {
      String json = states.encode(state);
      assertThat(json).doesNotContain("hunter2");
      assertThat(states.decode(json)).isEqualTo(state);
    }
    assertThat(given.container(ID).map(Container::toString).orElseThrow())
        .doesNotContain("hunter2");
  }
}
