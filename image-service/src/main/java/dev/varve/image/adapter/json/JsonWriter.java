package dev.varve.image.adapter.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.image.application.Documents;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.RunConfig;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Builds the documents that we write; field order is fixed, so that equal content is equal bytes.
 */
final class JsonWriter {
  private static final List<String> PLATFORM_FIELDS =
      List.of("architecture", "os", "os.features", "os.version", "variant");
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private JsonWriter() {}

  static ObjectNode manifest(String mediaType, Descriptor config, List<Descriptor> layers) {
    ObjectNode manifest = JSON.objectNode();
    manifest.put("schemaVersion", 2).put("mediaType", mediaType);
    manifest.set("config", descriptor(config));
    ArrayNode array = manifest.putArray("layers");
    layers.forEach(layer -> array.add(descriptor(layer)));
    return manifest;
  }

  static ObjectNode index(List<Documents.IndexEntry> entries) {
    ObjectNode index = JSON.objectNode();
    index.put("schemaVersion", 2).put("mediaType", Documents.OCI_INDEX);
    ArrayNode manifests = index.putArray("manifests");
    for (Documents.IndexEntry entry : entries) {
      ObjectNode node = descriptor(entry.descriptor());
      if (!entry.annotations().isEmpty()) {
        strings(node.putObject("annotations"), new TreeMap<>(entry.annotations()));
      }
      entry
          .platform()
          .ifPresent(platform -> {
            ObjectNode target = node.putObject("platform");
            target.put("architecture", platform.architecture()).put("os", platform.os());
            putUnlessEmpty(target, "variant", platform.variant());
          });
      manifests.add(node);
    }
    return index;
  }

  static ObjectNode referrers(List<Documents.Referrer> referrers) {
    ObjectNode index = JSON.objectNode();
    index.put("schemaVersion", 2).put("mediaType", Documents.OCI_INDEX);
    ArrayNode manifests = index.putArray("manifests");
    for (Documents.Referrer referrer : referrers) {
      ObjectNode node = descriptor(referrer.descriptor());
      putUnlessEmpty(node, "artifactType", referrer.artifactType());
      if (!referrer.annotations().isEmpty()) {
        strings(node.putObject("annotations"), new TreeMap<>(referrer.annotations()));
      }
      manifests.add(node);
    }
    return index;
  }

  static ArrayNode archiveManifest(List<Documents.ArchiveManifest> images) {
    ArrayNode array = JSON.arrayNode();
    for (Documents.ArchiveManifest image : images) {
      ObjectNode node = array.addObject();
      node.put("Config", image.config());
      if (image.repoTags().isEmpty()) {
        node.putNull("RepoTags");
      } else {
        strings(node.putArray("RepoTags"), image.repoTags());
      }
      strings(node.putArray("Layers"), image.layers());
    }
    return array;
  }

  static ObjectNode repositories(SortedMap<String, SortedMap<String, String>> repositories) {
    ObjectNode node = JSON.objectNode();
    repositories.forEach((name, tags) -> strings(node.putObject(name), tags));
    return node;
  }

  static ObjectNode ociLayout() {
    return JSON.objectNode().put("imageLayoutVersion", "1.0.0");
  }

  static ObjectNode config(Documents.NewConfig config) {
    ObjectNode node = JSON.objectNode();
    node.put("architecture", config.platform().architecture());
    putUnlessEmpty(node, "comment", config.comment());
    node.set("config", runConfig(config.run()));
    node.put("created", config.created().toString());
    ObjectNode history = node.putArray("history").addObject();
    history.put("created", config.created().toString());
    putUnlessEmpty(history, "comment", config.comment());
    node.put("os", config.platform().os());
    ObjectNode rootfs = node.putObject("rootfs");
    rootfs.put("type", "layers");
    rootfs.putArray("diff_ids").add(config.layer().toString());
    putUnlessEmpty(node, "variant", config.platform().variant());
    return node;
  }

  /** The parent's document with one more step; what else it says of the platform stays. */
  static ObjectNode childConfig(ObjectNode parent, Documents.NewChild child) {
    ObjectNode node = JSON.objectNode();
    for (String kept : PLATFORM_FIELDS) {
      JsonNode value = parent.get(kept);
      if (value != null) {
        node.set(kept, value);
      }
    }
    putUnlessEmpty(node, "author", child.author());
    putUnlessEmpty(node, "comment", child.comment());
    node.set("config", runConfig(child.run()));
    putUnlessEmpty(node, "container", child.containerId());
    node.put("created", child.created().toString());
    ArrayNode history = node.putArray("history");
    parent.path("history").forEach(history::add);
    ObjectNode step = history.addObject();
    step.put("created", child.created().toString());
    putUnlessEmpty(step, "author", child.author());
    putUnlessEmpty(step, "created_by", child.createdBy());
    putUnlessEmpty(step, "comment", child.comment());
    ObjectNode rootfs = node.putObject("rootfs");
    rootfs.put("type", "layers");
    ArrayNode diffIds = rootfs.putArray("diff_ids");
    parent.path("rootfs").path("diff_ids").forEach(diffIds::add);
    child
        .layer()
        .ifPresentOrElse(
            layer -> diffIds.add(layer.toString()), () -> step.put("empty_layer", true));
    return node;
  }

