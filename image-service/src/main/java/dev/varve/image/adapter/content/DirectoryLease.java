package dev.varve.image.adapter.content;

import dev.varve.image.application.ContentStore;
import dev.varve.image.domain.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A lease with its trace on disk. The trace is written before a blob becomes visible but not
 * fsynced: after a power cut a blob may be left over, never lost.
 */
final class DirectoryLease implements ContentStore.Lease {
  private final DirectoryContentStore store;
  private final Path trace;

  /** Guards what follows it. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Set<Digest> held = new HashSet<>();
  private final List<ContentStore.Ingest> open = new ArrayList<>();

  DirectoryLease(DirectoryContentStore store, Path trace) throws IOException {
    this.store = store;
    this.trace = trace;
    Files.createFile(trace);
  }

  @Override
  public ContentStore.Ingest ingest() throws IOException {
    FileIngest ingest = new FileIngest(store.newIngestPath());
    lock.lock();
    try {
      open.add(ingest);
    } finally {
      lock.unlock();
    }
    return ingest;
  }

  @Override
  public void hold(Collection<Digest> digests) throws IOException {
    lock.lock();
    try {
      Set<Digest> added = new HashSet<>(digests);
      added.removeAll(held);
      Files.write(trace, added.stream().map(Digest::value).toList(), StandardOpenOption.APPEND);
      store.addLeased(added);
      held.addAll(added);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void commit(Collection<ContentStore.Ingest> finished) throws IOException {
    hold(finished.stream().map(ContentStore.Ingest::digest).toList());
    for (ContentStore.Ingest ingest : finished) {
      ((FileIngest) ingest).sync();
    }
    for (ContentStore.Ingest ingest : finished) {
      // Replaces what may be there: equal bytes if it is sound, sound bytes if it is not.
      Files.move(
          ((FileIngest) ingest).path(),
          store.path(ingest.digest()),
          StandardCopyOption.ATOMIC_MOVE);
    }
    lock.lock();
    try {
      open.removeAll(finished);
    } finally {
      lock.unlock();
    }
    store.syncBlobs();
  }

  @Override
  public void release(Supplier<Set<Digest>> referenced) throws IOException {
    lock.lock();
    try {
      abortOpen();
      store.removeLeased(held, referenced);
      held.clear();
      Files.deleteIfExists(trace);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void leave() throws IOException {
    lock.lock();
    try {
      abortOpen();
      store.addLeft(trace, Set.copyOf(held));
      held.clear();
    } finally {
      lock.unlock();
    }
  }

  private void abortOpen() throws IOException {
    for (ContentStore.Ingest ingest : open) {
      ingest.abort();
    }
    open.clear();
  }
}
