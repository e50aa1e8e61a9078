package dev.varve.bench.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a container waits for the address of another on a network that people made. */
final class LookupRows {
  private static final String NETWORK = "bench-names";
  private static final String PEER = "bench-peer";
  private static final int PASSES = 3;
  private static final Pattern PID = Pattern.compile("\"Pid\":([1-9][0-9]*)");

  private LookupRows() {}

  /** Medians in milliseconds. */
  static List<Double> medians(List<Subject> engines) throws Exception {
    List<Timings> timings = new ArrayList<>();
    List<String> askers = new ArrayList<>();
    for (Subject engine : engines) {
      timings.add(new Timings());
      engine.cli("network", "create", NETWORK);
      engine.cli(
          "run", "-d", "--name", PEER, "--network", NETWORK, Subject.IMAGE, "sleep", "86400");
      askers.add(pid(engine));
    }
    for (int pass = 0; pass < PASSES; pass++) {
      for (int i = 0; i < engines.size(); i++) {
        timings.get(i).take(ask(askers.get(i)));
      }
    }
    for (Subject engine : engines) {
      engine.cli("rm", "-f", PEER);
      engine.cli("network", "rm", NETWORK);
    }
    return timings.stream().map(Timings::median).toList();
  }

  private static String pid(Subject engine) throws IOException {
    try (EngineClient client = engine.connect()) {
      String shown = client.request("GET", "/containers/" + PEER + "/json", "").require(200).body();
      Matcher pid = PID.matcher(shown);
      if (!pid.find()) {
        throw new IllegalStateException(engine.name() + ": does not run: " + shown);
      }
      return pid.group(1);
    }
  }

  /** Asks from within the container's network; gives the median in milliseconds. */
  private static double ask(String pid) throws IOException, InterruptedException {
    String java = ProcessHandle.current().info().command().orElse("java");
    Process asker =
        new ProcessBuilder(
                "nsenter",
                "--net=/proc/" + pid + "/ns/net",
                java,
                "-cp",
                System.getProperty("java.class.path"),
                LookupPeer.class.getName(),
                PEER)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = asker.inputReader().readLine();
    if (asker.waitFor() != 0 || said == null) {
      throw new IllegalStateException("names were not answered");
    }
    return Double.parseDouble(said);
  }
}
