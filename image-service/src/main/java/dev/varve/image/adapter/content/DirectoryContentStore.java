package dev.varve.image.adapter.content;

import dev.varve.image.application.ContentStore;
import dev.varve.image.domain.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * {@code blobs/sha256/<hex>} holds what is visible, {@code ingest/<uuid>} what is on its way,
 * {@code leases/<uuid>} the digests that a living undertaking may have made visible before an event
 * names them. A lasting lease's file begins with {@code keep-}; its time of modification is when
 * its blobs were last wanted. One process per directory.
 */
public final class DirectoryContentStore implements ContentStore {
  private static final String LASTING = "keep-";

  private final Path blobs;
  private final Path ingests;
  private final Path leases;

  /** Guards {@link #leased} and every deletion, so that none overtakes a new lease. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<Digest, Integer> leased = new HashMap<>();

  /** Lasting leases that nobody holds, by their file. */
  private final Map<Path, Set<Digest>> left = new HashMap<>();

  private final Duration keep;

  /**
   * @param root made with its directories, mode 0700, where they are missing
   * @param keep how long the blobs of a lasting lease stay after it was left
   */
  public DirectoryContentStore(Path root, Duration keep) throws IOException {
    this.keep = keep;
    this.blobs = root.resolve("blobs/sha256");
    this.ingests = root.resolve("ingest");
    this.leases = root.resolve("leases");
    for (Path directory : List.of(root, root.resolve("blobs"), blobs, ingests, leases)) {
      Files.createDirectories(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Override
  public Lease lease() throws IOException {
    return new DirectoryLease(this, leases.resolve(UUID.randomUUID().toString()));
  }

  @Override
  public Lease lastingLease() throws IOException {
    return new DirectoryLease(this, leases.resolve(LASTING + UUID.randomUUID()));
  }

  @Override
  public boolean has(Digest digest) {
    return Files.exists(path(digest));
  }

  @Override
  public long size(Digest digest) throws IOException {
    return Files.size(path(digest));
  }

  @Override
  public InputStream reader(Digest digest) throws IOException {
    return Files.newInputStream(path(digest));
  }

  @Override
  public void walk(Consumer<Digest> visitor) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(blobs)) {
      for (Path file : files) {
        visitor.accept(Digest.ofHex(file.getFileName().toString()));
      }
    }
  }

  @Override
  public void collect(Collection<Digest> candidates, Supplier<Set<Digest>> referenced)
      throws IOException {
    List<Path> doomed;
    lock.lock();
    try {
      doomed = takeUnused(candidates, referenced.get());
    } finally {
      lock.unlock();
    }
    delete(doomed);
  }

  @Override
  public boolean forget(Digest digest, Supplier<Set<Digest>> referenced) throws IOException {
    List<Path> doomed;
    lock.lock();
    try {
      Set<Digest> needed = referenced.get();
      int waiting = 0;
      for (Set<Digest> lease : left.values()) {
        waiting += lease.contains(digest) ? 1 : 0;
      }
      if (needed.contains(digest) || leased.getOrDefault(digest, 0) > waiting) {
        return false;
      }
      for (Map.Entry<Path, Set<Digest>> lease : Map.copyOf(left).entrySet()) {
        if (lease.getValue().contains(digest)) {
          Set<Digest> rest = new HashSet<>(lease.getValue());
          rest.remove(digest);
          left.put(lease.getKey(), Set.copyOf(rest));
          Files.write(lease.getKey(), rest.stream().map(Digest::value).toList());
        }
      }
      leased.remove(digest);
      doomed = takeUnused(Set.of(digest), needed);
    } finally {
      lock.unlock();
    }
    delete(doomed);
    return true;
  }

  @Override
  public void recover(Supplier<Set<Digest>> referenced) throws IOException {
    for (Path ingest : list(ingests)) {
      Files.deleteIfExists(ingest);
    }
    List<Path> traces = list(leases);
    // First what is kept: a dead undertaking may have named the same blobs.
    for (Path lease : traces) {
      if (isLasting(lease)) {
        Set<Digest> named = Set.copyOf(named(lease));
        addLeased(named);
        addLeft(lease, named);
      }
    }
    for (Path lease : traces) {
      if (!isLasting(lease)) {
        collect(named(lease), referenced);
        Files.deleteIfExists(lease);
      }
    }
    expire(referenced);
  }

  private static boolean isLasting(Path lease) {
    return lease.getFileName().toString().startsWith(LASTING);
  }

  private static List<Digest> named(Path lease) throws IOException {
    return Files.readAllLines(lease).stream()
        .filter(Digest::isDigest) // a torn last line names nothing
        .map(Digest::new)
        .toList();
  }

  @Override
  public void expire(Supplier<Set<Digest>> referenced) throws IOException {
    List<Path> doomed = new ArrayList<>();
    lock.lock();
    try {
      if (left.isEmpty()) {
        return;
      }
      FileTime oldest = FileTime.from(Instant.now().minus(keep));
      Set<Digest> needed = referenced.get();
      for (Map.Entry<Path, Set<Digest>> lease : Map.copyOf(left).entrySet()) {
        boolean arrived = needed.containsAll(lease.getValue());
        if (arrived || Files.getLastModifiedTime(lease.getKey()).compareTo(oldest) < 0) {
          left.remove(lease.getKey());
          doomed.addAll(letGo(lease.getValue(), needed));
          Files.deleteIfExists(lease.getKey());
        }
      }
    } finally {
      lock.unlock();
    }
    delete(doomed);
  }

  /** The lease's blobs stay leased, though nobody holds it. */
  void addLeft(Path trace, Set<Digest> digests) {
    lock.lock();
    try {
      left.put(trace, digests);
    } finally {
      lock.unlock();
    }
  }

  Path path(Digest digest) {
    return blobs.resolve(digest.hex());
  }

  Path newIngestPath() {
    return ingests.resolve(UUID.randomUUID().toString());
  }

  /** Renames are durable after this. */
  void syncBlobs() throws IOException {
    try (FileChannel directory = FileChannel.open(blobs, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  void addLeased(Collection<Digest> digests) {
    lock.lock();
    try {
      digests.forEach(digest -> leased.merge(digest, 1, Integer::sum));
    } finally {
      lock.unlock();
    }
  }

  void removeLeased(Collection<Digest> digests, Supplier<Set<Digest>> referenced)
      throws IOException {
    List<Path> doomed;
    lock.lock();
    try {
      doomed = letGo(digests, referenced.get());
    } finally {
      lock.unlock();
    }
    delete(doomed);
  }

  private List<Path> letGo(Collection<Digest> digests, Set<Digest> referenced) throws IOException {
    for (Digest digest : digests) {
      leased.computeIfPresent(digest, (key, count) -> count == 1 ? null : count - 1);
    }
    return takeUnused(digests, referenced);
  }

  /**
   * Makes unused blobs invisible, to be deleted without the lock, which takes its while for large
   * ones. What a crash leaves goes with the ingests.
   */
  private List<Path> takeUnused(Collection<Digest> candidates, Set<Digest> referenced)
      throws IOException {
    List<Path> taken = new ArrayList<>();
    for (Digest digest : candidates) {
      if (!leased.containsKey(digest) && !referenced.contains(digest)) {
        Path doomed = newIngestPath();
        try {
          Files.move(path(digest), doomed, StandardCopyOption.ATOMIC_MOVE);
          taken.add(doomed);
        } catch (NoSuchFileException _) {
          // Somebody was first.
        }
      }
    }
    return taken;
  }

  private static void delete(List<Path> doomed) throws IOException {
    for (Path path : doomed) {
      Files.deleteIfExists(path);
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }
}
