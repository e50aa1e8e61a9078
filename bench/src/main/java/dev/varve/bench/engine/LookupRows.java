package dev.varve.bench.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a container waits for the address of another on a network that people made: now and
 * then, as programs ask, and one question after the other with processors that do not sleep
 * meanwhile. (To wake one costs more than all the rest on a virtual machine, and upon which
 * engine's threads it falls between two questions is chance.)
 */
final class LookupRows {
  /** How a pass asks. */
  private record Asking(int warmUp, int lookups, int pauseMillis) {}

  private static final Asking NOW_AND_THEN = new Asking(500, 200, 10);
  private static final Asking ONE_AFTER_THE_OTHER = new Asking(500, 3000, 0);
  private static final String NETWORK = "bench-names";
  private static final String PEER = "bench-peer";
  private static final int PASSES = 9;
  private static final Pattern PID = Pattern.compile("\"Pid\":([1-9][0-9]*)");

  private LookupRows() {}

  /** In milliseconds, an engine each. */
  record Medians(List<Double> nowAndThen, List<Double> oneAfterTheOther) {}

  static Medians medians(List<Subject> engines) throws Exception {
    List<String> askers = new ArrayList<>();
    for (Subject engine : engines) {
      engine.cli("network", "create", NETWORK);
      engine.cli(
          "run", "-d", "--name", PEER, "--network", NETWORK, Subject.IMAGE, "sleep", "86400");
      askers.add(pid(engine));
    }
    List<Double> nowAndThen = passes(askers, NOW_AND_THEN);
    List<Double> oneAfterTheOther;
    List<Process> spinning = new ArrayList<>();
    try {
      for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
        spinning.add(spin(i));
      }
      oneAfterTheOther = passes(askers, ONE_AFTER_THE_OTHER);
    } finally {
      spinning.forEach(Process::destroyForcibly);
    }
    for (Subject engine : engines) {
      engine.cli("rm", "-f", PEER);
      engine.cli("network", "rm", NETWORK);
    }
    return new Medians(nowAndThen, oneAfterTheOther);
  }

  private static List<Double> passes(List<String> askers, Asking asking) throws Exception {
    List<Timings> timings = askers.stream().map(_ -> new Timings()).toList();
    for (int pass = 0; pass < PASSES; pass++) {
      for (int i = 0; i < askers.size(); i++) {
        timings.get(i).take(ask(askers.get(i), asking));
      }
    }
    return timings.stream().map(Timings::median).toList();
  }

  /** Keeps a processor awake, and gives way to whatever else is to run there. */
  private static Process spin(int processor) throws IOException {
    return new ProcessBuilder(
            "chrt", "-i", "0", "taskset", "-c", "" + processor, "sh", "-c", "while :; do :; done")
        .inheritIO()
        .start();
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
  private static double ask(String pid, Asking asking) throws IOException, InterruptedException {
    String java = ProcessHandle.current().info().command().orElse("java");
    Process asker =
        new ProcessBuilder(
                "nsenter",
                "--net=/proc/" + pid + "/ns/net",
                java,
                "-cp",
                System.getProperty("java.class.path"),
                LookupPeer.class.getName(),
                PEER,
                String.valueOf(asking.warmUp()),
                String.valueOf(asking.lookups()),
                String.valueOf(asking.pauseMillis()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = asker.inputReader().readLine();
    if (asker.waitFor() != 0 || said == null) {
      throw new IllegalStateException("names were not answered");
    }
    return Double.parseDouble(said);
  }
}
