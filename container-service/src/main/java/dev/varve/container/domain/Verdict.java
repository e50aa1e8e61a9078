package dev.varve.container.domain;

import dev.varve.eventlog.ProblemException;
import java.util.ArrayList;
import java.util.List;

/** What is found about one wish: refused at the first fault, or granted with warnings. */
final class Verdict {
  static final String NO_CGROUP = " or the cgroup is not mounted.";

  private final List<String> warnings = new ArrayList<>();

  List<String> warnings() {
    return List.copyOf(warnings);
  }

  void warn(String warning) {
    warnings.add(warning);
  }

  /**
   * @param what with its full stop
   */
  void unsupported(String what, String consequence) {
    warn("Your kernel does not support " + what + " " + consequence);
  }

  static void refuseIf(boolean wrong, String message) {
    if (wrong) {
      throw refusal(message);
    }
  }

  static ProblemException refusal(String message) {
    return Refusals.invalid(message).asException();
  }
}
