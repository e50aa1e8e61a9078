package dev.varve.image.application;

import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Blobs on their way into the engine's registry, each in a session that may take several requests.
 * Bytes lie below the content store's ingest area, where nobody can ask for them; a session is gone
 * with its process, or when nobody has come back to it for an hour. A finished blob stays for a
 * day, for the manifest that it belongs to.
 *
 * <p>Any thread; one at a time writes to a session.
 */
public final class Uploads {
  private static final Logger LOG = Logger.getLogger(Uploads.class);
  private static final int MAX_SESSIONS = 500;
  private static final Duration IDLE = Duration.ofHours(1);
  private static final int BUFFER = 128 << 10;

  private final ContentStore content;
  private final ImageLog images;
  private final InstantSource clock;
  private final long maxBlob;
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();

  /**
   * @param maxBlob bytes
   */
  public Uploads(ContentStore content, ImageLog images, InstantSource clock, long maxBlob) {
    this.content = content;
    this.images = images;
    this.clock = clock;
    this.maxBlob = maxBlob;
  }

  /**
   * Where an upload is.
   *
   * @param size bytes that are here
   */
  public record Progress(String id, long size) {}

  private static final class Session {
    final Reference repository;
    final ContentStore.Lease lease;
    final ContentStore.Ingest ingest;
    final ReentrantLock lock = new ReentrantLock();
    volatile Instant used;
    volatile long size;

    Session(
        Reference repository,
        ContentStore.Lease lease,
        ContentStore.Ingest ingest,
        Instant started) {
      this.repository = repository;
      this.lease = lease;
      this.ingest = ingest;
      this.used = started;
    }
  }

  public Progress start(String name) throws IOException {
    Reference repository = HostedNames.repository(name);
    dropIdle();
    if (sessions.size() >= MAX_SESSIONS) {
      throw HostingProblem.tooMany("too many uploads at a time");
    }
    ContentStore.Lease lease = content.lastingLease();
    String id = UUID.randomUUID().toString();
    try {
      sessions.put(id, new Session(repository, lease, lease.ingest(), clock.instant()));
    } catch (IOException e) {
      lease.release(images::referencedBlobs);
      throw e;
    }
    return new Progress(id, 0);
  }

  public Progress status(String name, String id) {
    return new Progress(id, session(name, id).size);
  }

  /**
   * Appends what comes. When it breaks off, what came stays.
   *
   * @param offset how much must be here already
   */
  public Progress write(String name, String id, OptionalLong offset, InputStream bytes)
      throws IOException {
    Session session = locked(name, id);
    try {
      if (offset.isPresent() && offset.getAsLong() != session.size) {
        throw HostingProblem.rangeInvalid("the upload has %d bytes".formatted(session.size));
      }
      byte[] buffer = new byte[BUFFER];
      for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
        if (session.size + read > maxBlob) {
          drop(id, session);
          throw HostingProblem.sizeInvalid("a blob has at most %d bytes".formatted(maxBlob));
        }
        append(id, session, buffer, read);
      }
      return new Progress(id, session.size);
    } finally {
      session.lock.unlock();
    }
  }

  private void append(String id, Session session, byte[] buffer, int length) throws IOException {
    try {
      session.ingest.write(buffer, 0, length);
    } catch (IOException e) {
      // How much of it was written nobody knows.
      drop(id, session);
      throw e;
    }
    session.size += length;
    session.used = clock.instant();
  }

  /** Returns the blob's bytes. */
  public long finish(String name, String id, String digestText) throws IOException {
    Digest digest = HostedNames.digest(digestText);
    Session session = locked(name, id);
    try {
      session.ingest.finish();
      if (!session.ingest.digest().equals(digest)) {
        throw HostingProblem.digestInvalid("provided digest did not match uploaded content");
      }
      session.lease.commit(List.of(session.ingest));
      session.lease.leave();
      sessions.remove(id);
      return session.size;
    } finally {
      if (sessions.containsKey(id)) {
        drop(id, session);
      }
      session.lock.unlock();
    }
  }

  public void cancel(String name, String id) throws IOException {
    Session session = locked(name, id);
    try {
      drop(id, session);
    } finally {
      session.lock.unlock();
    }
  }

  /**
   * Keeps a blob that is there, as if it had been uploaded.
   *
   * @return its bytes
   */
  public long mount(String name, String digestText) throws IOException {
    var _ = HostedNames.repository(name);
    Digest digest = HostedNames.digest(digestText);
    ContentStore.Lease lease = content.lastingLease();
    boolean there = false;
    try {
      lease.hold(List.of(digest));
      there = content.has(digest);
    } finally {
      if (there) {
        lease.leave();
      } else {
        lease.release(images::referencedBlobs);
      }
    }
    if (!there) {
      throw HostingProblem.blobUnknown();
    }
    return content.size(digest);
  }

  private Session session(String name, String id) {
    Session session = sessions.get(id);
    if (session == null || !session.repository.equals(HostedNames.repository(name))) {
      throw HostingProblem.uploadUnknown();
    }
    return session;
  }

  private Session locked(String name, String id) {
    Session session = session(name, id);
    if (!session.lock.tryLock()) {
      throw HostingProblem.rangeInvalid("another request is writing to this upload");
    }
    if (!sessions.containsKey(id)) {
      session.lock.unlock();
      throw HostingProblem.uploadUnknown();
    }
    return session;
  }

  private void drop(String id, Session session) throws IOException {
    sessions.remove(id);
    session.lease.release(images::referencedBlobs);
  }

  private void dropIdle() {
    Instant oldest = clock.instant().minus(IDLE);
    sessions.forEach((id, session) -> {
      if (session.used.isBefore(oldest) && session.lock.tryLock()) {
        try {
          drop(id, session);
        } catch (IOException e) {
          LOG.warnf(e, "an upload that was given up could not be deleted");
        } finally {
          session.lock.unlock();
        }
      }
    });
  }
}
