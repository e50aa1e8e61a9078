package dev.varve.image;

import dev.varve.image.domain.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An image made for a test, and the archives that can carry it. */
final class TestImage {
  private final List<byte[]> layers;
  private String config;

  TestImage(byte[]... layers) {
    this.layers = List.of(layers);
    this.config = config(Stream.of(layers).map(Digest::of).toList());
  }

  /** One layer with one file. */
  static TestImage of(String content) {
    return new TestImage(new Tar().directory("etc").file("etc/motd", content).bytes());
  }

  static String config(List<Digest> diffIds) {
    String history =
        diffIds.stream()
            .map(diffId ->
                """
                {"created":"2024-01-02T03:04:05Z","created_by":"ADD %s"}\
                """
                    .formatted(diffId.shortHex()))
            .collect(Collectors.joining(","));
    return """
    {"architecture":"amd64","os":"linux","created":"2024-01-02T03:04:05Z",
     "config":{"Cmd":["sh"],"Labels":{"who":"test"}},
     "history":[%s%s{"created":"2024-01-02T03:04:06Z","created_by":"CMD sh","comment":"c","empty_layer":true}],
     "rootfs":{"type":"layers","diff_ids":[%s]}}\
    """
        .formatted(
            history,
            history.isEmpty() ? "" : ",",
            diffIds.stream().map(d -> "\"" + d + "\"").collect(Collectors.joining(",")));
  }

  TestImage withConfig(String json) {
    config = json;
    return this;
  }

  /** The same files for another machine. */
  TestImage withArchitecture(String architecture) {
    return withConfig(config.replace("\"amd64\"", "\"" + architecture + "\""));
  }

  Digest id() {
    return Digest.of(config.getBytes(StandardCharsets.UTF_8));
  }

  String configJson() {
    return config;
  }

  List<byte[]> layers() {
    return layers;
  }

  /** As {@code docker save} wrote it for years: a directory a layer, equal layers linked. */
  byte[] dockerArchive(String... tags) {
    Tar tar = new Tar();
    List<String> names = new ArrayList<>();
    List<Digest> seen = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      String name = "layer" + i + "/layer.tar";
      Digest digest = Digest.of(layers.get(i));
      tar.directory("layer" + i).file("layer" + i + "/VERSION", "1.0");
      if (seen.contains(digest)) {
        tar.symlink(name, "../layer" + seen.indexOf(digest) + "/layer.tar");
      } else {
        tar.file(name, layers.get(i));
      }
      seen.add(digest);
      names.add(name);
    }
    return tar.file(id().hex() + ".json", config)
        .file("manifest.json", manifestJson(id().hex() + ".json", names, tags))
        .bytes();
  }

  static String manifestJson(String config, List<String> layers, String... tags) {
    return "[{\"Config\":\"%s\",\"RepoTags\":%s,\"Layers\":[%s]}]"
        .formatted(
            config, tags.length == 0 ? "null" : "[" + quoted(List.of(tags)) + "]", quoted(layers));
  }

  /** With gzip-compressed layers, behind a nested index with another platform in it. */
  byte[] ociLayout(String name) {
    Tar tar = new Tar();
    List<String> descriptors = new ArrayList<>();
    for (byte[] layer : layers) {
      byte[] packed = Tar.gzip(layer);
      descriptors.add(
          descriptor(blob(tar, packed), "application/vnd.oci.image.layer.v1.tar+gzip", packed));
    }
    byte[] configBytes = bytes(config);
    byte[] manifest =
        bytes(
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":%s,\"layers\":[%s]}"
                .formatted(
                    descriptor(
                        blob(tar, configBytes),
                        "application/vnd.oci.image.config.v1+json",
                        configBytes),
                    String.join(",", descriptors)));
    String forHost =
        platform(
            descriptor(blob(tar, manifest), "application/vnd.oci.image.manifest.v1+json", manifest),
            "amd64");
    String other =
        platform(
            descriptor(
                Digest.of(bytes("elsewhere")),
                "application/vnd.oci.image.manifest.v1+json",
                manifest),
            "arm64");
    byte[] index =
        bytes(
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[%s,%s]}"
                .formatted(other, forHost));
    String outer = descriptor(blob(tar, index), "application/vnd.oci.image.index.v1+json", index);
    String named =
        outer.substring(0, outer.length() - 1)
            + ",\"annotations\":{\"io.containerd.image.name\":\"%s\"}}".formatted(name);
    return tar.file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}")
        .file(
            "index.json",
            "{\"schemaVersion\":2,\"manifests\":[%s]}".formatted(name.isEmpty() ? outer : named))
        .bytes();
  }

  static Digest blob(Tar tar, byte[] content) {
    Digest digest = Digest.of(content);
    tar.file("blobs/sha256/" + digest.hex(), content);
    return digest;
  }

  static String descriptor(Digest digest, String mediaType, byte[] content) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(mediaType, digest, content.length);
  }

  private static String platform(String descriptor, String architecture) {
    return descriptor.substring(0, descriptor.length() - 1)
        + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}}".formatted(architecture);
  }

  private static String quoted(List<String> texts) {
    return texts.stream().map(text -> "\"" + text + "\"").collect(Collectors.joining(","));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
