package dev.varve.image.dockerfile;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** The value of one {@code RUN --mount}: its keys in any order, and what each type allows. */
final class MountReader {
  private static final Set<String> TYPES =
      new TreeSet<>(Set.of("bind", "cache", "tmpfs", "secret", "ssh"));
  private static final Set<String> SHARINGS = new TreeSet<>(Set.of("shared", "private", "locked"));
  private static final Set<String> KEYS =
      new TreeSet<>(
          Set.of(
              "type",
              "from",
              "source",
              "target",
              "readonly",
              "id",
              "sharing",
              "required",
              "size",
              "mode",
              "uid",
              "gid",
              "src",
              "dst",
              "destination",
              "ro",
              "rw",
              "readwrite",
              "env"));

  private final UnaryOperator<String> expansion;
  private String type = "bind";
  private String from = "";
  private String source = "";
  private String target = "";
  private String id = "";
  private Optional<String> env = Optional.empty();
  private Optional<Boolean> readOnly = Optional.empty();
  private Optional<String> sharing = Optional.empty();
  private boolean required;
  private long size;
  private OptionalInt mode = OptionalInt.empty();
  private OptionalInt uid = OptionalInt.empty();
  private OptionalInt gid = OptionalInt.empty();

  private MountReader(UnaryOperator<String> expansion) {
    this.expansion = expansion;
  }

  /**
   * Where a mount's files come from; empty for the context or nothing.
   *
   * @throws Malformed for a variable in there: the stages must be known before anything is built
   */
  static Optional<String> from(String text) {
    Optional<String> from = Optional.empty();
    for (String field : CommaFields.of(text)) {
      int equals = field.indexOf('=');
      if (equals >= 0 && field.substring(0, equals).equalsIgnoreCase("from")) {
        String value = field.substring(equals + 1);
        int dollar = value.indexOf('$');
        if (dollar >= 0 && dollar < value.length() - 1) {
          throw new Malformed(
              "'from' doesn't support variable expansion, define alias stage instead");
        }
        from = Optional.of(value).filter(v -> !v.isEmpty());
      }
    }
    return from;
  }

  /**
   * @throws Malformed with Docker's text
   */
  static Mount read(String text, UnaryOperator<String> expansion) {
    MountReader reader = new MountReader(expansion);
    for (String field : CommaFields.of(text)) {
      reader.field(field);
    }
    return reader.mount();
  }

  private void field(String field) {
    int equals = field.indexOf('=');
    String key = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
    if (equals < 0) {
      word(field, key);
    } else {
      value(field, key, expansion.apply(field.substring(equals + 1)));
    }
  }

  private void word(String field, String key) {
    switch (key) {
      case "readonly", "ro" -> readOnly = Optional.of(true);
      case "readwrite", "rw" -> readOnly = Optional.of(false);
      case "required" -> require(key, true);
      default -> throw new Malformed("invalid field '" + field + "' must be a key=value pair");
    }
  }

  private void value(String field, String key, String value) {
    switch (key) {
      case "type" -> type = oneOf(TYPES, value, "unsupported mount type ");
      case "from" -> from = value;
      case "source", "src" -> source = value;
      case "target", "dst", "destination" -> target = value;
      case "readonly", "ro" -> readOnly = Optional.of(bool(key, value));
      case "readwrite", "rw" -> readOnly = Optional.of(!bool(key, value));
      case "required" -> require(key, bool(key, value));
      case "size" -> {
        only(key, type.equals("tmpfs"));
        size = ByteSize.parse(value).orElseThrow(() -> invalid(key, value));
      }
      case "id" -> id = value;
      case "sharing" -> sharing = Optional.of(oneOf(SHARINGS, value, "unsupported sharing value "));
      case "mode" -> mode = number(key, value, 8);
      case "uid" -> uid = number(key, value, 10);
      case "gid" -> gid = number(key, value, 10);
      case "env" -> env = Optional.of(value);
      default -> {
        String message = "unexpected key '" + key + "' in '" + field + "'";
        throw new Malformed(Suggestion.with(message, key, KEYS));
      }
    }
  }

