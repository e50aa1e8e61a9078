package dev.varve.gateway.history;

import com.google.protobuf.Message;
import dev.varve.eventlog.Change;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.assembly.FollowedTopic;
import dev.varve.eventlog.assembly.LogSettings;
import dev.varve.eventlog.assembly.TopicModel;
import dev.varve.gateway.http.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Docker's events from the log: one live tail for all clients, and for a client that asks for the
 * past a reading of its own, joined to the tail without gap or repetition.
 */
public final class EventFeed implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(EventFeed.class);
  private static final Duration CATCH_UP = Duration.ofMinutes(30);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final CompletableFuture<List<Topic>> topics = new CompletableFuture<>();
  private final List<EventSubscription> subscriptions = new CopyOnWriteArrayList<>();

  /** Guards the moment at which a subscription begins against the tail's progress. */
  private final ReentrantLock turn = new ReentrantLock();

  private final LayerArrivals arrivals = new LayerArrivals();

  /** For each topic by service, the offset after the last change told, by partition. */
  private final Map<String, Map<Integer, Long>> told = new HashMap<>();

  private volatile boolean closed;

  /** Begins to follow the log in the background, as soon as it can be reached. */
  public static EventFeed following(LogSettings settings) {
    return connecting(model -> FollowedTopic.open(settings, model));
  }

  /** Over logs that are there already. */
  static EventFeed over(Function<String, EventLog> logs) {
    return connecting(model -> FollowedTopic.over(logs.apply(model.service()), model));
  }

  private static EventFeed connecting(
      Function<TopicModel<Remembered, Message>, FollowedTopic<Remembered, Message>> open) {
    EventFeed feed = new EventFeed();
    Thread.ofPlatform().daemon().name("events-connect").start(() -> feed.connect(open));
    return feed;
  }

  /**
   * Begins a client's own view, at the end that the log has now: what was in the log before is the
   * past to it, and nothing in between is missed however far the tail lags behind.
   *
   * @throws Refusal 503 when the log cannot be reached
   */
  EventSubscription subscribe(EventFilter filter) throws Refusal, InterruptedException {
    List<Topic> open = await();
    catchUp(open);
    turn.lock();
    try {
      Map<Topic, Map<Integer, Long>> past = new HashMap<>();
      if (filter.wantsHistory()) {
        open.forEach(topic -> past.put(topic, Map.copyOf(toldOf(topic.teller().service()))));
      }
      EventSubscription subscription = new EventSubscription(filter, past, subscriptions::remove);
      subscriptions.add(subscription);
      return subscription;
    } finally {
      turn.unlock();
    }
  }

  /**
   * Waits until all that is in the log now has been offered to the subscriptions.
   *
   * @throws Refusal 503 when the log cannot be read
   */
  void catchUp() throws Refusal, InterruptedException {
    catchUp(await());
  }

  private static void catchUp(List<Topic> topics) throws Refusal {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try {
      for (Topic topic : topics) {
        topic.catchUp(deadline);
      }
    } catch (LogUnavailableException e) {
      throw new Refusal(503, "the event log cannot be read: " + e.getMessage());
    }
  }

  /**
   * The event that first brought a layer to this engine, as far as the log tells now.
   *
   * @throws Refusal 503 when the log cannot be read
   */
  public Optional<LayerArrival> arrivalOf(String chainId) throws Refusal, InterruptedException {
    catchUp();
    return arrivals.of(chainId);
  }

  /** How many clients follow now. */
  public int listeners() {
    return subscriptions.size();
  }

  @Override
  public void close() {
    closed = true;
    subscriptions.forEach(EventSubscription::close);
    if (topics.isDone() && !topics.isCompletedExceptionally()) {
      topics.join().forEach(Topic::close);
    }
  }

  private List<Topic> await() throws Refusal, InterruptedException {
    try {
      return topics.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new Refusal(503, "the event log cannot be reached");
    }
  }

  private void connect(
      Function<TopicModel<Remembered, Message>, FollowedTopic<Remembered, Message>> open) {
    List<Topic> opened = new ArrayList<>();
    for (Teller teller : List.of(new ImageTeller(), new ContainerTeller(), new VolumeTeller())) {
      while (!closed && !follow(teller, open, opened)) {
        try {
          Thread.sleep(RETRY);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
    if (closed) {
      opened.forEach(Topic::close);
    } else {
      topics.complete(List.copyOf(opened));
    }
  }

  private boolean follow(
      Teller teller,
      Function<TopicModel<Remembered, Message>, FollowedTopic<Remembered, Message>> open,
      List<Topic> opened) {
    try {
      TopicModel<Remembered, Message> model =
          new TopicModel<>(
              teller.service(), new EventTypes(teller.service(), teller.samples()), teller::evolve);
      Topic topic = new Topic(teller, open.apply(model));
      topic.ledger().listen(change -> arrivals.accept(change.event()));
      topic.ledger().listen(change -> publish(topic, change));
      try {
        topic.followed().start(CATCH_UP);
      } catch (RuntimeException e) {
        topic.close();
        throw e;
      }
      opened.add(topic);
      return true;
    } catch (LogUnavailableException e) {
      LOG.warnf("the events of %s cannot be read yet: %s", teller.service(), e.getMessage());
      return false;
    }
  }

  /** On the ledger's reader thread. */
  private void publish(Topic topic, Change<Remembered, Message> change) {
    turn.lock();
    try {
      Position position = change.event().position();
      toldOf(topic.teller().service()).put(position.partition(), position.offset() + 1);
      if (!subscriptions.isEmpty()) {
        List<Told> said = topic.tell(change);
        subscriptions.forEach(subscription -> said.forEach(subscription::offer));
      }
    } finally {
      turn.unlock();
    }
  }

  private Map<Integer, Long> toldOf(String service) {
    return told.computeIfAbsent(service, _ -> new HashMap<>());
  }
}
