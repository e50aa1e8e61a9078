package dev.varve.image.application.build;

import dev.varve.image.application.ContentStore;
import dev.varve.image.dockerfile.PathPatterns;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The files of one layer that COPY, ADD or WORKDIR makes, put where they belong. One thread. */
final class CopiedFiles {
  /** By which a layer says that nothing of the directory below it shows. */
  private static final String OPAQUE = ".wh..wh..opq";

  private final Destination below;
  private final Change change;
  private final Optional<Instant> latest;

  /** By path, so that parents come first. */
  private final TreeMap<String, Copied> files = new TreeMap<>();

  /** Owner and mode of what is new. */
  @FunctionalInterface
  interface Change {
    /**
     * @param unpacked it comes out of an archive
     */
    FileNode of(FileNode node, boolean unpacked);

    /** A directory that is made for what is copied into it; with a mode of its own. */
    default FileNode ofMade(FileNode directory) {
      return of(directory, false);
    }
  }

  /**
   * A file of the layer.
   *
   * @param from where its content is; null when it has none
   */
  private record Copied(FileNode node, @Nullable SourceItem from, @Nullable FileNode source) {}

  /**
   * @param below what is there
   * @param latest times after that are set to it
   */
  CopiedFiles(Destination below, Change change, Optional<Instant> latest) {
    this.below = below;
    this.change = change;
    this.latest = latest;
  }

  boolean isEmpty() {
    return files.isEmpty();
  }

  /**
   * A file to a path, whose directories are made where they are missing.
   *
   * @param path without links on its way
   */
  void addFile(SourceItem item, FileNode source, String path)
      throws IOException, InterruptedException {
    addParents(path);
    if (isThere(path).filter(FileNode::isDirectory).isPresent()) {
      throw new StepFailure("cannot copy to directory: /" + FileNode.text(path));
    }
    files.put(path, new Copied(change.of(source.at(path), item.unpacked()), item, source));
  }

  /**
   * A directory's contents into another.
   *
   * @param path of the other, which is made when it is missing
   * @param excludes paths in the tree that are left out
   */
  void addContents(SourceItem item, String path, PathPatterns excludes)
      throws IOException, InterruptedException {
    FileNode directory = item.node();
    addParents(path);
    Optional<FileNode> there = isThere(path);
    if (there.isPresent() && !there.get().isDirectory()) {
      throw new StepFailure("cannot copy to non-directory: /" + FileNode.text(path));
    }
    if (!path.isEmpty() && !files.containsKey(path)) {
      files.put(
          path,
          new Copied(
              there.orElseGet(() -> change.of(directory.at(path), item.unpacked())), null, null));
    }
    String prefix = path.isEmpty() ? "" : path + "/";
    for (FileNode node : item.tree().below(directory.path())) {
      if (item.isMeant(node, excludes)) {
        addAbove(item, node, prefix);
        addBelow(item, node, prefix + item.relative(node));
      }
    }
  }

  /** With {@code --parents}: the directories that lead there, as they are in their tree. */
  private void addAbove(SourceItem item, FileNode node, String prefix)
      throws IOException, InterruptedException {
    if (item.kept().isEmpty()) {
      return;
    }
    String relative = item.relative(node);
    String base = node.path().substring(0, node.path().length() - relative.length());
    for (int slash = relative.indexOf('/'); slash > 0; slash = relative.indexOf('/', slash + 1)) {
      String above = relative.substring(0, slash);
      FileNode directory = item.tree().node(base + above).orElseThrow();
      if (!files.containsKey(prefix + above)) {
        addBelow(item, directory, prefix + above);
      }
    }
  }

  private void addBelow(SourceItem item, FileNode node, String path)
      throws IOException, InterruptedException {
    if (!node.isDirectory()) {
      addFile(item, node, path);
      return;
    }
    addParents(path);
    Optional<FileNode> there = isThere(path);
    if (there.isPresent() && !there.get().isDirectory()) {
      throw new StepFailure("cannot copy to non-directory: /" + FileNode.text(path));
    }
    files.put(path, new Copied(change.of(node.at(path), item.unpacked()), null, null));
  }

  /** Where a path leads, links followed. */
  String resolve(String path) throws IOException, InterruptedException {
    return below.resolve(path).path();
  }

  /** A file, or a directory in which nothing else is seen than its contents. */
  void cover(SourceItem item, String path) throws IOException, InterruptedException {
    addParents(path);
    if (!item.isDirectory()) {
      files.put(path, new Copied(item.node().at(path), item, item.node()));
      return;
    }
    files.put(path, new Copied(item.node().at(path), null, null));
    String prefix = path.isEmpty() ? "" : path + "/";
    if (!path.isEmpty()) {
      files.put(prefix + OPAQUE, new Copied(FileNode.file(prefix + OPAQUE, 0), null, null));
    }
    for (FileNode node : item.tree().below(item.node().path())) {
      String target = prefix + item.relative(node);
      files.put(target, new Copied(node.at(target), node.isRegular() ? item : null, node));
    }
  }

  /** A directory as it shall be, whatever is there. */
  void setDirectory(FileNode directory) throws IOException, InterruptedException {
    addParents(directory.path());
    files.put(directory.path(), new Copied(directory, null, null));
  }

  /** A directory that is wanted, with those above it. */
  void addDirectory(String path) throws IOException, InterruptedException {
    if (path.isEmpty() || files.containsKey(path)) {
      return;
    }
    addParents(path);
    Optional<FileNode> there = isThere(path);
    if (there.isPresent() && !there.get().isDirectory()) {
      throw new StepFailure("cannot copy to non-directory: /" + FileNode.text(path));
    }
    files.put(
        path,
        new Copied(there.orElseGet(() -> change.ofMade(FileNode.directory(path))), null, null));
  }

  private void addParents(String path) throws IOException, InterruptedException {
    int slash = path.lastIndexOf('/');
    if (slash > 0) {
      addDirectory(path.substring(0, slash));
    }
  }

  /** Asked of the layers below only when the directory is there. */
  private Optional<FileNode> isThere(String path) throws IOException, InterruptedException {
    if (path.isEmpty()) {
      return Optional.of(FileNode.directory(""));
    }
    int slash = path.lastIndexOf('/');
    String parent = slash < 0 ? "" : path.substring(0, slash);
    return isThere(parent).isPresent() ? below.seen(path) : Optional.empty();
  }

  /** Writes them; returns what the layer has, by path. */
  Map<String, FileNode> writeTo(FileTrees.Layer layer) throws IOException {
    Map<String, FileNode> written = new HashMap<>();
    for (Copied file : files.values()) {
      FileNode node = clamped(file.node());
      written.put(node.path(), node);
      if (file.from() != null && file.source() != null && node.isRegular()) {
        try (InputStream content = file.from().open(file.source())) {
          layer.add(node, content);
        }
      } else {
        layer.add(node);
      }
    }
    layer.finish();
    return written;
  }

  private FileNode clamped(FileNode node) {
    return latest
        .map(Instant::getEpochSecond)
        .filter(seconds -> node.modifiedSeconds() > seconds)
        .map(seconds -> node.modifiedAt(seconds, 0))
        .orElse(node);
  }

  /** Into a new layer. */
  LayerSteps.Made made(FileTrees trees, ContentStore.Lease lease) throws IOException {
    ContentStore.Ingest ingest = lease.ingest();
    Map<String, FileNode> written = writeTo(trees.layer(ingest));
    return LayerSteps.Made.of(Optional.of(ingest), Optional.of(written));
  }
}
