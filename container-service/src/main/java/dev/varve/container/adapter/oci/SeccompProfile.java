package dev.varve.container.adapter.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.eventlog.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A profile in the form users write it (conditions on capabilities, architecture and kernel), made
 * into the plain {@code linux.seccomp} of one container. The built-in one is the resource {@code
 * seccomp.json}. Thread-safe.
 */
final class SeccompProfile {
  private static final String ARCHITECTURE = "amd64";
  private static final String NATIVE = "SCMP_ARCH_X86_64";
  private static final int MAX_BYTES = 1 << 20;

  private final JsonNode profile;
  // The built-in profile is translated once for each set of capabilities in use.
  private final Map<Set<String>, ObjectNode> translated = new ConcurrentHashMap<>();

  private SeccompProfile(JsonNode profile) {
    this.profile = profile;
  }

  static SeccompProfile builtIn(ObjectMapper json) {
    try (InputStream in = SeccompProfile.class.getResourceAsStream("seccomp.json")) {
      return new SeccompProfile(json.readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException("the built-in seccomp profile", e);
    }
  }

  /** One the user gave. */
  static SeccompProfile parse(ObjectMapper json, String text) {
    if (text.length() > MAX_BYTES) {
      throw invalid("profile is too large");
    }
    try {
      JsonNode profile = json.readTree(text);
      if (!profile.path("defaultAction").isTextual()) {
        throw invalid("no defaultAction");
      }
      if (profile.path("architectures").size() > 0 && profile.path("archMap").size() > 0) {
        throw invalid("both 'architectures' and 'archMap' are specified");
      }
      return new SeccompProfile(profile);
    } catch (JsonProcessingException e) {
      throw invalid(e.getOriginalMessage());
    }
  }

  private static RuntimeException invalid(String why) {
    return new Problem(Problem.Code.INVALID, "Decoding seccomp profile failed: " + why)
        .asException();
  }

  ObjectNode forCapabilities(Set<String> capabilities, ObjectMapper json) {
    return translated.computeIfAbsent(Set.copyOf(capabilities), set -> translate(set, json));
  }

  private ObjectNode translate(Set<String> capabilities, ObjectMapper json) {
    ObjectNode result = json.createObjectNode();
    result.set("defaultAction", profile.path("defaultAction"));
    copy("defaultErrnoRet", profile, result);
    copy("flags", profile, result);
    architectures(result.putArray("architectures"));
    ArrayNode syscalls = result.putArray("syscalls");
    for (JsonNode rule : profile.path("syscalls")) {
      if (applies(rule, capabilities)) {
        ObjectNode plain = syscalls.addObject();
        ArrayNode names = plain.putArray("names");
        if (rule.hasNonNull("name")) {
          names.add(rule.get("name"));
        }
        rule.path("names").forEach(names::add);
        copy("action", rule, plain);
        copy("errnoRet", rule, plain);
        if (rule.path("args").size() > 0) {
          copy("args", rule, plain);
        }
      }
    }
    return result;
  }

  private static void copy(String field, JsonNode from, ObjectNode to) {
    if (from.hasNonNull(field)) {
      to.set(field, from.get(field));
    }
  }

  private void architectures(ArrayNode into) {
    profile.path("architectures").forEach(into::add);
    for (JsonNode entry : profile.path("archMap")) {
      if (entry.path("architecture").asText().equals(NATIVE)) {
        into.add(NATIVE);
        entry.path("subArchitectures").forEach(into::add);
      }
    }
  }

  private static boolean applies(JsonNode rule, Set<String> capabilities) {
    JsonNode includes = rule.path("includes");
    JsonNode excludes = rule.path("excludes");
    List<String> needed = strings(includes.path("caps"));
    List<String> onlyOn = strings(includes.path("arches"));
    return capabilities.containsAll(needed)
        && (onlyOn.isEmpty() || onlyOn.contains(ARCHITECTURE))
        && kernelAtLeast(includes.path("minKernel").textValue())
        && strings(excludes.path("caps")).stream().noneMatch(capabilities::contains)
        && !strings(excludes.path("arches")).contains(ARCHITECTURE)
        && !(excludes.hasNonNull("minKernel")
            && kernelAtLeast(excludes.path("minKernel").textValue()));
  }

  private static boolean kernelAtLeast(@Nullable String wanted) {
    if (wanted == null) {
      return true;
    }
    int[] own = version(System.getProperty("os.version"));
    int[] least = version(wanted);
    return own[0] > least[0] || (own[0] == least[0] && own[1] >= least[1]);
  }

  private static int[] version(String text) {
    String[] parts = text.split("[^0-9]+", 3);
    return new int[] {
      Integer.parseInt(parts[0]), parts.length > 1 ? Integer.parseInt(parts[1]) : 0
    };
  }

  private static List<String> strings(JsonNode array) {
    List<String> result = new ArrayList<>();
    array.forEach(item -> result.add(item.asText()));
    return result;
  }
}
