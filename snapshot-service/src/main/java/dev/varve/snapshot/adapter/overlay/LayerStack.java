package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.snapshot.adapter.overlay.LayerRecord.RootAttributes;
import dev.varve.snapshot.application.FileEntry;
import dev.varve.snapshot.application.FileView;
import dev.varve.snapshot.domain.ChainId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Layers merged by reading them, one descriptor for the root of each: which layer brought a file is
 * known by where it was found, and no overlay has to be mounted.
 *
 * <p>No link is ever followed by the kernel here, and no way leads out of a layer.
 */
final class LayerStack implements FileView {
  private static final long WITHIN =
      FileCalls.RESOLVE_BENEATH
          | FileCalls.RESOLVE_NO_SYMLINKS
          | FileCalls.RESOLVE_NO_MAGICLINKS
          | FileCalls.RESOLVE_NO_XDEV;

  /** Longest path that one call is given; the kernel takes 4,095 bytes. */
  private static final int MOST_BYTES = 3072;

  /** An image without any layer shows an empty root, which this stands for. */
  private static final ChainId NOTHING = new ChainId("sha256:" + "0".repeat(64));

  /** Where a layer's files are. */
  @FunctionalInterface
  interface Places {
    Path of(ChainId chainId) throws IOException;
  }

  private final FileCalls calls;
  private final Map<ChainId, Directory> roots = new LinkedHashMap<>();
  private final List<LayerRecord> topFirst;

  private LayerStack(FileCalls calls, List<LayerRecord> topFirst) {
    this.calls = calls;
    this.topFirst = List.copyOf(topFirst);
  }

  /**
   * @param topFirst down to the first with an opaque root
   */
  static LayerStack open(FileCalls calls, List<LayerRecord> topFirst, Places places)
      throws IOException {
    LayerStack stack = new LayerStack(calls, topFirst);
    boolean complete = false;
    try {
      for (LayerRecord layer : topFirst) {
        ChainId chainId = layer.layer().chainId();
        stack.roots.put(chainId, Directory.open(calls, places.of(chainId)));
      }
      complete = true;
      return stack;
    } finally {
      if (!complete) {
        stack.close();
      }
    }
  }

  FileCalls calls() {
    return calls;
  }

  @Override
  public Folder root() {
    return new Folder("/", List.copyOf(roots.keySet()));
  }

  /** As a container's root is made: from the topmost layer whose archive has an entry for it. */
  @Override
  public FileEntry rootEntry() throws IOException {
    for (LayerRecord layer : topFirst) {
      if (layer.root().isPresent()) {
        return rootEntry(layer.layer().chainId(), layer.root().get());
      }
    }
    return topFirst.isEmpty()
        ? entry("/", rootStatus(null, RootAttributes.DEFAULT), "", NOTHING)
        : rootEntry(topFirst.getLast().layer().chainId(), RootAttributes.DEFAULT);
  }

  private FileEntry rootEntry(ChainId chainId, RootAttributes attributes) throws IOException {
    return entry("/", rootStatus(rootOf(chainId), attributes), "", chainId);
  }

  private FileStatus rootStatus(@Nullable Directory root, RootAttributes attributes)
      throws IOException {
    FileStatus found = root == null ? null : calls.stat(root.fd());
    return new FileStatus(
        FileCalls.S_IFDIR | attributes.mode(),
        attributes.uid(),
        attributes.gid(),
        found == null ? 0 : found.inode(),
        found == null ? 2 : found.links(),
        found == null ? 0 : found.size(),
        0,
        found == null ? 0 : found.modifiedSeconds(),
        found == null ? 0 : found.modifiedNanos(),
        0,
        0,
        0,
        false);
  }

  static FileEntry entry(String path, FileStatus status, String target, ChainId layer) {
    return new FileEntry(
        path,
        status.mode(),
        status.uid(),
        status.gid(),
        status.size(),
        status.links(),
        status.modifiedSeconds(),
        status.modifiedNanos(),
        target,
        status.deviceMajor(),
        status.deviceMinor(),
        layer);
  }

  private Directory rootOf(ChainId chainId) {
    Directory root = roots.get(chainId);
    if (root == null) {
      throw new IllegalArgumentException("not of this stack: " + chainId);
    }
    return root;
  }

  @Override
  public OpenFolder open(Folder folder) throws IOException {
    List<MergedFolder.Part> parts = new ArrayList<>();
    boolean complete = false;
    try {
      for (ChainId chainId : folder.layers()) {
        parts.add(new MergedFolder.Part(chainId, directory(rootOf(chainId), folder.path())));
      }
      complete = true;
      return new MergedFolder(this, folder, parts);
    } finally {
      if (!complete) {
        parts.forEach(part -> part.directory().close());
      }
    }
  }

  /** In pieces, for a path may be longer than the kernel takes at once. */
  private Directory directory(Directory root, String path) throws SystemCallException {
    Directory at = descend(root, ".");
    for (int from = 1; from < path.length(); ) {
      int to = path.length();
      if (to - from > MOST_BYTES) {
        to = path.lastIndexOf('/', from + MOST_BYTES);
      }
      Directory next;
      try (Directory above = at) {
        next = descend(above, path.substring(from, to));
      }
      at = next;
      from = to + 1;
    }
    return at;
  }

  private Directory descend(Directory from, String path) throws SystemCallException {
    int flags = FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW;
    return new Directory(calls, calls.openIn(from.fd(), path, flags, WITHIN));
  }

  /** A handle to what has this name, whatever it is; nothing of it is opened. */
  int handle(Directory in, String name) throws SystemCallException {
    return calls.openIn(in.fd(), name, FileCalls.O_PATH | FileCalls.O_NOFOLLOW, WITHIN);
  }

  @Override
  public void close() {
    roots.values().forEach(Directory::close);
    roots.clear();
  }
}
