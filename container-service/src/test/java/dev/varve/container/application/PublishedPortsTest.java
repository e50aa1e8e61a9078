package dev.varve.container.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.EndpointSpec;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.NetworkSpec;
import dev.varve.container.domain.PublishedPort;
import dev.varve.container.domain.Specs;
import dev.varve.eventlog.ProblemException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PublishedPortsTest {
  private final TestEngine engine = new TestEngine();

  @AfterEach
  void close() throws Exception {
    engine.close();
  }

  private String created(String name, String... bindings) {
    return engine.create(name, Specs.process("sleep"), Specs.publishing(Specs.host(), bindings));
  }

  private void start(String id) throws InterruptedException {
    engine.use().start().start(TestEngine.CAUSE, id);
  }

  private List<PublishedPort> ports(String id) {
    return engine.container(id).networks().stream()
        .map(NetworkAttachment::ports)
        .flatMap(List::stream)
        .toList();
  }

  @Test
  void areClaimedWithTheNetworkAndFreeWithItsEnd() throws InterruptedException {
    String id = created("web", "80/tcp=8080", "81/tcp=");
    assertThat(ports(id)).isEmpty();
    start(id);
    assertThat(ports(id))
        .containsExactly(
            new PublishedPort("tcp", 80, "0.0.0.0", 8080),
            new PublishedPort("tcp", 81, "0.0.0.0", FakePorts.FIRST_FREE));
    assertThat(engine.ports.rules.get(id).attachment().ports()).isEqualTo(ports(id));
    engine.end(id, 0);
    await().until(() -> ports(id).isEmpty());
    assertThat(engine.ports.rules).isEmpty();
    start(created("next", "80/tcp=8080"));
  }

  @Test
  void aConflictNamesTheHolderAndLeavesNothing() throws InterruptedException {
    start(created("web", "80/tcp=8080"));
    String late = created("late", "1/tcp=1", "80/tcp=8080");
    String message =
        "failed to set up container networking: driver failed programming external connectivity on"
            + " endpoint late (e1): Bind for 0.0.0.0:8080 failed: port is already allocated (to"
            + " container web)";
    assertThatThrownBy(() -> start(late)).isInstanceOf(ProblemException.class).hasMessage(message);
    assertThat(engine.container(late).outcome().exitCode()).isEqualTo(128);
    assertThat(engine.container(late).outcome().error()).isEqualTo(message);
    assertThat(engine.container(late).status()).isEqualTo(Container.Status.CREATED);
    assertThat(engine.container(late).networks()).isEmpty();
    assertThat(engine.node.namespaces).hasSize(1);
    start(created("other", "1/tcp=1"));
  }

  private void network(String name) {
    var _ =
        engine
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
                    Map.of(),
                    NetworkSpec.Ipam.DEFAULT));
  }

  private String leadTo(String id) {
    return engine.ports.rules.get(id).attachment().network();
  }

  @Test
  void followTheWayOutOfARunningContainer() throws InterruptedException {
    String web = created("web", "80/tcp=");
    start(web);
    List<PublishedPort> ports = ports(web);
    network("aa");
    assertThat(leadTo(web)).isEqualTo("bridge");
    Connections connections = engine.use().connections();
    connections.connect(TestEngine.CAUSE, "aa", web, EndpointSpec.on("aa"));
    assertThat(leadTo(web)).isEqualTo("aa");
    connections.disconnect(TestEngine.CAUSE, "aa", web, false);
    assertThat(leadTo(web)).isEqualTo("bridge");
    connections.connect(TestEngine.CAUSE, "aa", web, EndpointSpec.on("aa"));
    connections.disconnect(TestEngine.CAUSE, "bridge", web, false);
    assertThat(leadTo(web)).isEqualTo("aa");
    assertThat(ports(web)).isEqualTo(ports);
    engine.restart();
    assertThat(leadTo(web)).isEqualTo("aa");
    connections = engine.use().connections();
    connections.disconnect(TestEngine.CAUSE, "aa", web, false);
    assertThat(engine.ports.rules).isEmpty();
    connections.connect(TestEngine.CAUSE, "bridge", web, EndpointSpec.on("bridge"));
    assertThat(leadTo(web)).isEqualTo("bridge");
    assertThat(ports(web)).hasSize(1);
  }

  @Test
  void aPortOfAnotherProgramIsRefused() {
    engine.ports.occupy(8080);
    String id = created("web", "80/tcp=8080");
    assertThatThrownBy(() -> start(id))
        .hasMessageEndingWith("failed to bind host port for 0.0.0.0:8080: address already in use");
  }

  @Test
  void outliveTheEngineWithTheRun() throws InterruptedException {
    String web = created("web", "80/tcp=8080");
    start(web);
    engine.restart();
    assertThat(engine.ports.rules).containsOnlyKeys(web);
    assertThatThrownBy(() -> start(created("late", "80/tcp=8080")))
        .hasMessageContaining("port is already allocated (to container web)");
  }

  @Test
  void aCrashBetweenClaimAndStartFreesThem() throws InterruptedException {
    for (String step : List.of(Steps.START_REQUESTED, Steps.PORTS_PUBLISHED, Steps.START_CREATED)) {
      String id = created("web-" + step.replace('.', '-'), "80/tcp=8080");
      engine.crashAt(step);
      engine.untilCrash(() -> start(id));
      engine.restart();
      assertThat(ports(id)).isEmpty();
      assertThat(engine.ports.rules).isEmpty();
      assertThat(engine.node.namespaces).isEmpty();
    }
    start(created("after", "80/tcp=8080"));
  }
}
