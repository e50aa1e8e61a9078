package dev.varve.image.adapter.registry;

import dev.varve.image.application.Registry;
import dev.varve.image.application.RegistryException;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Mirrors before the registry itself: who cannot answer makes way for the next, for good. Only
 * reads.
 */
final class Fallback implements Registry.Repository {
  private static final Logger LOG = Logger.getLogger(Fallback.class);

  /** Connects to one of them. */
  @FunctionalInterface
  interface Source {
    Registry.Repository open() throws IOException;
  }

  @FunctionalInterface
  private interface Question<T> {
    T ask(Registry.Repository repository) throws IOException;
  }

  private final List<Source> sources;
  private final ReentrantLock lock = new ReentrantLock();
  private int at;
  private Registry.@Nullable Repository open;

  Fallback(List<Source> sources) {
    this.sources = List.copyOf(sources);
  }

  @Override
  public List<String> tags() throws IOException {
    return first(Registry.Repository::tags);
  }

  @Override
  public Optional<Descriptor> head(String tagOrDigest) throws IOException {
    return first(repository -> repository.head(tagOrDigest));
  }

  @Override
  public Registry.RemoteManifest manifest(String tagOrDigest) throws IOException {
    return first(repository -> repository.manifest(tagOrDigest));
  }

  @Override
  public InputStream blob(Descriptor blob) throws IOException {
    return first(repository -> repository.blob(blob));
  }

  @Override
  public boolean has(Digest blob) throws IOException {
    return first(repository -> repository.has(blob));
  }

  @Override
  public boolean mount(Digest blob, String fromRepository) {
    throw new UnsupportedOperationException("a mirror is not written to");
  }

  @Override
  public void upload(Descriptor blob, Registry.BlobBytes bytes) {
    throw new UnsupportedOperationException("a mirror is not written to");
  }

  @Override
  public Descriptor uploadPacked(String mediaType, Registry.PackedBytes bytes) {
    throw new UnsupportedOperationException("a mirror is not written to");
  }

  @Override
  public Digest put(String tag, String mediaType, byte[] manifest) {
    throw new UnsupportedOperationException("a mirror is not written to");
  }

  private <T> T first(Question<T> question) throws IOException {
    while (true) {
      int asked = -1;
      try {
        Registry.Repository repository;
        lock.lock();
        try {
          asked = at;
          if (open == null) {
            open = sources.get(at).open();
          }
          repository = open;
        } finally {
          lock.unlock();
        }
        return question.ask(repository);
      } catch (RegistryException e) {
        if (!giveUp(asked)) {
          throw e;
        }
        LOG.infof("a registry mirror was passed over: %s", e.text());
      }
    }
  }

  /** False when there is no other. */
  private boolean giveUp(int asked) {
    lock.lock();
    try {
      if (asked == at && at == sources.size() - 1) {
        return false;
      }
      if (asked == at) {
        at++;
        open = null;
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
