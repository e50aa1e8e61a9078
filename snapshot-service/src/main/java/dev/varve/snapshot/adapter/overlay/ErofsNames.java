package dev.varve.snapshot.adapter.overlay;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.snapshot.erofs.Attributes;
import dev.varve.snapshot.erofs.FileType;
import dev.varve.snapshot.erofs.ImageTree;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds and makes directories of a layer that is only names in memory, as the kernel would in a
 * directory that is a process's root: links are followed and lead nowhere out of it.
 */
final class ErofsNames {
  private static final int MOST_LINKS = 40;
  private static final int MAX_COMPONENT = 255;
  private static final int MAX_PATH = 4095;
  private static final int MOST_KNOWN = 1024;

  private final ImageTree tree;
  private final Map<String, Integer> known = new HashMap<>();
  private int whiteout = ImageTree.NONE;

  ErofsNames() throws IOException {
    tree = new ImageTree(implied());
  }

  ImageTree tree() {
    return tree;
  }

  void markWhiteout(int inode) {
    whiteout = inode;
  }

  boolean isWhiteout(int name) {
    return tree.type(name) == FileType.CHARACTER_DEVICE && tree.inode(name) == whiteout;
  }

  /** A name in a directory, {@link ImageTree#NONE} when it is free. */
  int find(int directory, String name) throws ArchiveRefusedException {
    if (name.length() > MAX_COMPONENT) {
      throw new ArchiveRefusedException("file name too long: " + new EntryPath(name).quoted());
    }
    return tree.find(directory, name);
  }

  /** What a path leads to, its last part not followed; NONE when there is no such thing. */
  int lookUp(EntryPath path) throws IOException {
    int parent = resolve(path.parent(), false);
    return parent == ImageTree.NONE ? ImageTree.NONE : find(parent, path.name());
  }

  /** Resolves a directory, making what is missing of it with root's ownership. */
  int directory(EntryPath path) throws IOException {
    return resolve(path, true);
  }

  /** A directory that is there already keeps its content. */
  int makeDirectory(int parent, String name, Attributes attributes) throws IOException {
    int there = find(parent, name);
    if (there != ImageTree.NONE && tree.type(there) == FileType.DIRECTORY) {
      tree.setAttributes(tree.directory(there), attributes);
      return tree.directory(there);
    }
    boolean hidden = there != ImageTree.NONE && isWhiteout(there);
    free(parent, name);
    int made = tree.makeDirectory(parent, name, attributes);
    if (hidden) {
      // What lies below was deleted first.
      tree.setXattr(made, LayerApplier.OPAQUE, new byte[] {'y'});
    }
    return made;
  }

  void put(int parent, String name, FileType type, int inode) throws IOException {
    tree.putInode(parent, name, type, inode);
  }

  /** Makes way for a new entry. */
  void free(int parent, String name) throws ArchiveRefusedException {
    int there = find(parent, name);
    if (there != ImageTree.NONE) {
      FileType type = tree.type(there);
      if (type == FileType.DIRECTORY || type == FileType.SYMLINK) {
        known.clear();
      }
      tree.remove(there);
    }
  }

  /** The target of a hard link may have lain below what made way for it. */
  void requireStill(int name, EntryPath target) throws IOException {
    if (lookUp(target) != name) {
      throw LayerApplier.invalidHardLink(target);
    }
  }

  /** NONE when something on the way is missing or no directory, unless it is to be made. */
  private int resolve(EntryPath path, boolean make) throws IOException {
    if (path.isRoot()) {
      return ImageTree.ROOT;
    }
    Integer cached = known.get(path.text());
    if (cached != null) {
      return cached;
    }
    if (path.text().length() > MAX_PATH) {
      throw new ArchiveRefusedException("file name too long: " + path.quoted());
    }
    int found = walk(path, make);
    if (found != ImageTree.NONE) {
      if (known.size() >= MOST_KNOWN) {
        known.clear();
      }
      known.put(path.text(), found);
    }
    return found;
  }

  private int walk(EntryPath path, boolean make) throws IOException {
    Deque<String> parts = new ArrayDeque<>();
    int ofPath = push(parts, path.text());
    int at = ImageTree.ROOT;
    int links = 0;
    while (!parts.isEmpty()) {
      String part = parts.pop();
      if (part.equals("..")) {
        at = tree.parent(at);
      } else if (!part.isEmpty() && !part.equals(".")) {
        int name = find(at, part);
        boolean free = name == ImageTree.NONE || isWhiteout(name);
        if (!free && tree.type(name) == FileType.DIRECTORY) {
          at = tree.directory(name);
        } else if (!free && tree.type(name) == FileType.SYMLINK) {
          if (++links > MOST_LINKS) {
            throw new ArchiveRefusedException(
                "too many levels of symbolic links: " + path.quoted());
          }
          String target = tree.target(name);
          at = target.startsWith("/") ? ImageTree.ROOT : at;
          ofPath = Math.min(ofPath, parts.size());
          push(parts, target);
        } else if (!make) {
          return ImageTree.NONE;
        } else if (free && parts.size() < ofPath) {
          at = makeDirectory(at, part, implied());
        } else {
          throw new ArchiveRefusedException("not a directory in the layer: " + path.quoted());
        }
      }
    }
    return at;
  }

  private static int push(Deque<String> parts, String path) {
    String[] split = path.split("/", -1);
    for (int i = split.length - 1; i >= 0; i--) {
      parts.push(split[i]);
    }
    return parts.size();
  }

  private static Attributes implied() {
    long now = Instant.now().getEpochSecond();
    return new Attributes(LayerApplier.IMPLIED_MODE, 0, 0, now, 0, Map.of());
  }
}
