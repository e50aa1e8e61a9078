package dev.varve.e2e.testcontainers;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs {@link ContainersSuite} and says how it went. */
public final class SuiteMain {
  private SuiteMain() {}

  /**
   * Prints {@code N passed} as its last line, and ends with 1 when a test failed.
   *
   * @param arguments {@code halt} ends without the library's own tidying up, as by kill -9
   */
  public static void main(String... arguments) {
    var listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(ContainersSuite.class))
                .build(),
            listener);
    var summary = listener.getSummary();
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    summary.printFailuresTo(out, 30);
    out.println(summary.getTestsSucceededCount() + " passed");
    int exit = summary.getTotalFailureCount() > 0 ? 1 : 0;
    if (arguments.length > 0 && arguments[0].equals("halt")) {
      Runtime.getRuntime().halt(exit);
    }
    System.exit(exit);
  }
}
