package dev.varve.container.domain;

import dev.varve.eventlog.ProblemException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code --security-opt} asked for.
 *
 * @param seccompUnconfined no filter at all
 * @param seccompProfile a profile as JSON instead of the default one
 * @param systemPathsUnconfined nothing masked or read-only below /proc and /sys
 * @param appArmorProfile one other than none
 * @param labelled some SELinux label of its own
 */
public record SecurityOptions(
    boolean noNewPrivileges,
    boolean seccompUnconfined,
    Optional<String> seccompProfile,
    boolean systemPathsUnconfined,
    Optional<String> appArmorProfile,
    boolean labelled) {

  private static final Set<String> BARE = Set.of("no-new-privileges", "disable");

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
    Optional<String> appArmor = Optional.empty();
    boolean labelled = false;
    for (String option : options) {
      int at = separator(option);
      String key = at < 0 ? option : option.substring(0, at);
      String value = at < 0 ? "" : option.substring(at + 1);
      if (at < 0 && !BARE.contains(option)) {
        throw invalid("invalid --security-opt 1: \"" + option + "\"");
      }
      switch (key) {
        case "no-new-privileges" -> noNewPrivileges = at < 0 || flag(option, value);
        case "seccomp" -> {
          unconfined = value.equals("unconfined");
          boolean builtIn = value.equals("builtin");
          profile = unconfined || builtIn ? Optional.empty() : Optional.of(value);
        }
        case "systempaths" -> systemPaths = value.equals("unconfined");
        case "apparmor" ->
            appArmor = value.equals("unconfined") ? Optional.empty() : Optional.of(value);
        case "label" -> labelled = labelled || !value.equals("disable");
        // The older form of label=disable.
        case "disable" -> {}
        // Docker numbers the two ways to be wrong: no value, and no such option.
        default -> throw invalid("invalid --security-opt 2: \"" + option + "\"");
      }
    }
    return new SecurityOptions(
        noNewPrivileges, unconfined, profile, systemPaths, appArmor, labelled);
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
