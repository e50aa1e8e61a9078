package dev.varve.eventlog.adapter.postgres;

import static dev.varve.eventlog.testing.Proposals.said;
import static dev.varve.eventlog.testing.Proposals.typed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.eventlog.Subject;
import dev.varve.eventlog.testing.EmbeddedPostgres;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A projection that for a while could not write. */
final class HistoryGapsTest extends HistoryProjections {
  @Test
  void aDroppedSchemaIsFilledAgainWhileRunning() {
    Running service = start();
    append(said("talk/a", 1, "one"));
    awaitOffset(service, 1);
    service.awaitWritten();
    postgres.execute("drop schema " + schema + " cascade");
    append(said("talk/a", 2, "two"));
    await().atMost(LONG).ignoreExceptions().until(() -> count("subject_history") == 2);
    assertThat(service.history().layers(A)).hasSize(2);
    assertSound();
  }

  @Test
  void postgresMayBeAwayAndNothingIsLost() {
    postgres = EmbeddedPostgres.start();
    Running service = start();
    append(said("talk/a", 1, "one"));
    awaitOffset(service, 1);
    service.awaitWritten();
    postgres.crash();
    append(said("talk/a", 2, "two"), said("talk/a", 3, "three"));
    awaitOffset(service, 3);
    assertThat(service.ledger.get(A)).isEqualTo(versioned(3, "one", "two", "three"));
    postgres.restart();
    assertThat(service.history().layers(A)).hasSize(3);
    assertSound();
  }

  @Test
  void aQueueThatOverflowedIsMadeUpForFromTheLog() {
    postgres = EmbeddedPostgres.start();
    Running service = start();
    append(said("talk/0", 1, "x"));
    awaitOffset(service, 1);
    service.awaitWritten();
    postgres.stop();
    int events = 8_000;
    int[] sequences = new int[100];
    sequences[0] = 1;
    Random random = new Random(7);
    for (int i = 1; i < events; i++) {
      int subject = random.nextInt(sequences.length);
      int sequence = ++sequences[subject];
      append(
          sequence % 5 == 0
              ? typed("talk/" + subject, sequence, CLOSED)
              : said("talk/" + subject, sequence, "x"));
    }
    awaitOffset(service, events);
    postgres.restart();
    service.awaitWritten();
    append(said("talk/new", 1, "after"));
    awaitOffset(service, events + 1);
    service.awaitWritten();
    assertThat(count("subject_history")).isEqualTo(events + 1L);
    assertSound();
    service.close();
    Running second = start();
    assertThat(second.changes).isEmpty();
    assertThat(second.ledger.live()).isEqualTo(service.ledger.live());
    for (int subject = 0; subject < sequences.length; subject++) {
      assertThat(second.ledger.get(new Subject("talk", "" + subject)).sequence())
          .isEqualTo(sequences[subject]);
    }
  }

  @Test
  void oneOfTwoProcessesWritesAndTheOtherTakesOver() {
    Running first = start();
    append(said("talk/a", 1, "one"));
    awaitOffset(first, 1);
    first.awaitWritten();
    Running second = start();
    append(said("talk/a", 2, "two"));
    awaitOffset(first, 2);
    first.awaitWritten();
    assertThat(count("subject_history")).isEqualTo(2);
    first.close();
    append(said("talk/a", 3, "three"));
    awaitOffset(second, 3);
    assertThat(second.history().layers(A)).hasSize(3);
    assertSound();
  }
}
