package dev.varve.container.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.Link;
import dev.varve.container.domain.Secret;
import dev.varve.container.domain.Specs;
import dev.varve.eventlog.ProblemException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinksTest {
  private final TestEngine engine = new TestEngine();

  @AfterEach
  void close() throws Exception {
    engine.close();
  }

  private String linked(String name, String... links) {
    Link[] parsed = List.of(links).stream().map(Link::parse).toArray(Link[]::new);
    return engine.create(name, Specs.process("sleep"), Specs.linked(Specs.host(), parsed));
  }

  private void start(String id) throws InterruptedException {
    engine.use().start().start(TestEngine.CAUSE, id);
  }

  private Container container(String id) {
    return engine.container(id);
  }

  private List<String> shown(String id) {
    return engine.use().links().shown(container(id));
  }

  @Test
  void theRunLearnsWhereTheOtherIs() throws InterruptedException {
    String db = engine.running("db", "sleep");
    String web = linked("web", "db:sql");
    assertThat(shown(web)).containsExactly("/db:/web/sql");
    assertThat(engine.use().links().namesOf(container(db))).containsExactly("web/sql");
    start(web);
    assertThat(engine.kernel.linked.get(web)).contains(new Secret("SQL_NAME=/web/sql"));
    assertThat(engine.node.hosts.get(web))
        .containsExactly(
            new RunFiles.Linked("172.17.0.2", "sql " + container(db).spec().hostname() + " db"));
    engine.use().rename().rename(TestEngine.CAUSE, "db", "store");
    assertThat(shown(web)).containsExactly("/store:/web/sql");
  }

  @Test
  void theOtherMustRun() throws InterruptedException {
    String db = engine.create("db", "sleep");
    String web = linked("web", "db");
    assertThatThrownBy(() -> start(web))
        .isInstanceOf(ProblemException.class)
        .hasMessage("Cannot link to a non running container: /db AS /web/db");
    assertThat(container(web).outcome().exitCode()).isEqualTo(128);
    assertThat(engine.node.namespaces).isEmpty();
    start(db);
    start(web);
    assertThat(container(web).isRunning()).isTrue();
  }

  @Test
  void nobodyAndWhoeverIsOnTheHostsNetworkCannotBeLinkedTo() {
    assertThatThrownBy(() -> linked("web", "db"))
        .hasMessage("could not get container for db: No such container: db");
    engine.create("db", Specs.process("sleep"), Specs.onNetwork(Specs.host(), "host"));
    assertThatThrownBy(() -> linked("web", "db"))
        .hasMessageStartingWith("conflicting options: host type networking can't be used");
    assertThatThrownBy(() ->
            engine.create(
                "web",
                Specs.process("sleep"),
                Specs.linked(Specs.onNetwork(Specs.host(), "host"), new Link("db", "db"))))
        .hasMessageStartingWith("conflicting options: host type networking can't be used");
  }

  @Test
  void aLinkGoesAloneAndForGood() throws InterruptedException {
    engine.running("db", "sleep");
    String web = linked("web", "db:one", "db:two");
    start(web);
    Links links = engine.use().links();
    assertThatThrownBy(() -> links.remove(TestEngine.CAUSE, "db"))
        .hasMessage("Conflict, cannot remove the default link name of the container");
    links.remove(TestEngine.CAUSE, "/web/one");
    assertThat(shown(web)).containsExactly("/db:/web/two");
    assertThat(engine.node.hosts.get(web)).extracting(RunFiles.Linked::names).hasSize(1);
    assertThatThrownBy(() -> links.remove(TestEngine.CAUSE, "web/one"))
        .hasMessage("No such container: web/one");
    engine.restart();
    assertThat(shown(web)).containsExactly("/db:/web/two");
    assertThat(engine.history(web)).contains("LinkRemoved");
  }

  @Test
  void whoCallsAnotherHearsOfItsNextRun() throws InterruptedException {
    String db = engine.running("db", "sleep");
    String web = linked("web", "db");
    start(web);
    engine.end(db, 0);
    await().until(() -> !container(db).isRunning());
    engine.node.hosts.clear();
    start(db);
    await().untilAsserted(() -> assertThat(engine.node.hosts.get(web)).hasSize(1));
  }

  @Test
  void onOtherNetworksItIsTheEndpointsThatLink() {
    String web =
        engine.create(
            "web",
            Specs.process("sleep"),
            Specs.linked(Specs.onNetwork(Specs.host(), "mine"), new Link("nobody", "x")));
    assertThat(shown(web)).isEmpty();
  }
}
