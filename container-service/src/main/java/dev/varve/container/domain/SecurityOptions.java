package dev.varve.container.domain;

import dev.varve.eventlog.ProblemException;
import java.util.List;
import java.util.Optional;

/**
 * What {@code --security-opt} asked for.
 *
 * @param seccompUnconfined no filter at all
 * @param seccompProfile a profile as JSON instead of the default one
 * @param systemPathsUnconfined nothing masked or read-only below /proc and /sys
 */
public record SecurityOptions(
    boolean noNewPrivileges,
    boolean seccompUnconfined,
    Optional<String> seccompProfile,
    boolean systemPathsUnconfined) {

  /**
   * Reads them all.
   *
   * @throws ProblemException INVALID for what is unknown or cannot be had
   */
  public static SecurityOptions parse(List<String> options) {
    boolean noNewPrivileges = false;
    boolean unconfined = false;
    Optional<String> profile = Optional.empty();
    boolean systemPaths = false;
    for (String option : options) {
      int at = separator(option);
      String key = at < 0 ? option : option.substring(0, at);
      String value = at < 0 ? "" : option.substring(at + 1);
      switch (key) {
        case "no-new-privileges" -> noNewPrivileges = at < 0 || flag(option, value);
        case "seccomp" -> {
          unconfined = value.equals("unconfined");
          boolean builtIn = value.equals("builtin");
          profile = unconfined || builtIn ? Optional.empty() : Optional.of(value);
        }
        case "systempaths" -> systemPaths = value.equals("unconfined");
        case "apparmor", "label" -> {
          // Neither is in use here, so asking for none is granted and for one cannot be.
          if (!value.equals("unconfined") && !value.equals("disable")) {
            throw invalid(key + " is not enabled on this host: \"" + option + "\"");
          }
        }
        // Docker numbers the two ways to be wrong: no value, and no such option.
        default ->
            throw invalid("invalid --security-opt " + (at < 0 ? 1 : 2) + ": \"" + option + "\"");
      }
    }
    return new SecurityOptions(noNewPrivileges, unconfined, profile, systemPaths);
  }

  /** The first of {@code =} and {@code :}, the older form. */
  private static int separator(String option) {
    int equals = option.indexOf('=');
    int colon = option.indexOf(':');
    if (equals < 0 || colon < 0) {
      return Math.max(equals, colon);
    }
    return Math.min(equals, colon);
  }

  private static boolean flag(String option, String value) {
    return switch (value) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw invalid("invalid --security-opt 2: \"" + option + "\"");
    };
  }

  private static ProblemException invalid(String message) {
    return Refusals.invalid(message).asException();
  }
}
