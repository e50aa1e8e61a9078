package dev.varve.snapshot.adapter.grpc;

import java.util.ArrayList;
import java.util.List;

/** Many small things in few messages. One thread. */
final class Batches<T> {
  private static final int MOST = 256;

  /** False when the client is gone. */
  @FunctionalInterface
  interface Sender<T> {
    boolean send(List<T> batch) throws InterruptedException;
  }

  private final Sender<T> sender;
  private List<T> batch = new ArrayList<>();

  Batches(Sender<T> sender) {
    this.sender = sender;
  }

  /** False when nothing more need be sent. */
  boolean add(T one) throws InterruptedException {
    batch.add(one);
    return batch.size() < MOST || finish();
  }

  boolean finish() throws InterruptedException {
    List<T> full = batch;
    batch = new ArrayList<>();
    return full.isEmpty() || sender.send(full);
  }
}
