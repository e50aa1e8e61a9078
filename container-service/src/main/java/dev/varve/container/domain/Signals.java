package dev.varve.container.domain;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Signals of Linux on x86-64 and arm64 by the names that clients use. */
public final class Signals {
  public static final int KILL = 9;
  public static final int TERM = 15;

  private static final int MAX = 64;
  private static final int RTMIN = 34;
  private static final int RTMAX = 64;

  private static final String[] NAMES = {
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
    "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"
  };

  private static final Map<String, Integer> BY_NAME = byName();

  private Signals() {}

  /**
   * @param text {@code SIGTERM}, {@code term}, {@code RTMIN+3} or a number
   * @throws ProblemException when there is no such signal
   */
  public static int parse(String text) {
    String name = text.toUpperCase(Locale.ROOT);
    Integer number = BY_NAME.get(name.startsWith("SIG") ? name.substring(3) : name);
    if (number != null) {
      return number;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= 1 && value <= MAX) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Neither a name nor a number: refused below, with all else that is no signal.
    }
    Problem problem = Refusals.invalid("invalid signal: " + text);
    throw problem.asException();
  }

  private static Map<String, Integer> byName() {
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < NAMES.length; i++) {
      numbers.put(NAMES[i], i + 1);
    }
    numbers.put("IOT", 6);
    numbers.put("CLD", 17);
    numbers.put("POLL", 29);
    for (int n = RTMIN; n <= RTMAX; n++) {
      numbers.put("RTMIN" + (n == RTMIN ? "" : "+" + (n - RTMIN)), n);
      numbers.put("RTMAX" + (n == RTMAX ? "" : "-" + (RTMAX - n)), n);
    }
    return Map.copyOf(numbers);
  }
}
