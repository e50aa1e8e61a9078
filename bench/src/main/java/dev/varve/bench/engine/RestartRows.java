package dev.varve.bench.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The engine ends and comes back while containers run and talk to each other: how long nobody
 * answers for them. That every process is the same as before, and every connection, is a condition.
 */
final class RestartRows {
  private static final int RUNNING = 50;
  private static final int CONNECTIONS = 3;
  private static final int PORT = 7000;
  private static final int POLL_MS = 10;
  private static final int CONNECT_TRIES = 100;
  private static final int CONNECT_MS = 1000;
  private static final Pattern RUNS = Pattern.compile("\"State\":\"running\"");
  private static final Pattern PID = Pattern.compile("\"Pid\":([1-9][0-9]*)");
  private static final Pattern ADDRESS = Pattern.compile("\"IPAddress\":\"([0-9.]+)\"");

  private final Comparison comparison;

  /** By the engine's name: the program that kills it, or asks it to end, and starts it again. */
  private final Map<String, Path> programs;

  private final Map<String, Running> running = new HashMap<>();

  RestartRows(Comparison comparison, Map<String, Path> programs) {
    this.comparison = comparison;
    this.programs = programs;
  }

  /** The containers of one engine that shall not notice. */
  private record Running(List<String> ids, Map<String, String> pids, List<EchoConnection> echoes) {}

  void measure() throws Exception {
    comparison.time(
        "engine asked to restart, 50 running", 5, 1, (e, t) -> restart(e, t, "restart"), null);
    comparison.time(
        "engine killed and started, 50 running", 5, 1, (e, t) -> restart(e, t, "kill"), null);
    for (Subject engine : comparison.engines()) {
      Running all = running(engine);
      for (EchoConnection echo : all.echoes()) {
        echo.close();
      }
      engine.remove(all.ids());
    }
  }

  private void restart(Subject engine, Timings timings, String how) throws Exception {
    Running all = running(engine);
    timings.time(() -> {
      String program = String.valueOf(programs.get(engine.name()));
      int code =
          new ProcessBuilder(program, how)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      if (code != 0) {
        throw new IllegalStateException(program + " " + how + ": exit " + code);
      }
      awaitAll(engine);
    });
    for (EchoConnection echo : all.echoes()) {
      echo.check();
    }
    if (!pids(engine, all.ids()).equals(all.pids())) {
      throw new IllegalStateException(engine.name() + ": processes changed over a restart");
    }
  }

  private Running running(Subject engine) throws Exception {
    Running present = running.get(engine.name());
    if (present == null) {
      present = begin(engine);
      running.put(engine.name(), present);
    }
    return present;
  }

  private static Running begin(Subject engine) throws Exception {
    List<String> ids = new ArrayList<>(engine.idle(RUNNING - CONNECTIONS));
    List<EchoConnection> echoes = new ArrayList<>();
    try (EngineClient client = engine.connect()) {
      for (int i = 0; i < CONNECTIONS; i++) {
        String id = client.create(Subject.IMAGE, "nc", "-ll", "-p", "" + PORT, "-e", "cat");
        client.start(id);
        ids.add(id);
        echoes.add(new EchoConnection(inspect(client, id, ADDRESS), PORT));
      }
    }
    return new Running(ids, pids(engine, ids), echoes);
  }

  private static void awaitAll(Subject engine) throws InterruptedException {
    while (!allRun(engine)) {
      Thread.sleep(POLL_MS);
    }
  }

  private static boolean allRun(Subject engine) {
    try (EngineClient client = engine.connect()) {
      EngineClient.Answer answer = client.request("GET", "/containers/json", "");
      return answer.status() == 200 && RUNS.matcher(answer.body()).results().count() >= RUNNING;
    } catch (IOException e) {
      return false;
    }
  }

  private static Map<String, String> pids(Subject engine, List<String> ids) throws IOException {
    Map<String, String> pids = new HashMap<>();
    try (EngineClient client = engine.connect()) {
      for (String id : ids) {
        pids.put(id, inspect(client, id, PID));
      }
    }
    return pids;
  }

  private static String inspect(EngineClient client, String id, Pattern what) throws IOException {
    String json = client.request("GET", "/containers/" + id + "/json", "").require(200).body();
    return what.matcher(json)
        .results()
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(what + " in " + json))
        .group(1);
  }

  /** A TCP connection to a container that sends back what it gets. */
  private static final class EchoConnection implements AutoCloseable {
    private final Socket socket;
    private int sent;

    EchoConnection(String address, int port) throws IOException, InterruptedException {
      socket = connect(address, port);
      check();
    }

    private static Socket connect(String address, int port)
        throws IOException, InterruptedException {
      for (int left = CONNECT_TRIES; ; left--) {
        Socket socket = new Socket();
        try {
          socket.connect(new InetSocketAddress(address, port), CONNECT_MS);
          return socket;
        } catch (IOException e) {
          socket.close();
          if (left == 0) {
            throw e;
          }
          Thread.sleep(POLL_MS); // it has not begun to listen
        }
      }
    }

    /** Throws when it is lost. */
    void check() throws IOException {
      byte[] line = ("line " + sent++ + "\n").getBytes(StandardCharsets.US_ASCII);
      socket.getOutputStream().write(line);
      String back =
          new String(socket.getInputStream().readNBytes(line.length), StandardCharsets.US_ASCII);
      if (!back.equals(new String(line, StandardCharsets.US_ASCII))) {
        throw new IOException("sent " + sent + " lines, came back: " + back);
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
