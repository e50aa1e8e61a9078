package dev.varve.image.application.build;

import dev.varve.image.domain.CacheKey;
import dev.varve.image.domain.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.TreeMap;

/** Adds up what a step depends on to its {@link CacheKey}; no two lists of parts run together. */
final class StepKey {
  /** Goes up when a step with the same inputs makes another layer than before. */
  private static final String VERSION = "varve.build.1";

  private final MessageDigest hash = Digest.sha256();

  /**
   * @param kind of step
   * @param below what it stands on; empty for nothing
   */
  StepKey(String kind, String below) {
    add(VERSION).add(kind).add(below);
  }

  StepKey add(String part) {
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
    hash.update(bytes);
    return this;
  }

  StepKey add(long part) {
    return add(Long.toString(part));
  }

  StepKey add(Collection<String> parts) {
    add(parts.size());
    parts.forEach(this::add);
    return this;
  }

  /** All of a file but its times. */
  StepKey add(FileNode node) {
    add(node.path()).add(node.kind().name()).add(node.mode()).add(node.uid()).add(node.gid());
    add(node.link()).add(node.deviceMajor()).add(node.deviceMinor());
    add(node.content().map(Digest::value).orElse(""));
    new TreeMap<>(node.xattrs())
        .forEach((name, value) -> add(name).add(HexFormat.of().formatHex(value)));
    return this;
  }

  CacheKey key() {
    return new CacheKey(HexFormat.of().formatHex(hash.digest()));
  }
}
