package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The variables of a stage while its steps run: ENV, which always wins, ARG, and the predefined
 * ones. Mutable; one thread at a time.
 *
 * <p>A step is: {@code instruction = scope.expand(instruction)}, its work, and then {@code
 * scope.apply(instruction)}.
 */
public final class Scope implements Variables {
  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final Globals globals;
  private final Map<String, String> env;
  private final Map<String, String> args;
  private final Expansion expansion;

  private Scope(Globals globals, Map<String, String> env, Map<String, String> args) {
    this.globals = globals;
    this.env = env;
    this.args = args;
    this.expansion = new Expansion(globals.escape(), this, globals.budget());
  }

  /**
   * Of a stage on an image.
   *
   * @param imageEnv of the image's configuration, {@code NAME=value}
   */
  public static Scope of(Globals globals, List<String> imageEnv) {
    Map<String, String> env = new LinkedHashMap<>();
    for (String entry : imageEnv) {
      int equals = entry.indexOf('=');
      env.put(
          equals < 0 ? entry : entry.substring(0, equals),
          equals < 0 ? "" : entry.substring(equals + 1));
    }
    return new Scope(globals, env, new LinkedHashMap<>());
  }

  /** Of a stage on this, finished, stage: its ENV and ARG go on. */
  public Scope child() {
    return new Scope(globals, new LinkedHashMap<>(env), new LinkedHashMap<>(args));
  }

  @Override
  public Optional<String> value(String name) {
    return Optional.ofNullable(env.get(name))
        .or(() -> Optional.ofNullable(args.get(name)))
        .or(() -> globals.proxy(name));
  }

  /**
   * See {@link Expansion#expand}; an ARG's defaults are its own matter: {@link #apply}.
   *
   * @throws DockerfileException with the instruction's place
   */
  public Instruction expand(Instruction instruction) {
    return expansion.expand(instruction);
  }

  /**
   * See {@link Expansion#mounts}.
   *
   * @throws DockerfileException with the instruction's place
   */
  public List<Mount> mounts(Instruction.Run run) {
    return expansion.mounts(run);
  }

  /**
   * Sets what an expanded ENV says, or declares what an ARG says, each declaration seeing those
   * before it. All other instructions change nothing.
   *
   * @throws DockerfileException when a default does not expand
   */
  public void apply(Instruction instruction) {
    if (instruction instanceof Instruction.Env set) {
      set.pairs().forEach(pair -> env.put(pair.key(), pair.value()));
    } else if (instruction instanceof Instruction.Arg arg) {
      for (Instruction.Declaration declaration : arg.declarations()) {
        value(arg, declaration).ifPresent(value -> args.put(declaration.name(), value));
      }
    }
  }

  private Optional<String> value(Instruction.Arg arg, Instruction.Declaration declaration) {
    Optional<String> given = globals.given(declaration.name());
    if (given.isPresent()) {
      return given;
    }
    try {
      return declaration.value().map(expansion::word).or(() -> globals.value(declaration.name()));
    } catch (Malformed e) {
      throw Expansion.refusal(arg, e);
    }
  }

  /** ENV alone, {@code NAME=value}, in the order of first setting: the configuration's. */
  public List<String> env() {
    return entries(env);
  }

  /**
   * Declared ARGs that have a value and no ENV hides, {@code NAME=value}, sorted: what history
   * shows in front of a command ({@code |2 A=1 B=2}) and what a RUN's cache key holds. Without
   * proxies, unless they are declared.
   */
  public List<String> args() {
    Map<String, String> visible = new TreeMap<>(args);
    visible.keySet().removeAll(env.keySet());
    return entries(visible);
  }

  /** Everything a RUN sees: {@link #env}, {@link #args} and the proxies that were given. */
  public List<String> runEnvironment() {
    Map<String, String> all = new LinkedHashMap<>(env);
    args.forEach(all::putIfAbsent);
    globals.proxies().forEach(all::putIfAbsent);
    return entries(all);
  }

  private static List<String> entries(Map<String, String> values) {
    List<String> entries = new ArrayList<>();
    values.forEach((name, value) -> entries.add(name + "=" + value));
    return List.copyOf(entries);
  }

  /** What a step has on an image without one. */
  void setDefaultPath() {
    env.put("PATH", DEFAULT_PATH);
  }

  /** Names that may have been meant where another one was written. */
  List<String> names() {
    List<String> names = new ArrayList<>(env.keySet());
    names.addAll(args.keySet());
    return names;
  }
}
