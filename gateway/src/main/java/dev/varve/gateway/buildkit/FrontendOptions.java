package dev.varve.gateway.buildkit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.api.image.v1.BuildOptions;
import dev.varve.gateway.http.Json;
import dev.varve.gateway.http.Refusal;
import dev.varve.values.container.v1.Ulimit;
import io.grpc.StatusException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a client asks of BuildKit's frontend for Dockerfiles, as a build of this engine. What has no
 * counterpart here is refused, as silence would build something else.
 *
 * @param options without the Dockerfile and the tags
 * @param dockerfile its path in where it comes from
 * @param ownDirectory the client's directory that the Dockerfile is in; empty when it is in the
 *     source
 * @param directories of the client's, for the further contexts of the options, in their order
 */
record FrontendOptions(
    BuildOptions options,
    BuildSource source,
    String dockerfile,
    Optional<String> ownDirectory,
    List<String> directories) {

  static final String FRONTEND = "dockerfile.v0";

  private static final String CONTEXT = "context";
  private static final String IMAGE = "docker-image://";
  private static final String LOCAL = "local:";
  private static final String UPLOADS = "http://buildkit-session/";

  /** Abilities that a client wants of a frontend, and that are here. */
  private static final Set<String> ABILITIES =
      Set.of("moby.buildkit.frontend.contexts", "moby.buildkit.frontend.subrequests");

  /**
   * @throws StatusException when something cannot be done
   */
  static FrontendOptions of(Map<String, String> attributes) throws StatusException {
    BuildOptions.Builder options = BuildOptions.newBuilder().setSteps(true).setAnswers(true);
    List<String> directories = new ArrayList<>();
    for (Map.Entry<String, String> attribute : new TreeMap<>(attributes).entrySet()) {
      String name = attribute.getKey();
      String value = attribute.getValue();
      if (name.startsWith(CONTEXT + ":") && value.startsWith(LOCAL)) {
        options.addContextDirectories(name.substring(CONTEXT.length() + 1));
        directories.add(value.substring(LOCAL.length()));
      } else {
        add(options, name, value);
      }
    }
    BuildSource source = source(attributes.getOrDefault(CONTEXT, ""));
    if (source instanceof BuildSource.Remote(String url)) {
      options.setRemote(url);
    }
    String filename = attributes.getOrDefault("filename", "");
    String dockerfile = filename.isEmpty() ? "Dockerfile" : filename;
    String key = attributes.getOrDefault("dockerfilekey", "");
    boolean own = source instanceof BuildSource.Directory || !key.isEmpty();
    return new FrontendOptions(
        options.setDockerfile(dockerfile).build(),
        source,
        dockerfile,
        own ? Optional.of(key.isEmpty() ? "dockerfile" : key) : Optional.empty(),
        List.copyOf(directories));
  }

  private static BuildSource source(String context) {
    if (context.isEmpty()) {
      return new BuildSource.Directory(CONTEXT);
    }
    if (context.startsWith(UPLOADS)) {
      return new BuildSource.Uploaded("buildkit-session", context.substring(UPLOADS.length() - 1));
    }
    return new BuildSource.Remote(context);
  }

  private static void add(BuildOptions.Builder options, String name, String value)
      throws StatusException {
    int colon = name.indexOf(':');
    String rest = name.substring(colon + 1);
    switch (colon < 0 ? "" : name.substring(0, colon)) {
      case "" -> addPlain(options, name, value);
      case "build-arg" -> options.putArgs(rest, value);
      case "label" -> options.putLabels(rest, value);
      case CONTEXT -> {
        if (!value.startsWith(IMAGE)) {
          throw notThere("the build context " + rest + " from " + value);
        }
        options.putContextImages(rest, value.substring(IMAGE.length()));
      }
      case "attest" -> {
        if (!value.contains("disabled=true")) {
          throw notThere("the attestation " + rest);
        }
      }
      case "vcs" -> {
        // Where the client's files come from: for attestations.
      }
      default -> throw notThere("the option " + name);
    }
  }

  private static void addPlain(BuildOptions.Builder options, String name, String value)
      throws StatusException {
    switch (name) {
      case "target" -> options.setTarget(value);
      case "platform" -> {
        if (value.contains(",")) {
          throw notThere("an image for several platforms");
        }
        options.setPlatform(value);
      }
      case "no-cache" -> {
        if (!value.isEmpty()) {
          throw notThere("to leave out the cache of some stages only");
        }
        options.setNoCache(true);
      }
      case "cgroup-parent" -> options.setCgroupParent(value);
      case "shm-size" -> options.setShmSize(number(name, value));
      case "add-hosts" -> {
        for (String host : list(value)) {
          options.addExtraHosts(host.replaceFirst("=", ":"));
        }
      }
      case "ulimit" -> {
        for (String limit : list(value)) {
          options.addUlimits(ulimit(limit));
        }
      }
      case "force-network-mode" -> options.setNetworkMode(network(value));
      case "image-resolve-mode" -> options.setPull(value.equals("pull"));
      case "cache-imports" -> options.addAllCacheFrom(imports(value));
      case "cache-from" -> options.addAllCacheFrom(list(value));
      case "multi-platform" -> {
        if (Boolean.parseBoolean(value)) {
          throw notThere("an index of images");
        }
      }
      case "frontend.caps" -> requireAbilities(value);
      case "requestid" -> throw notThere("the request " + value);
      case "contextkey", "hostname" -> throw notThere("the option " + name);
      case CONTEXT, "filename", "dockerfilekey" -> {
        // Of the source.
      }
      case "cmdline", "source" -> {
        // Which image speaks the Dockerfile's language: here the builder does.
      }
      default -> throw notThere("the option " + name);
    }
  }

  /** What an older frontend may leave out is marked so. */
  private static void requireAbilities(String value) throws StatusException {
    for (String ability : list(value)) {
      if (!ability.endsWith("+forward") && !ABILITIES.contains(ability)) {
        throw notThere(ability);
      }
    }
  }

  private static String network(String value) throws StatusException {
    return switch (value) {
      case "none", "host" -> value;
      case "", "sandbox" -> "";
      default -> throw Faults.of("invalid network mode " + value);
    };
  }

  private static long number(String name, String value) throws StatusException {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw Faults.of("invalid " + name + ": " + value);
    }
  }

  private static Ulimit ulimit(String text) throws StatusException {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw Faults.of("invalid ulimit: " + text);
    }
    String values = text.substring(equals + 1);
    int colon = values.indexOf(':');
    long soft = number("ulimit", colon < 0 ? values : values.substring(0, colon));
    long hard = colon < 0 ? soft : number("ulimit", values.substring(colon + 1));
    return Ulimit.newBuilder()
        .setName(text.substring(0, equals))
        .setSoft(soft)
        .setHard(hard)
        .build();
  }

  /** Images; nothing else can be asked for what it has cached. */
  private static List<String> imports(String json) throws StatusException {
    List<String> references = new ArrayList<>();
    JsonNode entries;
    try {
      entries = Json.parse(json.getBytes(StandardCharsets.UTF_8));
    } catch (Refusal e) {
      throw Faults.of("invalid cache-imports: " + e.text());
    }
    for (JsonNode entry : entries) {
      String type = entry.path("Type").asText("");
      if (!type.equals("registry")) {
        throw notThere("a cache of type " + type);
      }
      references.add(entry.path("Attrs").path("ref").asText(""));
    }
    return references;
  }

  /** Fields with commas between, which clients quote when they must. */
  private static List<String> list(String value) {
    List<String> fields = new ArrayList<>();
    for (String field : value.split(",", -1)) {
      String plain = field.replace("\"", "").strip();
      if (!plain.isEmpty()) {
        fields.add(plain);
      }
    }
    return fields;
  }

  private static StatusException notThere(String what) {
    return Faults.of(
        what
            + " is not there with the engine's own builder; a BuildKit in a container has it:"
            + " \"docker buildx create\"");
  }
}
