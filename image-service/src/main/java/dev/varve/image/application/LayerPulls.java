package dev.varve.image.application;

import dev.varve.eventlog.Problem;
import dev.varve.image.application.LayerFetches.Unpacked;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.DiffId;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Layer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The layers of one image on their way: fetched at the same time, handed out from the bottom. The
 * first that fails stops the others. {@link #close} returns when none of them works any more.
 */
final class LayerPulls implements AutoCloseable {
  private sealed interface End {
    record Arrived(int index, Unpacked unpacked) implements End {}

    record Failed(Exception cause) implements End {}
  }

  private final LayerFetches fetches;
  private final Registry.Repository repository;
  private final List<Descriptor> descriptors;
  private final List<DiffId> expected;
  private final ContentStore.Lease lease;
  private final ProgressLine.Sink progress;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final LinkedBlockingQueue<End> ends = new LinkedBlockingQueue<>();
  private final Map<Integer, Unpacked> arrived = new HashMap<>();
  private final List<Boolean> present = new ArrayList<>();
  private int handedOut;

  LayerPulls(
      LayerFetches fetches,
      Registry.Repository repository,
      List<Descriptor> descriptors,
      List<DiffId> expected,
      ContentStore.Lease lease,
      ProgressLine.Sink progress) {
    this.fetches = fetches;
    this.repository = repository;
    this.descriptors = descriptors;
    this.expected = expected;
    this.lease = lease;
    this.progress = progress;
  }

  /** Tells of all layers from the bottom, then fetches those that are not here. */
  void start(Map<Digest, Layer> known) throws IOException {
    for (int i = 0; i < descriptors.size(); i++) {
      Descriptor layer = descriptors.get(i);
      Optional<Unpacked> here = fetches.present(layer.digest(), known, lease);
      present.add(here.isPresent());
      if (here.isPresent()) {
        check(i, here.get());
        arrived.put(i, here.get());
      }
      say(i, here.isPresent() ? "Already exists" : "Pulling fs layer");
    }
    for (int i = 0; i < descriptors.size(); i++) {
      int index = i;
      if (!present.get(i)) {
        var _ = workers.submit(() -> fetch(index));
      }
    }
  }

  /**
   * Waits for the next layers above those handed out before, as many as are there.
   *
   * @throws dev.varve.eventlog.ProblemException when one was refused
   */
  List<Unpacked> next() throws IOException, InterruptedException {
    while (!arrived.containsKey(handedOut)) {
      switch (ends.take()) {
        case End.Arrived(int index, Unpacked unpacked) -> arrived.put(index, unpacked);
        case End.Failed(Exception cause) -> {
          switch (cause) {
            case IOException e -> throw e;
            case InterruptedException e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new IllegalStateException(cause);
          }
        }
      }
    }
    List<Unpacked> next = new ArrayList<>();
    for (Unpacked at = arrived.get(handedOut); at != null; at = arrived.get(handedOut)) {
      if (!present.get(handedOut)) {
        long size = descriptors.get(handedOut).size();
        progress.send(new ProgressLine.Part(id(handedOut), "Extracting", size, size));
        say(handedOut, "Pull complete");
      }
      next.add(at);
      handedOut++;
    }
    return next;
  }

  @Override
  public void close() {
    workers.shutdownNow();
    boolean interrupted = false;
    while (true) {
      try {
        if (workers.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void fetch(int index) {
    try {
      Unpacked unpacked =
          fetches.fetch(
              repository, descriptors.get(index), expected.get(index), lease, new Telling(index));
      check(index, unpacked);
      ends.add(new End.Arrived(index, unpacked));
    } catch (IOException | InterruptedException | RuntimeException e) {
      ends.add(new End.Failed(e));
    }
  }

  /** A known blob is no proof that this image's config speaks of it. */
  private void check(int index, Unpacked unpacked) {
    if (!unpacked.diffId().equals(expected.get(index))) {
      throw new Problem(
              Problem.Code.INVALID, "layers from manifest don't match image configuration")
          .asException();
    }
  }

  private String id(int index) {
    return descriptors.get(index).digest().shortHex();
  }

  private void say(int index, String status) {
    progress.send(new ProgressLine.Step(id(index), status));
  }

  /** One layer's way in Docker's words. */
  private final class Telling implements LayerFetches.Listener {
    private final int index;

    Telling(int index) {
      this.index = index;
    }

    @Override
    public void waiting() {
      say(index, "Waiting");
    }

    @Override
    public InputStream downloading(InputStream bytes) {
      return new Transfer(bytes, id(index), "Downloading", descriptors.get(index).size(), progress);
    }

    @Override
    public void verifying() {
      say(index, "Verifying Checksum");
    }

    @Override
    public void complete() {
      say(index, "Download complete");
    }
  }
}
