package dev.varve.container.adapter.conmon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Seccomp filters as crun has compiled them. Compiling Docker's profile takes crun 12 ms for each
 * container; it keeps the result in the container's state and takes one that is given to it in an
 * annotation. So every profile is compiled once in an engine's life.
 *
 * <p>The profile itself stays in the bundle, for a version of crun without the annotation.
 * Thread-safe.
 */
final class CompiledFilters {
  private static final String ANNOTATION = "run.oci.seccomp_bpf_data";
  private static final int MOST = 32;

  private final ObjectMapper json = new ObjectMapper();
  private final Map<JsonNode, String> compiled =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<JsonNode, String> eldest) {
          return size() > MOST;
        }
      };

  /** A bundle's description, with the compiled filter when it is known. */
  byte[] with(byte[] config) throws IOException {
    ObjectNode tree = (ObjectNode) json.readTree(config);
    String filter;
    synchronized (compiled) {
      filter = compiled.get(tree.at("/linux/seccomp"));
    }
    if (filter == null) {
      return config;
    }
    tree.withObject("/annotations").put(ANNOTATION, filter);
    return json.writeValueAsBytes(tree);
  }

  /**
   * Remembers what crun made of it.
   *
   * @param state crun's directory for the container just created
   */
  void learn(byte[] config, Path state) throws IOException {
    JsonNode profile = json.readTree(config).at("/linux/seccomp");
    if (profile.isMissingNode()) {
      return;
    }
    synchronized (compiled) {
      if (compiled.containsKey(profile)) {
        return;
      }
    }
    try {
      byte[] filter = Files.readAllBytes(state.resolve("seccomp.bpf"));
      if (filter.length > 0) {
        synchronized (compiled) {
          compiled.put(profile, Base64.getEncoder().encodeToString(filter));
        }
      }
    } catch (NoSuchFileException e) {
      // A crun that keeps it elsewhere: it goes on compiling.
    }
  }
}
