package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.container.domain.ContainerEvent.Created;
import dev.varve.container.domain.ContainerEvent.StartRequested;
import dev.varve.container.domain.ContainerEvent.Started;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostAdaptationTest {
  private static final String DONOR = "d".repeat(64);

  private static HostSpec sharing(String pid, String ipc, String uts) {
    return withNamespaces(new Namespaces(pid, ipc, uts, "", ""), Privileges.DEFAULT);
  }

  private static HostSpec withNamespaces(Namespaces namespaces, Privileges privileges) {
    HostSpec it = HostSpec.DEFAULT;
    return new HostSpec(
        it.networkMode(),
        it.autoRemove(),
        it.runtime(),
        it.init(),
        it.restartPolicy(),
        it.log(),
        namespaces,
        privileges,
        it.fileSystems(),
        it.nameResolution(),
        it.devices(),
        it.resources(),
        it.cgroupParent(),
        it.ulimits(),
        it.oomScoreAdj(),
        it.sysctls(),
        it.annotations(),
        it.isolation(),
        it.consoleSize(),
        it.ports(),
        it.endpoints());
  }

  private static Privileges securityOpt(boolean privileged, String... options) {
    return new Privileges(
        privileged,
        List.of(),
        List.of(),
        List.of(options),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  private static Given donor(String ipc, ContainerEvent... more) {
    ContainerSpec spec = Specs.spec(Specs.process("true"), sharing("", ipc, ""));
    return Given.nothing()
        .and(Subjects.container(DONOR), new Created(DONOR, "donor", spec, "n", 1))
        .and(Subjects.container(DONOR), more);
  }

  private static Lookup.Directory directory(Given given) {
    return new Lookup.Directory() {
      @Override
      public Optional<Container> byId(String id) {
        return given.container(id);
      }

      @Override
      public Optional<Container> byName(String name) {
        return name.equals("donor") ? given.container(DONOR) : Optional.empty();
      }

      @Override
      public List<Container> byIdPrefix(String prefix) {
        return List.of();
      }
    };
  }

  private static Verified<HostSpec> adapt(HostSpec host, KernelSupport kernel) {
    return HostAdaptation.adapt(
        Specs.asked(Specs.process("true"), host), kernel, directory(donor("shareable")));
  }

  @Test
  void defaultsAreWrittenDown() {
    HostSpec adapted = adapt(HostSpec.DEFAULT, Specs.kernel()).value();
    assertThat(adapted.namespaces()).isEqualTo(new Namespaces("", "private", "", "private", ""));
    assertThat(adapted.fileSystems().shmSize()).isEqualTo(64 << 20);
    HostSpec privileged = withNamespaces(Namespaces.DEFAULT, securityOpt(true));
    assertThat(adapt(privileged, Specs.kernel()).value().namespaces().cgroup()).isEqualTo("host");
  }

  @Test
  void donorsGoByTheirIds() {
    HostSpec adapted =
        adapt(sharing("container:donor", "container:donor", ""), Specs.kernel()).value();
    assertThat(adapted.namespaces().pid()).isEqualTo("container:" + DONOR);
    assertThat(adapted.namespaces().ipc()).isEqualTo("container:" + DONOR);
    assertThatThrownBy(() -> adapt(sharing("container:other", "", ""), Specs.kernel()))
        .hasMessage("No such container: other");
  }

  @Test
  void theHostsNameIsNotTheContainers() {
    HostSpec host = sharing("", "", "host");
    RequestedConfig it = Specs.asked(Specs.process("true"), host);
    RequestedConfig named =
        new RequestedConfig(
            it.image(),
            it.imageId(),
            "web",
            "",
            it.labels(),
            it.process(),
            false,
            host,
            List.of(),
            List.of(),
            Optional.empty(),
            List.of(),
            List.of(),
            false,
            Map.of());
    assertThatThrownBy(
            () -> HostAdaptation.adapt(named, Specs.kernel(), directory(Given.nothing())))
        .hasMessage("conflicting options: hostname and the UTS mode");
  }

  @Test
  void whatIsLeftOutIsSaid() {
    HostSpec asked =
        withNamespaces(
            new Namespaces("", "", "", "private", ""),
            securityOpt(false, "apparmor=mine", "label=level:s0"));
    assertThat(adapt(asked, Specs.bareKernel()).warnings())
        .containsExactly(
            "IPv4 forwarding is disabled. Networking will not work.",
            "Your kernel does not support cgroup namespaces.  Cgroup namespace setting discarded.",
            "Your kernel does not support AppArmor or it is not enabled. AppArmor profile discarded.",
            "SELinux labels are not applied. Security label discarded.");
    HostSpec none =
        withNamespaces(
            Namespaces.DEFAULT, securityOpt(false, "apparmor=unconfined", "label=disable"));
    assertThat(adapt(none, Specs.kernel()).warnings()).isEmpty();
  }

  @Test
  void onlyWhatRunsAndSharesIsJoined() {
    Container joining =
        Given.nothing()
            .and(
                Subjects.container("j"),
                new Created(
                    "j",
                    "j",
                    Specs.spec(
                        Specs.process("true"),
                        sharing("container:" + DONOR, "container:" + DONOR, "")),
                    "n",
                    1))
            .container("j")
            .orElseThrow();
    ContainerEvent[] run = {new StartRequested(StartReason.ASKED), new Started(5, Given.TIME, 6)};

    assertThat(NamespaceSharing.ofIpc(joining, donor("shareable", run)::container)).isPresent();
    assertThat(NamespaceSharing.ofProcesses(joining, donor("private", run)::container)).isPresent();
    assertThatThrownBy(() -> NamespaceSharing.ofIpc(joining, donor("private", run)::container))
        .hasMessage(
            "can't join IPC of container "
                + DONOR
                + ": non-shareable IPC (hint: use IpcMode:shareable for the donor container)");
    assertThatThrownBy(() -> NamespaceSharing.ofIpc(joining, donor("shareable")::container))
        .hasMessage(
            "can't join IPC of container " + DONOR + ": container " + DONOR + " is not running");
    assertThatThrownBy(() -> NamespaceSharing.ofProcesses(joining, donor("")::container))
        .hasMessage("container " + DONOR + " is not running");
    assertThatThrownBy(() -> NamespaceSharing.ofProcesses(joining, Given.nothing()::container))
        .hasMessage("No such container: " + DONOR);
  }
}
