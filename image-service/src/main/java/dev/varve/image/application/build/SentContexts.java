package dev.varve.image.application.build;

import dev.varve.eventlog.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The further contexts of a build, by their names in lower case; closed with it. */
record SentContexts(Map<String, FileTree> byName) implements AutoCloseable {
  /** Far above what people write, and each may hold files open. */
  private static final int MOST = 64;

  /**
   * @param first the context, which was read as far as it was needed
   */
  static SentContexts read(
      List<String> names, InputStream first, BuildImage.Tars tars, FileTrees trees)
      throws IOException {
    if (names.size() > MOST) {
      throw new Problem(Problem.Code.INVALID, "more than " + MOST + " contexts").asException();
    }
    SentContexts contexts = new SentContexts(new HashMap<>());
    boolean complete = false;
    try {
      InputStream before = first;
      for (String name : names) {
        before.transferTo(OutputStream.nullOutputStream());
        before = tars.next();
        FileTree replaced = contexts.byName.put(name.toLowerCase(Locale.ROOT), trees.read(before));
        if (replaced != null) {
          replaced.close();
        }
      }
      complete = true;
      return contexts;
    } finally {
      if (!complete) {
        contexts.close();
      }
    }
  }

  @Override
  public void close() {
    byName.values().forEach(FileTree::close);
  }
}
