package dev.varve.e2e.conformance;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.varve.e2e.EngineExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Names the engine that the suite judges; the only place that knows where it listens, so that a
 * harness which starts one is plugged in here.
 */
final class EngineUnderTest {
  private static final String SOCKET_PROPERTY = "engine.socket";

  private static volatile @Nullable Path socket;

  private static final class Newest {
    private static final String API =
        new Wire(socket()).get("/version").json().get("ApiVersion").asText();
  }

  private EngineUnderTest() {}

  /**
   * Settles which engine is judged: the one at {@code -Dengine.socket=/path/of/docker.sock}, or the
   * one that the end to end tests run against.
   */
  static void choose(ExtensionContext context) {
    String given = System.getProperty(SOCKET_PROPERTY);
    socket = given == null ? EngineExtension.socket(context) : Path.of(given);
  }

  /** Where the engine listens. */
  static Path socket() {
    Path chosen = socket;
    if (chosen == null || !Files.exists(chosen)) {
      throw new IllegalStateException("no engine listens at " + chosen);
    }
    return chosen;
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

  /**
   * Skips the test on an engine before Docker 25, which can only be a rival: {@code why} it could
   * not pass.
   */
  static void supposedNew(String why) {
    assumeFalse(isOld(), "Docker before 25: " + why);
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }
}
