package dev.varve.snapshot.erofs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The names of an image being written, and what they stand for. A name once made is never
 * forgotten, only emptied. One thread; memory off the heap, freed by {@link #close}.
 */
public final class ImageTree implements AutoCloseable {
  /** Stands for "no such name". */
  public static final int NONE = -1;

  /** The root directory. */
  public static final int ROOT = 0;

  private static final int NAME = 0;
  private static final int PARENT = 1;
  private static final int NEXT_OF_HASH = 2;
  private static final int NEXT_OF_PARENT = 3;
  private static final int TYPE = 4;
  private static final int REFERENCE = 5;
  private static final int TARGET = 6;
  private static final int NAME_COLUMNS = 7;

  private static final int OWN_NAME = 0;
  private static final int FIRST_CHILD = 1;
  private static final int MODE = 2;
  private static final int UID = 3;
  private static final int GID = 4;
  private static final int NANOS = 5;
  private static final int SECONDS = 6;
  static final int NID = 8;
  static final int FIRST_BLOCK = 10;
  private static final int DIRECTORY_COLUMNS = 11;

  private static final int FIRST_BUCKETS = 1 << 10;

  /** Of all directories together: these are held on the heap. */
  private static final int MAX_XATTR_BYTES = 16 << 20;

  private static final int XATTR_OVERHEAD = 200;

  private final Table texts = new Table(0);
  private final Table names = new Table(NAME_COLUMNS);
  private final Table directories = new Table(DIRECTORY_COLUMNS);
  private final Map<Integer, Map<String, byte[]>> directoryXattrs = new HashMap<>();

  /** How many names an inode has, if it had more than one. */
  private final Map<Integer, Integer> links = new HashMap<>();

  /** Heads of chains of names, plus one, so that 0 is empty. */
  private Table buckets = new Table(1);

  private int bucketCount = FIRST_BUCKETS;
  private int xattrBytes;

  /** Nobody who writes archives can know which names would share a chain. */
  private final long seed = new SecureRandom().nextLong();

  public ImageTree(Attributes root) throws IOException {
    fillBuckets();
    addDirectory(NONE, root);
  }

  /** What the name stands for; {@link #NONE} when there is no such thing. */
  public int find(int directory, String name) {
    int found = findName(directory, bytes(name));
    return found != NONE && names.get(found, TYPE) != 0 ? found : NONE;
  }

  public FileType type(int name) {
    return FileType.of(names.get(name, TYPE));
  }

  /** The number of the directory that a name stands for. */
  public int directory(int name) {
    return names.get(name, REFERENCE);
  }

  /** The inode of anything but a directory; equal for hard links. */
  public int inode(int name) {
    return names.get(name, REFERENCE);
  }

  public String target(int name) {
    return new String(texts.bytes(names.get(name, TARGET)), StandardCharsets.ISO_8859_1);
  }

  /** The root is its own parent. */
  public int parent(int directory) {
    int own = directories.get(directory, OWN_NAME);
    return own == NONE ? ROOT : names.get(own, PARENT);
  }

  public int makeDirectory(int parent, String name, Attributes attributes) throws IOException {
    int row = put(parent, name, FileType.DIRECTORY, 0);
    int made = addDirectory(row, attributes);
    names.set(row, REFERENCE, made);
    return made;
  }

  /** Gives a free name to an inode. */
  public void putInode(int parent, String name, FileType type, int inode) throws IOException {
    put(parent, name, type, inode);
  }

  public void putSymlink(int parent, String name, int inode, String target) throws IOException {
    int row = put(parent, name, FileType.SYMLINK, inode);
    names.set(row, TARGET, texts.addBytes(bytes(target)));
  }

  /** Gives a free name to what another name stands for: nothing that is a directory. */
  public void link(int existing, int parent, String name) throws IOException {
    int inode = inode(existing);
    int row = put(parent, name, type(existing), inode);
    names.set(row, TARGET, names.get(existing, TARGET));
    links.merge(inode, 2, (had, _) -> had + 1);
  }

  /** Frees a name, with all below it if it is a directory. */
  public void remove(int name) {
    int[] pending = {name};
    int count = 1;
    while (count > 0) {
      int next = pending[--count];
      if (type(next) == FileType.DIRECTORY) {
        int child = directories.get(directory(next), FIRST_CHILD);
        for (; child != NONE; child = names.get(child, NEXT_OF_PARENT)) {
          if (names.get(child, TYPE) != 0) {
            if (count == pending.length) {
              pending = Arrays.copyOf(pending, count * 2);
            }
            pending[count++] = child;
          }
        }
      } else {
        links.computeIfPresent(inode(next), (_, had) -> had > 1 ? had - 1 : null);
      }
      names.set(next, TYPE, 0);
    }
  }

  public Attributes attributes(int directory) {
    return new Attributes(
        directories.get(directory, MODE),
        directories.get(directory, UID),
        directories.get(directory, GID),
        directories.getLong(directory, SECONDS),
        directories.get(directory, NANOS),
        directoryXattrs.getOrDefault(directory, Map.of()));
  }

  /** Replaces what is known of a directory; extended attributes are added to those it has. */
  public void setAttributes(int directory, Attributes attributes) throws IOException {
    directories.set(directory, MODE, attributes.mode());
    directories.set(directory, UID, attributes.uid());
    directories.set(directory, GID, attributes.gid());
    directories.set(directory, NANOS, attributes.modifiedNanos());
    directories.setLong(directory, SECONDS, attributes.modifiedSeconds());
    for (Map.Entry<String, byte[]> xattr : attributes.xattrs().entrySet()) {
      setXattr(directory, xattr.getKey(), xattr.getValue());
    }
  }

  public void setXattr(int directory, String name, byte[] value) throws IOException {
    xattrBytes += XATTR_OVERHEAD + name.length() + value.length;
    if (xattrBytes > MAX_XATTR_BYTES) {
      throw new IOException("no space left on device: directories with too many attributes");
    }
    directoryXattrs.computeIfAbsent(directory, _ -> new HashMap<>()).put(name, value);
  }

  Table directories() {
    return directories;
  }

  Map<Integer, Integer> links() {
    return links;
  }

  boolean isLive(int directory) {
    int own = directories.get(directory, OWN_NAME);
    return own == NONE
        || (names.get(own, TYPE) == FileType.DIRECTORY.number
            && names.get(own, REFERENCE) == directory);
  }

  /** The names in a directory, in the order of their bytes. */
  int[] children(int directory) {
    int count = 0;
    int first = directories.get(directory, FIRST_CHILD);
    for (int child = first; child != NONE; child = names.get(child, NEXT_OF_PARENT)) {
      count += names.get(child, TYPE) != 0 ? 1 : 0;
    }
    int[] children = new int[count];
    for (int child = first; child != NONE; child = names.get(child, NEXT_OF_PARENT)) {
      if (names.get(child, TYPE) != 0) {
        children[--count] = child;
      }
    }
    sort(children, 0, children.length, new int[children.length]);
    return children;
  }

  int nameLength(int name) {
    return texts.length(names.get(name, NAME));
  }

  byte[] nameBytes(int name) {
    return texts.bytes(names.get(name, NAME));
  }

  private void sort(int[] children, int from, int to, int[] spare) {
    if (to - from < 2) {
      return;
    }
    int middle = (from + to) >>> 1;
    sort(children, from, middle, spare);
    sort(children, middle, to, spare);
    if (compare(children[middle - 1], children[middle]) <= 0) {
      return;
    }
    System.arraycopy(children, from, spare, from, to - from);
    int left = from;
    int right = middle;
    for (int i = from; i < to; i++) {
      boolean takeLeft = right == to || (left < middle && compare(spare[left], spare[right]) <= 0);
      children[i] = takeLeft ? spare[left++] : spare[right++];
    }
  }

  private int compare(int first, int second) {
    return texts.compare(names.get(first, NAME), names.get(second, NAME));
  }

  private int addDirectory(int ownName, Attributes attributes) throws IOException {
    int directory = directories.add();
    directories.set(directory, OWN_NAME, ownName);
    directories.set(directory, FIRST_CHILD, NONE);
    setAttributes(directory, attributes);
    return directory;
  }

  private int put(int parent, String name, FileType type, int reference) throws IOException {
    byte[] bytes = bytes(name);
    int row = findName(parent, bytes);
    if (row == NONE) {
      row = addName(parent, bytes);
    } else if (names.get(row, TYPE) != 0) {
      throw new IllegalStateException("the name is taken");
    }
    names.set(row, TYPE, type.number);
    names.set(row, REFERENCE, reference);
    return row;
  }

  private int addName(int parent, byte[] bytes) throws IOException {
    if (names.rows() > bucketCount) {
      bucketCount *= 4;
      buckets.close();
      buckets = new Table(1);
      fillBuckets();
      for (int row = 0; row < names.rows(); row++) {
        chain(row, bucket(names.get(row, PARENT), texts.bytes(names.get(row, NAME))));
      }
    }
    int row = names.add();
    names.set(row, NAME, texts.addBytes(bytes));
    names.set(row, PARENT, parent);
    names.set(row, NEXT_OF_PARENT, directories.get(parent, FIRST_CHILD));
    directories.set(parent, FIRST_CHILD, row);
    chain(row, bucket(parent, bytes));
    return row;
  }

  private void chain(int row, int bucket) {
    names.set(row, NEXT_OF_HASH, buckets.get(bucket, 0) - 1);
    buckets.set(bucket, 0, row + 1);
  }

  private void fillBuckets() throws IOException {
    for (int i = 0; i < bucketCount; i++) {
      buckets.add();
    }
  }

  private int findName(int parent, byte[] name) {
    int row = buckets.get(bucket(parent, name), 0) - 1;
    while (row != NONE
        && (names.get(row, PARENT) != parent || !texts.isEqual(names.get(row, NAME), name))) {
      row = names.get(row, NEXT_OF_HASH);
    }
    return row;
  }

  private int bucket(int parent, byte[] name) {
    long hash = seed ^ parent;
    for (byte b : name) {
      hash = (hash ^ b) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 32;
    }
    return (int) (hash >>> 20) & (bucketCount - 1);
  }

  private static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    texts.close();
    names.close();
    directories.close();
    buckets.close();
  }
}
