package dev.varve.image.application;

import dev.varve.image.domain.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Immutable bytes by their digest.
 *
 * <p>Lifecycle of a blob: a {@link Lease} is taken; bytes go into an {@link Ingest}, hashed as they
 * pass, invisible to everybody; {@link Lease#commit} makes finished ingests durable and visible; an
 * event refers to them; {@link Lease#release} lets go, and what nothing refers to goes away. A
 * process that dies in between leaves a trace that {@link #recover} follows at the next start.
 *
 * <p>A blob that is leased or referenced is never collected; nothing is collected but what was
 * named: by a lease, or by the removal of an image.
 *
 * <p>A blob that is hard to come by may outlive its undertaking: what a lasting lease committed is
 * kept for a while after the lease was left, or after its process died, in case somebody tries
 * again.
 *
 * <p>All methods may be called from any thread; an ingest belongs to one thread at a time.
 */
public interface ContentStore {

  Lease lease() throws IOException;

  /** A lease whose blobs outlive a crash: see {@link Lease#leave}. */
  Lease lastingLease() throws IOException;

  boolean has(Digest digest);

  /**
   * Bytes of a blob as it is stored.
   *
   * @throws java.nio.file.NoSuchFileException when it is not there
   */
  long size(Digest digest) throws IOException;

  /**
   * Opens a blob as it is stored; not verified again.
   *
   * @throws java.nio.file.NoSuchFileException when it is not there
   */
  InputStream reader(Digest digest) throws IOException;

  /** Names each visible blob, in no order. */
  void walk(Consumer<Digest> visitor) throws IOException;

  /**
   * Deletes those candidates that are neither leased nor referenced.
   *
   * @param referenced asked while no lease can be taken or released
   */
  void collect(Collection<Digest> candidates, Supplier<Set<Digest>> referenced) throws IOException;

  /**
   * Deletes one blob that nothing refers to, though it was left to be found again.
   *
   * @return false when it stays: something refers to it, or is at work with it
   */
  boolean forget(Digest digest, Supplier<Set<Digest>> referenced) throws IOException;

  /**
   * At start: drops what ingests and leases of a dead process left behind; of lasting leases no
   * more than {@link #expire} does.
   */
  void recover(Supplier<Set<Digest>> referenced) throws IOException;

  /**
   * Drops what was left to be found again and was not asked for in time, and forgets what has found
   * its image.
   */
  void expire(Supplier<Set<Digest>> referenced) throws IOException;

  /** Protects the blobs of one undertaking until an event refers to them. */
  interface Lease {
    Ingest ingest() throws IOException;

    /** Protects blobs that are already there. */
    void hold(Collection<Digest> digests) throws IOException;

    /** Makes finished ingests durable and visible, all of them before it returns. */
    void commit(Collection<Ingest> finished) throws IOException;

    /** Aborts what was not committed, and collects what was but is not referenced. */
    void release(Supplier<Set<Digest>> referenced) throws IOException;

    /** Of a lasting lease: aborts what was not committed, and keeps the rest for a day. */
    void leave() throws IOException;
  }

  /** Bytes on their way in. */
  interface Ingest {
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** No more bytes come. */
    void finish() throws IOException;

    /** Of the bytes written; after {@link #finish}. */
    Digest digest();

    long size();

    /** Forgets the bytes; harmless when they were committed. */
    void abort() throws IOException;
  }
}
