package dev.varve.eventlog.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/**
 * A real Kafka broker (KRaft, one node) in a process of its own, on free loopback ports, with its
 * data in a temporary directory. Needs {@code org.apache.kafka:kafka_2.13} on the test's class
 * path.
 *
 * <p>The broker ends with the JVM that started it, however that one ends.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private final Path directory;
  private final int port;
  private final String heap;
  private Process process;

  private EmbeddedBroker(Path directory, int port, String heap) {
    this.directory = directory;
    this.port = port;
    this.heap = heap;
  }

  /** Starts a broker with a heap of 256 MB and waits until it answers. */
  public static EmbeddedBroker start() {
    return start("256m");
  }

  public static EmbeddedBroker start(String heap) {
    try {
      Path directory = Files.createTempDirectory("varve-broker");
      int port = freePort();
      Files.writeString(directory.resolve("server.properties"), properties(directory, port));
      EmbeddedBroker broker = new EmbeddedBroker(directory, port, heap);
      broker.run();
      return broker;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The broker that all tests of this JVM may share; each should use topics of its own. */
  public static EmbeddedBroker shared() {
    return Shared.BROKER;
  }

  public String bootstrap() {
    return "127.0.0.1:" + port;
  }

  /** kill -9. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Starts again after {@link #kill}, with the data that is there. */
  public void restart() {
    try {
      run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops the process from running at all, as a machine does that hangs. */
  public void pause() {
    signal("STOP");
    // On a busy machine its threads stop one after the other, and those left go on answering.
    await().pollDelay(Duration.ZERO).until(this::isStopped);
  }

  private boolean isStopped() throws IOException {
    Path threads = Path.of("/proc", Long.toString(process.pid()), "task");
    try (Stream<Path> all = Files.list(threads)) {
      for (Path thread : all.toList()) {
        String stat = Files.readString(thread.resolve("stat"));
        if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
          return false;
        }
      }
    }
    return true;
  }

  public void resume() {
    signal("CONT");
  }

  @Override
  public void close() {
    kill();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-Xshare:auto"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.add(directory.toString());
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("broker.log").toFile())
            .start();
    awaitAnswer();
  }

  private void awaitAnswer() throws IOException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
      admin.describeCluster().nodes().get(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new IllegalStateException(Files.readString(directory.resolve("broker.log")), e);
    }
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().onExit().join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String properties(Path directory, int port) throws IOException {
    int controller = freePort();
    return """
    process.roles=broker,controller
    node.id=1
    listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
    advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
    controller.listener.names=CONTROLLER
    listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
    controller.quorum.voters=1@127.0.0.1:%2$d
    log.dirs=%3$s
    log.flush.interval.messages=1
    auto.create.topics.enable=false
    offsets.topic.replication.factor=1
    offsets.topic.num.partitions=1
    transaction.state.log.replication.factor=1
    transaction.state.log.min.isr=1
    broker.session.timeout.ms=2000
    broker.heartbeat.interval.ms=500
    """
        .formatted(port, controller, directory.resolve("data"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static final class Shared {
    static final EmbeddedBroker BROKER = start();

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(BROKER::close));
    }
  }

  /** The child's: formats the directory when it is new, runs the broker, ends with the parent. */
  public static final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
      Path directory = Path.of(args[0]);
      Thread.ofPlatform().daemon().start(Main::endWithParent);
      Path properties = directory.resolve("server.properties");
      if (!Files.exists(directory.resolve("data"))) {
        Files.createDirectories(directory.resolve("data"));
        String[] format = {
          "format", "-t", Uuid.randomUuid().toString(), "-c", properties.toString()
        };
        kafka.tools.StorageTool.execute(format, System.out);
      }
      kafka.Kafka.main(new String[] {properties.toString()});
    }

    private static void endWithParent() {
      try {
        while (System.in.read() >= 0) {
          // the parent writes nothing; the stream ends when it does
        }
      } catch (IOException e) {
        // the same
      }
      Runtime.getRuntime().halt(1);
    }
  }
}
