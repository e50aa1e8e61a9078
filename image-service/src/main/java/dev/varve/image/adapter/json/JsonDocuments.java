package dev.varve.image.adapter.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.image.application.Documents;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.DiffId;
import dev.varve.image.domain.ImageConfig;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.RunConfig;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** {@link Documents} by Jackson's tree model. */
public final class JsonDocuments implements Documents {
  private static final Set<String> MANIFESTS = Set.of(OCI_MANIFEST, DOCKER_MANIFEST);
  private static final Set<String> INDEXES = Set.of(OCI_INDEX, DOCKER_INDEX);

  @Override
  public ImageConfig config(byte[] json) {
    JsonNode node = object(json, "image config");
    JsonNode rootfs = node.path("rootfs");
    if (!rootfs.isObject()) {
      throw JsonText.refusal("invalid image JSON, no RootFS key");
    }
    return new ImageConfig(
        platform(node),
        JsonText.text(node, "created"),
        labels(node.path("config").path("Labels")),
        JsonText.strings(rootfs, "diff_ids").stream()
            .map(text -> new DiffId(JsonText.digest(text)))
            .toList(),
        JsonText.list(node, "history", JsonDocuments::historyEntry));
  }

  @Override
  public RunConfig runConfig(byte[] json) {
    return RunConfigReader.read(object(json, "image config").path("config"));
  }

  @Override
  public List<ArchiveManifest> archiveManifest(byte[] json) {
    JsonNode node = JsonText.parse(json, "manifest.json");
    return JsonText.elements(
        node,
        "manifest.json",
        entry ->
            new ArchiveManifest(
                JsonText.text(entry, "Config"),
                JsonText.strings(entry, "RepoTags"),
                JsonText.strings(entry, "Layers")));
  }

  @Override
  public OciDocument oci(byte[] json) {
    JsonNode node = object(json, "manifest");
    String mediaType = JsonText.text(node, "mediaType");
    if (node.has("layers") && node.has("manifests")) {
      throw JsonText.refusal(
          "invalid archive: ambiguous document: it has both layers and manifests");
    }
    if (node.has("manifests")) {
      if (!mediaType.isEmpty() && !INDEXES.contains(mediaType)) {
        throw JsonText.refusal(
            "invalid archive: media type " + mediaType + " of a document with manifests");
      }
      return new OciDocument.Index(
          mediaType.isEmpty() ? OCI_INDEX : mediaType,
          JsonText.list(node, "manifests", JsonDocuments::indexEntry));
    }
    if (!node.path("config").isObject() || !node.path("layers").isArray()) {
      throw JsonText.refusal("invalid archive: a manifest without config or layers");
    }
    if (!mediaType.isEmpty() && !MANIFESTS.contains(mediaType)) {
      throw JsonText.refusal(
          "invalid archive: media type " + mediaType + " of a document with layers");
    }
    return new OciDocument.Manifest(
        mediaType.isEmpty() ? OCI_MANIFEST : mediaType,
        descriptor(node.path("config")),
        JsonText.list(node, "layers", JsonDocuments::descriptor));
  }

  @Override
  public About about(byte[] json) {
    JsonNode node = object(json, "manifest");
    if (JsonText.number(node, "schemaVersion") != 2) {
      throw JsonText.refusal("invalid archive: unsupported schema version of a manifest");
    }
    JsonNode subject = node.path("subject");
    return new About(
        subject.isObject() ? Optional.of(JsonText.digest(subject, "digest")) : Optional.empty(),
        JsonText.text(node, "artifactType"),
        annotations(node));
  }

  @Override
  public byte[] referrers(List<Referrer> referrers) {
    return JsonText.write(JsonWriter.referrers(referrers));
  }

  @Override
  public byte[] manifest(Descriptor config, List<Descriptor> layers) {
    return manifest(OCI_MANIFEST, config, layers);
  }

  @Override
  public byte[] manifest(String mediaType, Descriptor config, List<Descriptor> layers) {
    return JsonText.write(JsonWriter.manifest(mediaType, config, layers));
  }

  @Override
  public byte[] index(List<IndexEntry> entries) {
    return JsonText.write(JsonWriter.index(entries));
  }

  @Override
  public byte[] archiveManifest(List<ArchiveManifest> images) {
    return JsonText.write(JsonWriter.archiveManifest(images));
  }

  @Override
  public byte[] repositories(SortedMap<String, SortedMap<String, String>> repositories) {
    return JsonText.write(JsonWriter.repositories(repositories));
  }

  @Override
  public byte[] ociLayout() {
    return JsonText.write(JsonWriter.ociLayout());
  }

  @Override
  public byte[] config(NewConfig config) {
    return JsonText.write(JsonWriter.config(config));
  }

  @Override
  public byte[] childConfig(byte[] parent, NewChild child) {
    return JsonText.write(
        JsonWriter.childConfig((ObjectNode) object(parent, "image config"), child));
  }

  @Override
  public byte[] builtConfig(Optional<byte[]> base, BuiltConfig built) {
    return JsonText.write(
        JsonWriter.builtConfig(
            base.map(bytes -> (ObjectNode) object(bytes, "image config")), built));
  }

  private static JsonNode object(byte[] json, String what) {
    JsonNode node = JsonText.parse(json, what);
    if (!node.isObject()) {
      throw JsonText.refusal("invalid archive: failed to decode " + what + ": it is not an object");
    }
    return node;
  }

  /** What is no text is no label: such an image was never refused. */
  private static Map<String, String> labels(JsonNode node) {
    Map<String, String> labels = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (entry.getValue().isTextual()) {
        labels.put(entry.getKey(), entry.getValue().textValue());
      }
    }
    return labels;
  }

  private static ImageConfig.Entry historyEntry(JsonNode node) {
    return new ImageConfig.Entry(
        instant(JsonText.text(node, "created")),
        JsonText.text(node, "created_by"),
        JsonText.text(node, "comment"),
        node.path("empty_layer").asBoolean(false));
  }

  private static Optional<Instant> instant(String text) {
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      throw JsonText.refusal("invalid archive: parsing time \"" + text + "\"");
    }
  }

  private static Platform platform(JsonNode node) {
    String os = JsonText.text(node, "os");
    return new Platform(
        os.isEmpty() ? Platform.HOST.os() : os,
        JsonText.text(node, "architecture"),
        JsonText.text(node, "variant"));
  }

  private static Descriptor descriptor(JsonNode node) {
    return new Descriptor(
        JsonText.text(node, "mediaType"),
        JsonText.digest(node, "digest"),
        JsonText.number(node, "size"));
  }

  private static IndexEntry indexEntry(JsonNode node) {
    JsonNode platform = node.path("platform");
    return new IndexEntry(
        descriptor(node),
        platform.isObject() ? Optional.of(platform(platform)) : Optional.empty(),
        annotations(node));
  }

  private static Map<String, String> annotations(JsonNode node) {
    Map<String, String> annotations = new HashMap<>();
    node.path("annotations")
        .properties()
        .forEach(entry -> annotations.put(entry.getKey(), entry.getValue().asText()));
    return Map.copyOf(annotations);
  }
}
