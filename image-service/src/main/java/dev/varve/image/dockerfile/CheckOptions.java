package dev.varve.image.dockerfile;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code # check=skip=A,B;error=true;experimental=C}: of a file, or of the instruction below the
 * comment.
 *
 * @param skipped names; {@link #ALL} among them for all
 * @param experimental likewise
 * @param error whether a warning ends the build
 */
record CheckOptions(Set<String> skipped, Set<String> experimental, boolean error) {
  static final CheckOptions NONE = new CheckOptions(Set.of(), Set.of(), false);
  private static final String ALL = "all";
  private static final int MAX_PARTS = 3;
  private static final Pattern COMMENT = Pattern.compile("(?i:check)\\s*=\\s*(\\S+).*");

  /**
   * @throws Malformed for an option that is none
   */
  static CheckOptions parse(String text) {
    CheckOptions options = NONE;
    if (text.isBlank()) {
      return options;
    }
    for (String part : text.strip().split(";", MAX_PARTS)) {
      int equals = part.indexOf('=');
      if (equals < 0) {
        throw new Malformed("invalid check option " + Quoted.of(part));
      }
      options = options.with(part, part.substring(0, equals), part.substring(equals + 1));
    }
    return options;
  }

  private CheckOptions with(String part, String key, String value) {
    return switch (key.strip()) {
      case "skip" -> new CheckOptions(names(value), experimental, error);
      case "experimental" -> new CheckOptions(skipped, names(value), error);
      case "error" -> new CheckOptions(skipped, experimental, bool(part, value.strip()));
      default -> throw new Malformed("invalid check option " + Quoted.of(key.strip()));
    };
  }

  private static Set<String> names(String value) {
    Set<String> names = new HashSet<>();
    for (String name : value.split(",", -1)) {
      names.add(name.strip());
    }
    return names;
  }

  private static boolean bool(String part, String value) {
    return GoBoolean.parse(value)
        .orElseThrow(() -> new Malformed("failed to parse check option " + Quoted.of(part)));
  }

  /** Of a directive's value: what stands behind a blank is a remark. */
  static CheckOptions ofDirective(Optional<String> value) {
    try {
      return value.map(v -> parse(v.split("\\s", 2)[0])).orElse(NONE);
    } catch (Malformed e) {
      throw new DockerfileException("failed to parse check options: " + e.reason());
    }
  }

  /** These, and what comments above an instruction add for it; nonsense adds nothing. */
  CheckOptions with(List<String> comments) {
    for (String comment : comments) {
      Matcher matcher = COMMENT.matcher(comment);
      if (matcher.matches()) {
        try {
          return with(parse(matcher.group(1)));
        } catch (Malformed e) {
          return this;
        }
      }
    }
    return this;
  }

  private CheckOptions with(CheckOptions more) {
    Set<String> allSkipped = new HashSet<>(skipped);
    allSkipped.addAll(more.skipped);
    Set<String> allExperimental = new HashSet<>(experimental);
    allExperimental.addAll(more.experimental);
    return new CheckOptions(allSkipped, allExperimental, error);
  }

  boolean wants(Check check) {
    return check.isExperimental() ? contains(experimental, check) : !contains(skipped, check);
  }

  private static boolean contains(Set<String> names, Check check) {
    return names.contains(ALL) || names.contains(check.rule());
  }
}
