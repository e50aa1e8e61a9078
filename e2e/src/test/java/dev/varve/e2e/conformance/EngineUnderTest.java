package dev.varve.e2e.conformance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Names the engine that the suite judges; the only place that knows where it listens, so that a
 * harness which starts one is plugged in here.
 */
final class EngineUnderTest {
  private static final String SOCKET_PROPERTY = "engine.socket";

  private static final class Newest {
    private static final String API =
        new Wire(socket()).get("/version").json().get("ApiVersion").asText();
  }

  private EngineUnderTest() {}

  /** Where the engine listens. */
  static Path socket() {
    String socket = System.getProperty(SOCKET_PROPERTY);
    if (socket == null) {
      throw new IllegalStateException(
          "no engine to test: set -D" + SOCKET_PROPERTY + "=/path/of/docker.sock");
    }
    Path path = Path.of(socket);
    if (!Files.exists(path)) {
      throw new IllegalStateException("no engine listens at " + path);
    }
    return path;
  }

  /** The newest API version the engine speaks, which an unversioned path means. */
  static String newestApi() {
    return Newest.API;
  }

  /**
   * True if the engine's newest API reaches {@code version}, such as 1.42: behaviour that came with
   * it is then demanded.
   */
  static boolean speaks(String version) {
    return Arrays.compare(numbers(newestApi()), numbers(version)) >= 0;
  }

  /**
   * True for engines before Docker 25, whose wordings and statuses a row marked "old" describes.
   */
  static boolean isOld() {
    return !speaks("1.44");
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }
}
