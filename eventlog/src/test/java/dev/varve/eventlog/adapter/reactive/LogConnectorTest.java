package dev.varve.eventlog.adapter.reactive;

import static dev.varve.eventlog.testing.Proposals.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.eventlog.Change;
import dev.varve.eventlog.DeadLetters;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.adapter.memory.InMemoryEventLog;
import dev.varve.eventlog.fold.FoldingLedger;
import dev.varve.eventlog.testing.Letters;
import dev.varve.eventlog.testing.Letters.Talk;
import dev.varve.eventlog.testing.Letters.Word;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Multi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LogConnectorTest {
  private final InMemoryEventLog log = new InMemoryEventLog();
  private final FoldingLedger<Talk, Word> ledger =
      new FoldingLedger<>("letters", log, Letters.CODEC, Letters.EVOLUTION);
  private final DeadLetters.InMemory deadLetters = new DeadLetters.InMemory();
  private final LedgerRegistry registry = new LedgerRegistry();
  private final List<Flow.Subscription> subscriptions = new ArrayList<>();
  private final List<Message<?>> messages = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    subscriptions.forEach(Flow.Subscription::cancel);
    ledger.close();
  }

  @Test
  void deliversWhatCountsAfterCatchUpOneAtATime() {
    say(1, "before");
    subscribe();
    registry.register("letters", ledger, deadLetters);
    ledger.start(Duration.ofSeconds(30));
    say(2, "two");
    say(2, "void");
    say(3, "three");

    awaitMessages(1);
    assertThat(text(0)).isEqualTo("two");
    await().during(Duration.ofMillis(50)).until(() -> messages.size() == 1);
    acknowledge(0);
    awaitMessages(2);
    assertThat(text(1)).isEqualTo("three");
    acknowledge(1);
  }

  @Test
  void aChannelMayComeAfterItsLedger() {
    registry.register("letters", ledger, deadLetters);
    ledger.start(Duration.ofSeconds(30));
    subscribe();
    say(1, "one");
    awaitMessages(1);
    assertThat(text(0)).isEqualTo("one");
  }

  @Test
  void whatWasRefusedComesAgainAndThenGoesToTheDeadLetters() {
    registry.register("letters", ledger, deadLetters);
    ledger.start(Duration.ofSeconds(30));
    subscribe();
    say(1, "one");
    say(2, "two");
    for (int attempt = 0; attempt < 3; attempt++) {
      awaitMessages(attempt + 1);
      assertThat(text(attempt)).isEqualTo("one");
      messages.get(attempt).nack(new IllegalStateException("broken")).toCompletableFuture().join();
    }
    awaitMessages(4);
    assertThat(text(3)).isEqualTo("two");
    assertThat(deadLetters.letters()).hasSize(1);
    DeadLetters.DeadLetter letter = deadLetters.letters().getFirst();
    assertThat(letter.position().offset()).isZero();
    assertThat(letter.attempts()).isEqualTo(3);
    assertThat(letter.reader()).isEqualTo("channel-under-test");
    assertThat(letter.reason()).contains("broken");
  }

  @Test
  void aLogThatIsAwayIsWaitedOut() {
    registry.register("letters", ledger, deadLetters);
    ledger.start(Duration.ofSeconds(30));
    subscribe();
    say(1, "one");
    for (int attempt = 0; attempt < 7; attempt++) {
      awaitMessages(attempt + 1);
      messages
          .get(attempt)
          .nack(new IllegalStateException(new LogUnavailableException("away", null)))
          .toCompletableFuture()
          .join();
    }
    awaitMessages(8);
    acknowledge(7);
    assertThat(deadLetters.letters()).isEmpty();
  }

  @Test
  void whatWorksAtASecondAttemptIsNoDeadLetter() {
    registry.register("letters", ledger, deadLetters);
    ledger.start(Duration.ofSeconds(30));
    subscribe();
    say(1, "one");
    say(2, "two");
    awaitMessages(1);
    messages.getFirst().nack(new IllegalStateException("once"));
    awaitMessages(2);
    assertThat(text(1)).isEqualTo("one");
    acknowledge(1);
    awaitMessages(3);
    assertThat(text(2)).isEqualTo("two");
    assertThat(deadLetters.letters()).isEmpty();
  }

  @Test
  void aStoppedChannelTakesNothingMore() {
    registry.register("letters", ledger, deadLetters);
    ledger.start(Duration.ofSeconds(30));
    subscribe();
    subscriptions.forEach(Flow.Subscription::cancel);
    say(1, "one");
    await().during(Duration.ofMillis(50)).until(messages::isEmpty);
  }

  private void subscribe() {
    Config config =
        new SmallRyeConfigBuilder()
            .withDefaultValues(
                Map.of(
                    "channel-name", "channel-under-test",
                    "ledger", "letters",
                    "attempts", "3",
                    "pause-ms", "1"))
            .build();
    Flow.Publisher<? extends Message<?>> publisher =
        new LogConnector(registry).getPublisher(config);
    Multi.createFrom()
        .<Message<?>>publisher(publisher::subscribe)
        .onSubscription()
        .invoke(subscriptions::add)
        .subscribe()
        .with(messages::add);
  }

  private void say(long sequence, String text) {
    log.append(List.of(said("talk/a", sequence, text))).join();
  }

  private void awaitMessages(int count) {
    await().until(() -> messages.size() >= count);
    assertThat(messages).hasSize(count);
  }

  private String text(int message) {
    return messages.get(message).getPayload() instanceof Change<?, ?> change
            && change.event().data() instanceof Word.Said said
        ? said.text()
        : "none";
  }

  private void acknowledge(int message) {
    messages.get(message).ack().toCompletableFuture().join();
  }
}