  static ObjectNode builtConfig(Optional<ObjectNode> base, Documents.BuiltConfig built) {
    ObjectNode parent = base.orElseGet(() -> platform(built.platform()));
    ObjectNode node = JSON.objectNode();
    for (String kept : PLATFORM_FIELDS) {
      JsonNode value = parent.get(kept);
      if (value != null) {
        node.set(kept, value);
      }
    }
    putUnlessEmpty(node, "author", built.author());
    putUnlessEmpty(node, "comment", built.comment());
    node.set("config", runConfig(built.run()));
    node.put("created", built.created().toString());
    ArrayNode history = node.putArray("history");
    parent.path("history").forEach(history::add);
    ObjectNode rootfs = node.putObject("rootfs");
    rootfs.put("type", "layers");
    ArrayNode diffIds = rootfs.putArray("diff_ids");
    parent.path("rootfs").path("diff_ids").forEach(diffIds::add);
    for (Documents.Step step : built.steps()) {
      ObjectNode line = history.addObject();
      line.put("created", step.created().toString());
      putUnlessEmpty(line, "created_by", step.createdBy());
      putUnlessEmpty(line, "comment", step.comment());
      step.layer()
          .ifPresentOrElse(
              layer -> diffIds.add(layer.toString()), () -> line.put("empty_layer", true));
    }
    return node;
  }

  private static ObjectNode platform(Platform platform) {
    ObjectNode node = JSON.objectNode();
    node.put("architecture", platform.architecture()).put("os", platform.os());
    putUnlessEmpty(node, "variant", platform.variant());
    return node;
  }

  private static ObjectNode runConfig(RunConfig run) {
    ObjectNode node = JSON.objectNode();
    putUnlessEmpty(node, "User", run.user());
    if (!run.exposedPorts().isEmpty()) {
      set(node.putObject("ExposedPorts"), run.exposedPorts());
    }
    if (!run.env().isEmpty()) {
      strings(node.putArray("Env"), run.env());
    }
    run.cmd().ifPresent(cmd -> strings(node.putArray("Cmd"), cmd));
    run.healthCheck().ifPresent(check -> node.set("Healthcheck", healthCheck(check)));
    if (!run.volumes().isEmpty()) {
      set(node.putObject("Volumes"), run.volumes());
    }
    putUnlessEmpty(node, "WorkingDir", run.workingDir());
    run.entrypoint().ifPresent(entrypoint -> strings(node.putArray("Entrypoint"), entrypoint));
    if (!run.onBuild().isEmpty()) {
      strings(node.putArray("OnBuild"), run.onBuild());
    }
    if (!run.labels().isEmpty()) {
      strings(node.putObject("Labels"), run.labels());
    }
    putUnlessEmpty(node, "StopSignal", run.stopSignal());
    if (!run.shell().isEmpty()) {
      strings(node.putArray("Shell"), run.shell());
    }
    return node;
  }

  private static ObjectNode healthCheck(RunConfig.HealthCheck check) {
    ObjectNode node = JSON.objectNode();
    strings(node.putArray("Test"), check.test());
    putUnlessZero(node, "Interval", check.interval());
    putUnlessZero(node, "Timeout", check.timeout());
    putUnlessZero(node, "StartPeriod", check.startPeriod());
    putUnlessZero(node, "StartInterval", check.startInterval());
    putUnlessZero(node, "Retries", check.retries());
    return node;
  }

  private static ObjectNode descriptor(Descriptor descriptor) {
    return JSON.objectNode()
        .put("mediaType", descriptor.mediaType())
        .put("digest", descriptor.digest().value())
        .put("size", descriptor.size());
  }

  private static void putUnlessEmpty(ObjectNode node, String field, String value) {
    if (!value.isEmpty()) {
      node.put(field, value);
    }
  }

  private static void putUnlessZero(ObjectNode node, String field, long value) {
    if (value != 0) {
      node.put(field, value);
    }
  }

  private static void strings(ArrayNode array, List<String> values) {
    values.forEach(array::add);
  }

  private static void strings(ObjectNode object, Map<String, String> values) {
    values.forEach(object::put);
  }

  /** A set as Docker writes it: an object of empty objects. */
  private static void set(ObjectNode object, Collection<String> members) {
    members.forEach(object::putObject);
  }
}
