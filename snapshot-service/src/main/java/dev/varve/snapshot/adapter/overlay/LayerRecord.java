package dev.varve.snapshot.adapter.overlay;

import dev.varve.snapshot.domain.AppliedLayer;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.DiffId;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code applied} beside a layer's directory: it says that the layer is whole, and what a
 * mount must know of it.
 *
 * @param opaqueRoot the layer hides all below it
 * @param root owner and mode of the root directory, when the layer's archive has them
 */
record LayerRecord(AppliedLayer layer, boolean opaqueRoot, Optional<RootAttributes> root) {
  static final String NAME = "applied";

  record RootAttributes(int uid, int gid, int mode) {
    static final RootAttributes DEFAULT = new RootAttributes(0, 0, 0755);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    line(text, "chainId", layer.chainId().text());
    line(text, "diffId", layer.diffId().text());
    layer.parent().ifPresent(parent -> line(text, "parent", parent.text()));
    line(text, "sizeBytes", Long.toString(layer.sizeBytes()));
    line(text, "entries", Long.toString(layer.entries()));
    line(text, "opaqueRoot", Boolean.toString(opaqueRoot));
    root.ifPresent(attributes -> {
      line(text, "uid", Integer.toUnsignedString(attributes.uid));
      line(text, "gid", Integer.toUnsignedString(attributes.gid));
      line(text, "mode", Integer.toOctalString(attributes.mode));
    });
    return text.toString();
  }

  private static void line(StringBuilder text, String key, String value) {
    text.append(key).append('=').append(value).append('\n');
  }

  /** Empty when the layer is not there, or its record is not of this layer. */
  static Optional<LayerRecord> read(Path directory, ChainId chainId) throws IOException {
    String text;
    try {
      text = Files.readString(directory.resolve(NAME));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    properties.load(new StringReader(text));
    try {
      LayerRecord record = parse(properties);
      return record.layer.chainId().equals(chainId) ? Optional.of(record) : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static LayerRecord parse(Properties properties) {
    @Nullable String parent = properties.getProperty("parent");
    @Nullable String mode = properties.getProperty("mode");
    AppliedLayer layer =
        new AppliedLayer(
            new ChainId(required(properties, "chainId")),
            new DiffId(required(properties, "diffId")),
            Optional.ofNullable(parent).map(ChainId::new),
            Long.parseLong(required(properties, "sizeBytes")),
            Long.parseLong(required(properties, "entries")));
    Optional<RootAttributes> root =
        mode == null
            ? Optional.empty()
            : Optional.of(
                new RootAttributes(
                    Integer.parseUnsignedInt(required(properties, "uid")),
                    Integer.parseUnsignedInt(required(properties, "gid")),
                    Integer.parseInt(mode, 8)));
    return new LayerRecord(layer, Boolean.parseBoolean(required(properties, "opaqueRoot")), root);
  }

  private static String required(Properties properties, String key) {
    @Nullable String value = properties.getProperty(key);
    if (value == null) {
      throw new IllegalArgumentException("no " + key);
    }
    return value;
  }
}
