package dev.varve.bench.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a published port carries from the host's loopback into a container, engine by engine. */
final class PortRows implements AutoCloseable {
  private static final int INSIDE = 7000;
  private static final int OUTSIDE = 18_100;
  private static final int PASSES = 5;
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
    return rates(PortClient.Work.THROUGHPUT);
  }

  List<Double> connections() throws Exception {
    return rates(PortClient.Work.CONNECTIONS);
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

  private List<Double> rates(PortClient.Work work) throws Exception {
    List<List<Double>> all = new ArrayList<>();
    ports.forEach(_ -> all.add(new ArrayList<>()));
    for (int pass = 0; pass <= PASSES; pass++) {
      for (int i = 0; i < ports.size(); i++) {
        double reached = rate(ports.get(i), work);
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

  /** Asks where the engine has its ports: each has a network namespace of its own. */
  private static double rate(Behind port, PortClient.Work work)
      throws IOException, InterruptedException {
    Process client =
        new ProcessBuilder(
                "nsenter",
                "--net=" + System.getProperty(port.engine().name() + ".namespace"),
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                PortClient.class.getName(),
                work.name(),
                String.valueOf(port.port()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = client.inputReader().readLine();
    if (client.waitFor() != 0 || said == null) {
      throw new IllegalStateException(port.engine().name() + ": the port did not serve");
    }
    return Double.parseDouble(said);
  }

  @Override
  public void close() throws IOException {
    for (Behind it : ports) {
      it.program().destroy();
      it.engine().remove(List.of(it.id()));
    }
  }
}
