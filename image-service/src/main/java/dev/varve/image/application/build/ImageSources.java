package dev.varve.image.application.build;

import dev.varve.image.dockerfile.SourcePattern;
import dev.varve.image.domain.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What COPY --from and mounts take out of an image: no more than their paths ask for. */
final class ImageSources implements FileTree {
  private final List<FileTree> parts;
  private final NavigableMap<String, FileNode> nodes = new TreeMap<>();

  private ImageSources(List<FileTree> parts) {
    this.parts = parts;
    nodes.put("", FileNode.directory(""));
    for (FileTree part : parts) {
      for (FileNode node : part.nodes().values()) {
        // What a part has only because something is below it does not describe it.
        nodes.merge(node.path(), node, (old, other) -> other.isDirectory() ? old : other);
      }
    }
  }

  /**
   * @param paths as COPY has them, variables put in
   */
  static FileTree open(
      FileTrees trees, ImageFiles images, Digest imageId, List<String> paths, boolean parents)
      throws IOException, InterruptedException {
    List<FileTree> parts = new ArrayList<>();
    try {
      Destination look = new Destination(path -> images.stat(imageId, "/" + path));
      for (String path : paths) {
        String base = FileNode.bytes(SourcePattern.of(path, parents).base());
        Destination.Place place = look.resolve(base);
        if (place.path().isEmpty() || place.node().isPresent()) {
          parts.add(read(trees, images, imageId, place.path()));
          if (!place.path().equals(base)) {
            parts.add(link(trees, base, place.path()));
          }
        }
      }
      return new ImageSources(parts);
    } catch (IOException | InterruptedException | RuntimeException e) {
      parts.forEach(FileTree::close);
      throw e;
    }
  }

  private static FileTree read(FileTrees trees, ImageFiles images, Digest imageId, String path)
      throws IOException {
    try (InputStream tar = images.archive(imageId, "/" + path)) {
      return trees.read(tar);
    }
  }

  /** The path that was asked for leads, by links, to another. */
  private static FileTree link(FileTrees trees, String from, String to) throws IOException {
    FileNode link =
        new FileNode(
            from,
            FileNode.Kind.SYMLINK,
            0777,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            "/" + to,
            Map.of(),
            Optional.empty(),
            0);
    return trees.single(link, InputStream.nullInputStream());
  }

  @Override
  public NavigableMap<String, FileNode> nodes() {
    return nodes;
  }

  @Override
  public InputStream open(FileNode file) throws IOException {
    for (FileTree part : parts) {
      if (file.equals(part.nodes().get(file.path()))) {
        return part.open(file);
      }
    }
    throw new IOException("not of this tree: " + file.shown());
  }

  @Override
  public void close() {
    parts.forEach(FileTree::close);
  }
}
