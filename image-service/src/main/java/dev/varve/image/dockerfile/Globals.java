package dev.varve.image.dockerfile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Variables outside of stages: what FROM sees, and what an ARG without a default takes. Immutable
 * but for the {@link Budget} that a build's expansions share.
 */
public final class Globals implements Variables {
  private static final String SOURCE_DATE_EPOCH = "SOURCE_DATE_EPOCH";
  private static final Set<String> PROXIES =
      Set.of("http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy");

  private final char escape;
  private final BuildArguments arguments;
  private final Map<String, String> values;
  private final Map<String, String> proxies;
  private final Set<String> declared = new TreeSet<>();
  private final Budget budget;

  private Globals(char escape, BuildArguments arguments, Map<String, String> predefined) {
    this.escape = escape;
    this.arguments = arguments;
    this.values = predefined;
    this.proxies =
        new TreeMap<>(
            arguments.given().entrySet().stream()
                .filter(entry -> isProxy(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    this.budget = new Budget();
  }

  /**
   * Of a file's ARGs before its first FROM.
   *
   * @throws DockerfileException when a default does not expand
   */
  public static Globals of(Dockerfile file, BuildArguments arguments) {
    Map<String, String> predefined = new LinkedHashMap<>(PlatformArguments.of(file, arguments));
    predefined.replaceAll((name, value) -> arguments.given().getOrDefault(name, value));
    Globals globals = new Globals(file.directives().escape(), arguments, predefined);
    file.globalArgs().forEach(globals::declare);
    return globals;
  }

  private void declare(Instruction.Arg arg) {
    Expansion expansion = new Expansion(escape, this, budget);
    for (Instruction.Declaration declaration : arg.declarations()) {
      declared.add(declaration.name());
      try {
        given(declaration.name())
            .or(() -> declaration.value().map(expansion::word))
            .ifPresent(value -> values.put(declaration.name(), value));
      } catch (Malformed e) {
        throw Expansion.refusal(arg, e);
      }
    }
  }

  static boolean isProxy(String name) {
    return PROXIES.contains(name.toLowerCase(Locale.ROOT));
  }

  @Override
  public Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /**
   * The second of all times in the image, for builds that shall give the same bytes again; of a
   * build argument or a global ARG.
   *
   * @throws DockerfileException when it is no number
   */
  public Optional<Long> sourceDateEpoch() {
    Optional<String> text =
        given(SOURCE_DATE_EPOCH).or(() -> value(SOURCE_DATE_EPOCH)).filter(t -> !t.isEmpty());
    try {
      return text.map(Long::parseLong);
    } catch (NumberFormatException e) {
      throw new DockerfileException("invalid SOURCE_DATE_EPOCH: " + text.orElseThrow());
    }
  }

  BuildArguments arguments() {
    return arguments;
  }

  Optional<String> given(String name) {
    return Optional.ofNullable(arguments.given().get(name));
  }

  Map<String, String> proxies() {
    return proxies;
  }

  Optional<String> proxy(String name) {
    return Optional.ofNullable(proxies.get(name));
  }

  /** Whether a build argument means something without an ARG. */
  boolean knows(String name) {
    return isProxy(name)
        || values.containsKey(name)
        || name.equals(SOURCE_DATE_EPOCH)
        || name.startsWith("BUILDKIT_");
  }

  /** The names that the file declares before its first FROM. */
  Set<String> declared() {
    return declared;
  }

  List<String> names() {
    return List.copyOf(values.keySet());
  }

  char escape() {
    return escape;
  }

  Budget budget() {
    return budget;
  }
}
