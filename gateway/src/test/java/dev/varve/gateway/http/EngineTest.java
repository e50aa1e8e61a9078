package dev.varve.gateway.http;

import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.State;
import dev.varve.api.container.v1.Status;
import dev.varve.gateway.fake.FakeContainers;
import dev.varve.gateway.fake.FakeEngine;
import dev.varve.gateway.fake.FakeImages;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A fresh engine of fakes behind the real gateway for each test. */
abstract class EngineTest {
  @TempDir Path directory;
  FakeEngine engine;

  @BeforeEach
  void startEngine() throws Exception {
    engine = new FakeEngine(directory.resolve("docker.sock"));
  }

  @AfterEach
  void stopEngine() throws Exception {
    engine.close();
  }

  RawClient connect() throws IOException {
    return new RawClient(engine.socket());
  }

  void addContainer(boolean tty) {
    addContainer(tty, "web");
  }

  void addContainer(boolean tty, String name) {
    engine
        .containers()
        .add(
            Container.newBuilder()
                .setId(FakeContainers.ID)
                .setName(name)
                .setImageId(FakeImages.BUSYBOX.getId())
                .setConfig(
                    dev.varve.api.container.v1.Config.newBuilder().setTty(tty).setImage("busybox"))
                .setState(State.newBuilder().setStatus(Status.STATUS_RUNNING).setStartedAtNanos(1))
                .build());
  }

  /** The answer to one request on a connection of its own that then closes. */
  String answerTo(String line, String... headers) throws IOException {
    try (RawClient client = connect()) {
      String[] all = java.util.Arrays.copyOf(headers, headers.length + 1);
      all[headers.length] = "Connection: close";
      return client.request(line, all).untilEnd();
    }
  }
}
