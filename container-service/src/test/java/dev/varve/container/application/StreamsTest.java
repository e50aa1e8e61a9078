package dev.varve.container.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.container.application.AttachToContainer.Request;
import dev.varve.container.application.Execs.Size;
import dev.varve.container.domain.Exec;
import dev.varve.container.domain.ProcessSpec;
import dev.varve.container.domain.Specs;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamsTest {
  private final TestEngine engine = new TestEngine();
  private final UseCases use = engine.use();

  @AfterEach
  void close() throws Exception {
    engine.close();
  }

  private static Request live(String id) {
    return new Request(id, true, true, true, false, true, "");
  }

  private Thread attach(Request request, FakeClient client) {
    return Thread.startVirtualThread(() -> {
      try {
        use.attach().attach(TestEngine.CAUSE, request, client);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  private Thread startAttached(String execId, FakeClient client) {
    return Thread.startVirtualThread(() -> {
      try {
        use.startExec().startAttached(TestEngine.CAUSE, execId, new Size(0, 0), client);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  private String interactive(String name, boolean tty, boolean once) {
    ProcessSpec process = Specs.interactive(Specs.process("cat"), tty, once);
    return engine.create(name, process, Specs.host());
  }

  @Test
  void whoAttachesBeforeTheStartMissesNothing() throws Exception {
    String id = interactive("web", false, true);
    FakeClient one = new FakeClient();
    FakeClient two = new FakeClient();
    Thread first = attach(live(id), one);
    Thread second = attach(live(id), two);
    await().until(() -> one.isAttached() && two.isAttached());

    use.start().start(TestEngine.CAUSE, id);
    engine.kernel.print(id, "hello");
    engine.kernel.end(id, 0);

    first.join();
    second.join();
    assertThat(one.seen()).isEqualTo("hello");
    assertThat(two.seen()).isEqualTo("hello");
    await().until(() -> one.isInputAbandoned() && two.isInputAbandoned());
    await().untilAsserted(() -> assertThat(engine.history(id)).contains("Attached"));
  }

  @Test
  void inputReachesTheProgramAndSoDoesItsEnd() throws Exception {
    String id = interactive("web", false, true);
    FakeClient client = new FakeClient();
    Thread session = attach(live(id), client);
    client.type("one ");
    client.type("two");
    client.closeInput();
    await().until(client::isAttached);
    use.start().start(TestEngine.CAUSE, id);

    FakeStreams streams = engine.kernel.run(id).streams.getFirst();
    await().until(streams::isStdinClosed);
    assertThat(streams.stdin()).isEqualTo("one two");
    assertThat(session.isAlive()).isTrue();
    engine.kernel.end(id, 0);
    session.join();
  }

  @Test
  void theInputEndsWithAClientThatLeaves() throws Exception {
    String id = interactive("web", false, true);
    use.start().start(TestEngine.CAUSE, id);
    FakeClient client = new FakeClient();
    Thread session = attach(live(id), client);
    client.type("x");
    FakeStreams streams = awaitStreams(id);
    await().until(() -> streams.stdin().equals("x"));
    client.leave();

    session.join();
    assertThat(streams.isStdinClosed()).isTrue();
  }

  private FakeStreams awaitStreams(String key) {
    await()
        .until(() -> engine.kernel.run(key) != null && !engine.kernel.run(key).streams.isEmpty());
    return engine.kernel.run(key).streams.getFirst();
  }

  @Test
  void theInputOfAnExecEndsWithAClientThatLeavesOrHasLeft() throws Exception {
    String id = engine.running("web", "sleep");
    for (boolean before : List.of(true, false)) {
      String execId = use.execs().create(TestEngine.CAUSE, "web", Specs.interactiveExec("cat"));
      FakeClient client = new FakeClient();
      if (before) {
        client.leave();
      }
      Thread session = startAttached(execId, client);
      FakeStreams streams = awaitStreams(id + "/" + execId);
      if (!before) {
        client.leave();
      }

      session.join();
      assertThat(streams.isStdinClosed()).isTrue();
      assertThat(streams.isClosed()).isTrue();
    }
  }

  @Test
  void withoutStdinOnceTheSessionEndsWithTheInput() throws Exception {
    String id = interactive("web", false, false);
    use.start().start(TestEngine.CAUSE, id);
    FakeClient client = new FakeClient();
    Thread session = attach(live(id), client);
    client.type("x");
    client.closeInput();

    session.join();
    FakeStreams streams = engine.kernel.run(id).streams.getFirst();
    assertThat(streams.stdin()).isEqualTo("x");
    assertThat(streams.isStdinClosed()).isFalse();
    assertThat(engine.container(id).isRunning()).isTrue();
  }

  @Test
  void detachKeysLeaveATerminal() throws Exception {
    String id = interactive("web", true, true);
    use.start().start(TestEngine.CAUSE, id);
    FakeClient client = new FakeClient();
    Thread session = attach(live(id), client);
    client.type("a\u0010b");
    client.type("\u0010");
    client.type("\u0011after");

    session.join();
    FakeStreams streams = engine.kernel.run(id).streams.getFirst();
    assertThat(streams.stdin()).isEqualTo("a\u0010b");
    assertThat(engine.container(id).isRunning()).isTrue();
  }

  @Test
  void aClientThatLeavesWhileWaitingIsForgotten() throws Exception {
    String id = interactive("web", false, true);
    FakeClient client = new FakeClient();
    Thread session = attach(live(id), client);
    await().until(client::isAttached);
    client.leave();

    session.join();
    use.start().start(TestEngine.CAUSE, id);
    assertThat(engine.kernel.run(id).streams.stream().allMatch(FakeStreams::isClosed)).isTrue();
  }

  @Test
  void whoWaitsForAStartThatFailsIsLetGo() throws Exception {
    String id = engine.create("bad", "nosuch");
    FakeClient client = new FakeClient();
    Thread session = attach(live(id), client);
    await().until(client::isAttached);

    assertThatThrownBy(() -> use.start().start(TestEngine.CAUSE, id)).isNotNull();

    session.join();
  }

  @Test
  void logsAreReplayedWhenAsked() throws Exception {
    String id = engine.create("web", "sleep");
    engine.node.logs.put(Path.of("/logs", id), List.of("one\n", "two\n"));
    FakeClient client = new FakeClient();

    use.attach()
        .attach(TestEngine.CAUSE, new Request(id, false, true, true, true, false, ""), client);

    assertThat(client.seen()).isEqualTo("one\ntwo\n");
  }

  @Test
  void anExecRunsOnceAndItsCodeIsKept() throws Exception {
    String id = engine.running("web", "sleep");
    String execId = use.execs().create(TestEngine.CAUSE, "web", Specs.exec("date"));
    FakeClient client = new FakeClient();
    Thread session = startAttached(execId, client);
    String key = id + "/" + execId;
    await().until(() -> use.execs().find(execId).phase() instanceof Exec.Phase.Running);
    engine.kernel.print(key, "today");
    engine.kernel.end(key, 5);

    session.join();
    assertThat(client.seen()).isEqualTo("today");
    assertThat(use.execs().find(execId).phase())
        .isInstanceOfSatisfying(
            Exec.Phase.Ended.class, ended -> assertThat(ended.exitCode()).isEqualTo(5));
    assertThatThrownBy(
            () -> use.startExec().startDetached(TestEngine.CAUSE, execId, new Size(0, 0)))
        .hasMessage("Error: Exec command " + execId + " has already run");
  }

  @Test
  void anExecsStreamsEndBeforeItsEndIsRecordedButNobodyMissesItsCode() throws Exception {
    String id = engine.running("web", "sleep");
    String execId = use.execs().create(TestEngine.CAUSE, "web", Specs.exec("date"));
    CountDownLatch recording = engine.holdAt(Steps.EXEC_SEEN_ENDED);
    Thread session = startAttached(execId, new FakeClient());
    await().until(() -> use.execs().find(execId).phase() instanceof Exec.Phase.Running);
    engine.kernel.end(id + "/" + execId, 5);

    session.join();
    FutureTask<Exec> inspect = new FutureTask<>(() -> use.execs().find(execId));
    Thread asking = Thread.ofPlatform().start(inspect);
    await().until(() -> asking.getState() == Thread.State.TIMED_WAITING);
    recording.countDown();

    assertThat(inspect.get().phase())
        .isInstanceOfSatisfying(
            Exec.Phase.Ended.class, ended -> assertThat(ended.exitCode()).isEqualTo(5));
  }

  @Test
  void anExecIsPreparedOnceHoweverSoonItIsStarted() throws Exception {
    String id = engine.running("web", "sleep");
    String execId = use.execs().create(TestEngine.CAUSE, "web", Specs.exec("date"));
    use.startExec().startDetached(TestEngine.CAUSE, execId, new Size(0, 0));

    assertThat(engine.kernel.journal).containsOnlyOnce("prepare " + id + "/" + execId);
    assertThat(engine.kernel.waiting).isEmpty();
  }

  @Test
  void anExecThatNobodyStartsIsLetGo() throws Exception {
    String id = engine.running("web", "sleep");
    String execId = use.execs().create(TestEngine.CAUSE, "web", Specs.exec("date"));

    await().until(() -> engine.kernel.journal.contains("prepare " + id + "/" + execId));
    await().until(engine.kernel.waiting::isEmpty);
    use.startExec().startDetached(TestEngine.CAUSE, execId, new Size(0, 0));
    assertThat(use.execs().find(execId).phase()).isInstanceOf(Exec.Phase.Running.class);
  }

  @Test
  void aRefusedExecSaysSoDownTheStream() throws Exception {
    engine.running("web", "sleep");
    String execId = use.execs().create(TestEngine.CAUSE, "web", Specs.exec("nosuch"));
    FakeClient client = new FakeClient();

    use.startExec().startAttached(TestEngine.CAUSE, execId, new Size(0, 0), client);

    assertThat(client.seen()).isEqualTo("exec: \"nosuch\": executable file not found\r\n");
    assertThat(use.execs().find(execId).phase())
        .isInstanceOfSatisfying(
            Exec.Phase.Ended.class, ended -> assertThat(ended.exitCode()).isEqualTo(127));
  }

  @Test
  void execsEndWithTheirContainer() throws Exception {
    String id = engine.running("web", "sleep");
    String execId = use.execs().create(TestEngine.CAUSE, "web", Specs.exec("date"));
    use.startExec().startDetached(TestEngine.CAUSE, execId, new Size(0, 0));
    engine.kernel.end(id, 0);

    await().until(() -> use.execs().find(execId).hasEnded());
    use.remove().remove(TestEngine.CAUSE, id, false, false);
    assertThatThrownBy(() -> use.execs().find(execId))
        .hasMessage("No such exec instance: " + execId);
  }

  @Test
  void processesAndSize() throws Exception {
    String id = engine.running("web", "sleep");

    assertThat(use.inspect().top(TestEngine.CAUSE, "web", "").processes())
        .containsExactly(List.of("root", "1001", "1", "sleep 100"));
    use.inspect().resize(TestEngine.CAUSE, "web", new Size(24, 80));
    assertThat(engine.kernel.journal).contains("resize " + id + " 24x80");
    assertThat(engine.history(id)).contains("Resized");
  }

  @Test
  void whatHasJustEndedIsNotRunningForAResize() throws Exception {
    String id = engine.running("web", "sleep");
    engine.kernel.terminalsGone = true;

    assertThatThrownBy(() -> use.inspect().resize(TestEngine.CAUSE, "web", new Size(24, 80)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(Problem.Code.CONFLICT))
        .hasMessage("Container " + id + " is not running");
    assertThat(engine.history(id)).doesNotContain("Resized");
  }
}
