package dev.varve.bench.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a published port costs and carries, each work on each engine in turn, round by round. Called
 * by {@code bench/ports}, which starts the engines.
 *
 * <p>Properties: {@code varve.socket}, {@code dockerd.socket}, {@code report} (file to write),
 * {@code rounds}.
 */
public final class PortBench {
  private static final int INSIDE = 7000;
  private static final int WARM_UP = 15;
  private static final int CLIENTS = 4;
  private static final int CONNECTIONS = 2000;
  private static final long BYTES = 4L << 30;
  private static final int BUFFER = 256 << 10;
  private static final Pattern PID = Pattern.compile("\"Pid\":([1-9][0-9]*)");

  private final int rounds = Integer.getInteger("rounds", 15);
  private final List<Subject> engines = new ArrayList<>();
  private final Table table = new Table("to reach");
  private final Map<String, Behind> behind = new HashMap<>();

  private PortBench() {
    for (String name : List.of("varve", "dockerd")) {
      Subject engine =
          new Subject(name, Path.of(System.getProperty(name + ".socket", "/nonexistent")));
      if (engine.isPresent()) {
        engines.add(engine);
      }
    }
  }

  /** A container with a published port, and the program that answers there. */
  private record Behind(String id, Process program, int port) {}

  public static void main(String[] arguments) throws Exception {
    new PortBench().measure();
  }

  private void measure() throws Exception {
    added();
    for (int i = 0; i < engines.size(); i++) {
      behind.put(engines.get(i).name(), behind(engines.get(i), 18_100 + i));
    }
    rates("into a port from loopback", "Gbit/s", 5, this::throughput, "1.6 x");
    rates("new connections to it", "/s", 5, this::connections, "1.7 x");
    for (Subject engine : engines) {
      Behind it = behind.get(engine.name());
      if (it != null) {
        it.program().destroy();
        engine.remove(List.of(it.id()));
      }
    }
    String report = System.getProperty("report");
    if (report != null) {
      Files.writeString(Path.of(report), table.toString());
    }
  }

  /** A run with a port and one without, one after the other: what the first takes longer. */
  private void added() throws Exception {
    List<Timings> plain = new ArrayList<>();
    List<Timings> published = new ArrayList<>();
    for (Subject engine : engines) {
      plain.add(new Timings());
      published.add(new Timings());
      for (int pass = 0; pass < WARM_UP; pass++) {
        run(engine, new Timings(), new Timings());
      }
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < engines.size(); i++) {
        run(engines.get(i), plain.get(i), published.get(i));
      }
    }
    row("run --rm true", "ms", medians(plain), "-");
    row("run --rm -p 18000:80 true", "ms", medians(published), "-");
    List<Double> added = new ArrayList<>();
    for (int i = 0; i < engines.size(); i++) {
      added.add(published.get(i).median() - plain.get(i).median());
    }
    row("what the port adds", "ms", added, "10 ms");
  }

  private static void run(Subject engine, Timings plain, Timings published) throws Exception {
    plain.time(() -> engine.cli("run", "--rm", Subject.IMAGE, "true"));
    published.time(() -> engine.cli("run", "--rm", "-p", "18000:80", Subject.IMAGE, "true"));
  }

  private static List<Double> medians(List<Timings> timings) {
    return timings.stream().map(Timings::median).toList();
  }

  private void row(String work, String unit, List<Double> values, String toReach) {
    table.row(
        work, unit, values.getFirst(), values.size() > 1 ? values.getLast() : Double.NaN, toReach);
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
      return new Behind(id, program(pid.group(1)), port);
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

  private void rates(String work, String unit, int passes, Rate rate, String toReach)
      throws Exception {
    Map<String, List<Double>> all = new HashMap<>();
    for (int pass = 0; pass <= passes; pass++) {
      for (Subject engine : engines) {
        Behind it = behind.get(engine.name());
        if (it != null) {
          double reached = rate.of(it);
          if (pass > 0) {
            all.computeIfAbsent(engine.name(), _ -> new ArrayList<>()).add(reached);
          }
        }
      }
    }
    row(
        work,
        unit,
        engines.stream()
            .map(engine -> median(all.getOrDefault(engine.name(), List.of(Double.NaN))))
            .toList(),
        toReach);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private double throughput(Behind port) throws IOException {
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

  private double connections(Behind port) throws Exception {
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
}