  private static String oneOf(Set<String> known, String value, String complaint) {
    String lower = value.toLowerCase(Locale.ROOT);
    if (!known.contains(lower)) {
      throw new Malformed(Suggestion.with(complaint + Quoted.of(value), value, known));
    }
    return lower;
  }

  private void require(String key, boolean value) {
    only(key, type.equals("secret") || type.equals("ssh"));
    required = value;
  }

  private void only(String key, boolean allowed) {
    if (!allowed) {
      throw new Malformed("unexpected key '" + key + "' for mount type '" + type + "'");
    }
  }

  private static boolean bool(String key, String value) {
    return GoBoolean.parse(value).orElseThrow(() -> invalid(key, value));
  }

  private static Malformed invalid(String key, String value) {
    return new Malformed("invalid value for " + key + ": " + value);
  }

  private static OptionalInt number(String key, String value, int radix) {
    try {
      if (!value.startsWith("+") && !value.startsWith("-")) {
        return OptionalInt.of(Integer.parseInt(value, radix));
      }
    } catch (NumberFormatException e) {
      // Refused with the others.
    }
    throw new Malformed("invalid value " + value + " for " + key);
  }

  private Mount mount() {
    checkAccess();
    if (sharing.isPresent() && !type.equals("cache")) {
      throw new Malformed(
          type.equals("secret")
              ? "secret mount should not define sharing"
              : "invalid cache sharing set for " + type + " mount");
    }
    Optional<String> origin = Optional.of(from).filter(f -> !f.isEmpty());
    return switch (type) {
      case "cache" -> cache(origin);
      case "tmpfs" -> new Mount.Tmpfs(target, size, readOnly.orElse(false));
      case "secret" -> secret();
      case "ssh" -> ssh();
      default -> new Mount.Bind(target, Paths.absolute(source), origin, readOnly.orElse(true));
    };
  }

  private void checkAccess() {
    if (type.equals("bind") || type.equals("tmpfs")) {
      refuseAccess("mode", mode);
      refuseAccess("uid", uid);
      refuseAccess("gid", gid);
    }
  }

  private void refuseAccess(String key, OptionalInt value) {
    if (value.isPresent()) {
      throw new Malformed(key + " not allowed for " + Quoted.of(type) + " type mounts");
    }
  }

  private Mount.Access access(int defaultMode) {
    return new Mount.Access(uid.orElse(0), gid.orElse(0), mode.orElse(defaultMode));
  }

  private Mount cache(Optional<String> origin) {
    return new Mount.Cache(
        target,
        id.isEmpty() ? Paths.cleaned(target) : id,
        Paths.absolute(source),
        origin,
        readOnly.orElse(false),
        Mount.Sharing.valueOf(sharing.orElse("shared").toUpperCase(Locale.ROOT)),
        access(0755));
  }

  private Mount secret() {
    if (!from.isEmpty()) {
      throw new Malformed("secret mount should not have a from");
    }
    if (source.isEmpty() && target.isEmpty() && id.isEmpty()) {
      throw new Malformed("invalid secret mount. one of source, target required");
    }
    if (!source.isEmpty() && !id.isEmpty()) {
      throw new Malformed("both source and id can't be set");
    }
    String given = source.isEmpty() ? id : source;
    String name = given.isEmpty() ? Paths.last(target) : given;
    Optional<String> file = Optional.of(target).filter(t -> !t.isEmpty());
    if (env.isEmpty() && file.isEmpty()) {
      file = Optional.of("/run/secrets/" + Paths.last(name));
    }
    return new Mount.Secret(name, file, env, required, access(0400));
  }

  private Mount ssh() {
    if (!source.isEmpty()) {
      throw new Malformed("ssh does not support source");
    }
    Optional<String> socket = Optional.of(target).filter(t -> !t.isEmpty());
    return new Mount.Ssh(id.isEmpty() ? "default" : id, socket, required, access(0600));
  }
}
