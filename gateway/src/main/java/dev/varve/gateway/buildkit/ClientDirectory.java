package dev.varve.gateway.buildkit;

import dev.varve.api.buildkit.session.FileSyncGrpc;
import io.grpc.Metadata;
import io.grpc.StatusException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A directory that a client offers.
 *
 * @param name as the client knows it, {@code context} for one
 */
record ClientDirectory(Session session, String name) {
  /** Of a file that is read into memory: as much as the builder takes of a Dockerfile. */
  private static final int MOST_BYTES = 4 << 20;

  private static final int MOST_LINKS = 40;
  private static final String IGNORE_FILE = ".dockerignore";

  /** What to do with the files. */
  @FunctionalInterface
  interface Use {
    void use(FileReceiver files) throws IOException, InterruptedException;
  }

  /**
   * All of it but what is excluded.
   *
   * @param excluded patterns as in an ignore file
   */
  void receive(List<String> excluded, Use use)
      throws IOException, InterruptedException, StatusException {
    Metadata which = new Metadata();
    put(which, "exclude-patterns", excluded);
    receive(which, use);
  }

  private void receive(Metadata which, Use use)
      throws IOException, InterruptedException, StatusException {
    if (!session.offers(FileSyncGrpc.getDiffCopyMethod())) {
      throw Faults.of("the client offers no files");
    }
    put(which, "dir-name", List.of(name));
    var call = session.files(which).diffCopy();
    boolean whole = false;
    try {
      use.use(new FileReceiver(call));
      whole = true;
    } finally {
      if (!whole) {
        call.cancel("the files are not wanted any more", null);
      }
    }
  }

  /** The contents of these files, as far as they are there; where links lead as well. */
  Map<String, byte[]> read(List<String> paths)
      throws IOException, InterruptedException, StatusException {
    Metadata which = new Metadata();
    put(which, "followpaths", paths);
    Map<String, String> links = new HashMap<>();
    Map<String, byte[]> files = new HashMap<>();
    receive(
        which,
        receiver -> {
          Optional<SyncedFile> next = receiver.next();
          while (next.isPresent()) {
            SyncedFile file = next.get();
            String path = SyncedFile.shown(file.path());
            if (file.kind() == SyncedFile.Kind.SYMLINK) {
              links.put(path, SyncedFile.shown(file.linkName()));
            } else if (file.kind() == SyncedFile.Kind.FILE) {
              if (file.size() > MOST_BYTES) {
                throw new IOException(path + " is larger than " + MOST_BYTES + " bytes");
              }
              if (files.size() > MOST_LINKS) {
                throw new IOException("the client sends files that nobody asked for");
              }
              files.put(path, receiver.content().readAllBytes());
            }
            next = receiver.next();
          }
          receiver.finish();
        });
    Map<String, byte[]> found = new HashMap<>();
    for (String path : paths) {
      byte[] content = files.get(followed(path, links));
      if (content != null) {
        found.put(path, content);
      }
    }
    return found;
  }

  /** Its own; empty when it has none. */
  byte[] ignoreFile() throws IOException, InterruptedException, StatusException {
    return read(List.of(IGNORE_FILE)).getOrDefault(IGNORE_FILE, new byte[0]);
  }

  /** Where a path leads within the directory. */
  private static String followed(String path, Map<String, String> links) {
    String at = clean(path);
    for (int i = 0; i < MOST_LINKS && links.containsKey(at); i++) {
      String target = links.get(at);
      int slash = at.lastIndexOf('/');
      at =
          clean(
              target.startsWith("/") || slash < 0 ? target : at.substring(0, slash) + "/" + target);
    }
    return at;
  }

  private static String clean(String path) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  /** Metadata holds ASCII: other texts go escaped, and say so. */
  private static void put(Metadata metadata, String name, List<String> values) {
    boolean plain = values.stream().allMatch(it -> it.chars().allMatch(c -> c >= ' ' && c < 0x7f));
    for (String value : values) {
      metadata.put(
          Session.key(name), plain ? value : URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
    if (!plain) {
      metadata.put(Session.key(name + "-encoded"), "1");
    }
  }
}
