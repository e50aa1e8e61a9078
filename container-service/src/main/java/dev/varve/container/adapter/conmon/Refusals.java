package dev.varve.container.adapter.conmon;

import dev.varve.container.application.RuntimeRefusedException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts what crun or runc say into the words and exit codes that clients of Docker know: they tell
 * "not found" (127) from "not executable" (126) by the text alone.
 */
final class Refusals {
  private static final int NOT_EXECUTABLE = 126;
  private static final int NOT_FOUND = 127;
  private static final int OTHER = 128;

  private static final String CREATE =
      "failed to create task for container: failed to create shim task: OCI runtime create failed:"
          + " runc create failed: unable to start container process: ";
  private static final String EXEC =
      "OCI runtime exec failed: exec failed: unable to start container process: ";

  private static final Pattern NOT_IN_PATH =
      Pattern.compile("executable file .*not found in \\$PATH");

  /** runc speaks of itself as Go programs do: time, level, message. */
  private static final Pattern RUNC_MESSAGE = Pattern.compile("msg=\"((?:[^\"\\\\]|\\\\.)*)\"");

  private Refusals() {}

  static RuntimeRefusedException create(String runtimeText, String program) {
    return refusal(CREATE, runtimeText, program);
  }

  static RuntimeRefusedException exec(String runtimeText, String program) {
    return refusal(EXEC, runtimeText, program);
  }

  private static RuntimeRefusedException refusal(
      String context, String runtimeText, String program) {
    String text = essence(runtimeText);
    String lower = text.toLowerCase(Locale.ROOT);
    String exec = "exec: \"" + program + "\": ";
    if (NOT_IN_PATH.matcher(text).find()) {
      if (program.indexOf('/') < 0) {
        return of(NOT_FOUND, context + exec + "executable file not found in $PATH");
      }
      return of(NOT_FOUND, context + exec + "stat " + program + ": no such file or directory");
    }
    if (lower.startsWith("open executable") || lower.contains("exec: \"")) {
      if (lower.contains("permission denied")) {
        return of(NOT_EXECUTABLE, context + exec + "permission denied");
      }
      // crun's answer to anything that is not a regular file is EPERM.
      if (lower.contains("is a directory") || lower.contains("operation not permitted")) {
        return of(NOT_EXECUTABLE, context + exec + "is a directory");
      }
      if (lower.contains("no such file or directory")) {
        return of(NOT_FOUND, context + exec + "stat " + program + ": no such file or directory");
      }
    }
    int code =
        lower.contains("no such file or directory") || lower.contains("not a directory")
            ? NOT_FOUND
            : lower.contains("permission denied") ? NOT_EXECUTABLE : OTHER;
    return of(code, context + (text.isEmpty() ? "the runtime gave no reason" : text));
  }

  private static RuntimeRefusedException of(int code, String message) {
    return new RuntimeRefusedException(code, message + ": unknown");
  }

  /** The message without the program's name, log decoration and the line's end. */
  private static String essence(String runtimeText) {
    Matcher runc = RUNC_MESSAGE.matcher(runtimeText);
    String last = "";
    while (runc.find()) {
      last = runc.group(1).replace("\\\"", "\"");
    }
    String text = last.isEmpty() ? runtimeText.strip() : last;
    for (String context : List.of("unable to start container process: ", "container init: ")) {
      int at = text.lastIndexOf(context);
      text = at < 0 ? text : text.substring(at + context.length());
    }
    // crun: several lines are warnings first, the error last.
    text = text.lines().reduce((first, second) -> second).orElse("");
    text = text.replaceFirst("^\\d{4}-\\d{2}-\\d{2}T\\S+\\s+", "");
    return text.replaceFirst("^(?:\\[?crun\\]?|runc): ?", "").replaceFirst("^error: ", "");
  }
}
