package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * Image archives in the two forms that {@code docker load} reads, made of the layers a test gives;
 * and a reader of what {@code docker save} writes.
 */
public final class ImageArchive {
  private final List<byte[]> layers;
  private final String reference;

  public ImageArchive(String reference, byte[]... layers) {
    this.reference = reference;
    this.layers = List.of(layers);
  }

  /** The image's configuration: its digest is the image's id. */
  byte[] config() {
    String diffIds =
        String.join(",", layers.stream().map(layer -> "\"" + digest(layer) + "\"").toList());
    String history =
        String.join(
            ",",
            layers.stream()
                .map(layer ->
                    "{\"created\":\"2020-01-01T00:00:00Z\",\"created_by\":\"layer of "
                        + layer.length
                        + " bytes\"}")
                .toList());
    return bytes(
        """
        {"architecture":"%s","os":"linux","created":"2020-01-01T00:00:00Z","config":{"Env":["PATH=/bin","MADE=here"],"Cmd":["sh"],"Labels":{"a":"b"}},\
        "rootfs":{"type":"layers","diff_ids":[%s]},\
        "history":[%s,{"created":"2020-01-01T00:00:00Z","created_by":"ENV MADE=here","empty_layer":true}]}\
        """
            .formatted(architecture(), diffIds, history));
  }

  String id() {
    return digest(config());
  }

  /** {@code manifest.json} with plain layers, as every engine since 2016 reads it. */
  public byte[] dockerArchive() {
    return dockerArchive(config());
  }

  /** As {@link #dockerArchive()} with a configuration that may not fit the layers. */
  byte[] dockerArchive(byte[] config) {
    Tar tar = new Tar();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      names.add("\"layer" + i + ".tar\"");
      tar.file("layer" + i + ".tar", 0644, layers.get(i));
    }
    tar.file("config.json", 0644, config);
    String tags = reference.isEmpty() ? "null" : "[\"" + reference + "\"]";
    return tar.file(
            "manifest.json",
            "[{\"Config\":\"config.json\",\"RepoTags\":"
                + tags
                + ",\"Layers\":["
                + String.join(",", names)
                + "]}]")
        .bytes();
  }

  /** An OCI image layout with gzipped layers and no {@code manifest.json}. */
  byte[] ociLayout() {
    Tar tar = new Tar().directory("blobs/", 0755).directory("blobs/sha256/", 0755);
    List<String> descriptors = new ArrayList<>();
    for (byte[] layer : layers) {
      byte[] blob = gzip(layer);
      tar.file(path(blob), 0644, blob);
      descriptors.add(descriptor("application/vnd.oci.image.layer.v1.tar+gzip", blob, ""));
    }
    byte[] config = config();
    tar.file(path(config), 0644, config);
    byte[] manifest =
        bytes(
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":%s,\"layers\":[%s]}"
                .formatted(
                    descriptor("application/vnd.oci.image.config.v1+json", config, ""),
                    String.join(",", descriptors)));
    tar.file(path(manifest), 0644, manifest);
    String names =
        ",\"annotations\":{\"io.containerd.image.name\":\"docker.io/%s\",\"org.opencontainers.image.ref.name\":\"%s\"}"
            .formatted(reference, reference.substring(reference.indexOf(':') + 1));
    return tar.file(
            "index.json",
            "{\"schemaVersion\":2,\"manifests\":["
                + descriptor("application/vnd.oci.image.manifest.v1+json", manifest, names)
                + "]}")
        .file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}")
        .bytes();
  }

  /** The regular files of a tar by name. */
  static Map<String, byte[]> files(byte[] tar) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (ByteArrayInputStream in = new ByteArrayInputStream(tar)) {
      for (byte[] header = in.readNBytes(512);
          header.length == 512 && header[0] != 0;
          header = in.readNBytes(512)) {
        int size = Integer.parseInt(text(header, 124, 12), 8);
        byte[] content = in.readNBytes(size);
        in.skipNBytes((512 - size % 512) % 512);
        if (header[156] == '0' || header[156] == 0) {
          files.put(text(header, 0, 100), content);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(files).isNotEmpty();
    return files;
  }

  static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static String descriptor(String type, byte[] blob, String more) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}"
        .formatted(type, digest(blob), blob.length, more);
  }

  private static String path(byte[] blob) {
    return "blobs/" + digest(blob).replace(':', '/');
  }

  private static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  }

  private static String text(byte[] header, int offset, int length) {
    byte[] field = Arrays.copyOfRange(header, offset, offset + length);
    int end = 0;
    while (end < field.length && field[end] != 0 && field[end] != ' ') {
      end++;
    }
    return new String(field, 0, end, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
