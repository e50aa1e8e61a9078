package dev.varve.gateway.buildkit;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.varve.api.buildkit.control.StatusResponse;
import dev.varve.api.buildkit.control.Vertex;
import dev.varve.api.buildkit.control.VertexLog;
import dev.varve.api.buildkit.control.VertexStatus;
import dev.varve.api.buildkit.control.VertexWarning;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** A build's steps as the vertices of BuildKit's graph. Any thread. */
final class Vertices {
  private static final int STDOUT = 1;
  private static final int STDERR = 2;

  private final String build;
  private final StatusFeed feed;
  private final Clock clock;
  private final Map<String, Vertex> open = new LinkedHashMap<>();

  /**
   * @param build unique
   */
  Vertices(String build, StatusFeed feed, Clock clock) {
    this.build = build;
    this.feed = feed;
    this.clock = clock;
  }

  /**
   * Begins one, unless it is open.
   *
   * @param key unique in the build
   */
  void begin(String key, String name) {
    Vertex vertex;
    synchronized (open) {
      if (open.containsKey(key)) {
        return;
      }
      vertex = Vertex.newBuilder().setDigest(digest(key)).setName(name).setStarted(now()).build();
      open.put(key, vertex);
    }
    feed.put(StatusResponse.newBuilder().addVertexes(vertex).build());
  }

  void output(String key, boolean standardError, ByteString bytes) {
    feed.put(
        StatusResponse.newBuilder()
            .addLogs(
                VertexLog.newBuilder()
                    .setVertex(digest(key))
                    .setTimestamp(now())
                    .setStream(standardError ? STDERR : STDOUT)
                    .setMsg(bytes))
            .build());
  }

  /**
   * How far a part of one is, if it is open.
   *
   * @param id for people
   */
  void part(String key, String id, long current, long total, boolean completed) {
    synchronized (open) {
      if (!open.containsKey(key)) {
        return;
      }
    }
    Timestamp now = now();
    VertexStatus.Builder status =
        VertexStatus.newBuilder()
            .setId(id)
            .setVertex(digest(key))
            .setCurrent(current)
            .setTotal(total)
            .setTimestamp(now)
            .setStarted(now);
    if (completed) {
      status.setCompleted(now);
    }
    feed.put(StatusResponse.newBuilder().addStatuses(status).build());
  }

  /**
   * @param error empty when it went well
   */
  void end(String key, boolean cached, String error) {
    Vertex vertex;
    synchronized (open) {
      vertex = open.remove(key);
    }
    if (vertex != null) {
      feed.put(
          StatusResponse.newBuilder()
              .addVertexes(vertex.toBuilder().setCompleted(now()).setCached(cached).setError(error))
              .build());
    }
  }

  /** What did not end by itself ends now. */
  void endAll(String error) {
    while (true) {
      String key;
      synchronized (open) {
        if (open.isEmpty()) {
          return;
        }
        key = open.keySet().iterator().next();
      }
      end(key, false, error);
    }
  }

  void warn(String key, String text) {
    feed.put(
        StatusResponse.newBuilder()
            .addWarnings(
                VertexWarning.newBuilder()
                    .setVertex(digest(key))
                    .setLevel(1)
                    .setShort(ByteString.copyFromUtf8(text)))
            .build());
  }

  private Timestamp now() {
    Instant now = clock.instant();
    return Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()).build();
  }

  private String digest(String key) {
    try {
      byte[] text = (build + "\0" + key).getBytes(StandardCharsets.UTF_8);
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
