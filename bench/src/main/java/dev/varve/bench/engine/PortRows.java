package dev.varve.bench.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a published port carries from the host's loopback into a container, engine by engine. */
final class PortRows implements AutoCloseable {
  private static final int INSIDE = 7000;
  private static final int OUTSIDE = 18_100;
  private static final int CLIENTS = 4;
  private static final int CONNECTIONS = 2000;
  private static final int PASSES = 5;
  private static final long BYTES = 4L << 30;
  private static final int BUFFER = 256 << 10;
  private static final Pattern PID = Pattern.compile("\"Pid\":([1-9][0-9]*)");

  private final List<Behind> ports = new ArrayList<>();

  /** A container with a published port, and the program that answers there. */
  private record Behind(Subject engine, String id, Process program, int port) {}

  PortRows(List<Subject> engines) throws Exception {
    for (int i = 0; i < engines.size(); i++) {
      ports.add(behind(engines.get(i), OUTSIDE + i));
    }
  }

  List<Double> throughput() throws Exception {
    return rates(PortRows::throughput);
  }

  List<Double> connections() throws Exception {
    return rates(PortRows::connections);
  }

  private static Behind behind(Subject engine, int port) throws Exception {
    String body =
        """
        {"Image":"%s","Cmd":["sleep","86400"],"ExposedPorts":{"%d/tcp":{}},
         "HostConfig":{"PortBindings":{"%d/tcp":[{"HostPort":"%d"}]}}}
        """
            .formatted(Subject.IMAGE, INSIDE, INSIDE, port);
    try (EngineClient client = engine.connect()) {
      String id = client.request("POST", "/containers/create", body).require(201).id();
      client.start(id);
      String shown = client.request("GET", "/containers/" + id + "/json", "").require(200).body();
      Matcher pid = PID.matcher(shown);
      if (!pid.find()) {
        throw new IllegalStateException(engine.name() + ": does not run: " + shown);
      }
      return new Behind(engine, id, program(pid.group(1)), port);
    }
  }

  private static Process program(String pid) throws IOException {
    String java = ProcessHandle.current().info().command().orElse("java");
    Process program =
        new ProcessBuilder(
                "nsenter",
                "--net=/proc/" + pid + "/ns/net",
                java,
                "-cp",
                System.getProperty("java.class.path"),
                PortPeer.class.getName(),
                String.valueOf(INSIDE))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out = program.inputReader();
    if (!"ready".equals(out.readLine())) {
      throw new IllegalStateException("nobody listens in the container");
    }
    return program;
  }

  /** A rate that one engine reaches. */
  @FunctionalInterface
  private interface Rate {
    double of(Behind port) throws Exception;
  }

  private List<Double> rates(Rate rate) throws Exception {
    List<List<Double>> all = new ArrayList<>();
    ports.forEach(_ -> all.add(new ArrayList<>()));
    for (int pass = 0; pass <= PASSES; pass++) {
      for (int i = 0; i < ports.size(); i++) {
        double reached = rate.of(ports.get(i));
        if (pass > 0) {
          all.get(i).add(reached);
        }
      }
    }
    return all.stream().map(PortRows::median).toList();
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static double throughput(Behind port) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    long begin = System.nanoTime();
    try (SocketChannel client =
        SocketChannel.open(new InetSocketAddress("127.0.0.1", port.port()))) {
      for (long sent = 0; sent < BYTES; ) {
        buffer.clear();
        sent += client.write(buffer);
      }
      client.shutdownOutput();
      awaitByte(client);
    }
    return BYTES * 8.0 / (System.nanoTime() - begin);
  }

  private static void awaitByte(SocketChannel client) throws IOException {
    if (client.read(ByteBuffer.allocate(1)) != 1) {
      throw new IOException("the connection was cut");
    }
  }

  private static double connections(Behind port) throws Exception {
    long begin = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(
            threads.submit(() -> {
              for (int done = 0; done < CONNECTIONS / CLIENTS; done++) {
                connection(port.port());
              }
              return null;
            }));
      }
      for (Future<?> client : clients) {
        var unused = client.get();
      }
    }
    return CONNECTIONS * 1e9 / (System.nanoTime() - begin);
  }

  private static void connection(int port) throws IOException {
    try (SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0.0.1", port))) {
      client.shutdownOutput();
      awaitByte(client);
      // No port of the client's may wait for late packets: there are not enough of them.
      client.setOption(StandardSocketOptions.SO_LINGER, 0);
    }
  }

  @Override
  public void close() throws IOException {
    for (Behind it : ports) {
      it.program().destroy();
      it.engine().remove(List.of(it.id()));
    }
  }
}
