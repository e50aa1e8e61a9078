package dev.varve.eventlog.adapter.postgres;

import static dev.varve.eventlog.testing.Proposals.said;
import static dev.varve.eventlog.testing.Proposals.seen;
import static dev.varve.eventlog.testing.Proposals.typed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import dev.varve.eventlog.adapter.jackson.JsonStateCodec;
import dev.varve.eventlog.adapter.memory.InMemoryEventLog;
import dev.varve.eventlog.fold.Fold;
import dev.varve.eventlog.testing.EmbeddedPostgres;
import dev.varve.eventlog.testing.Letters.Talk;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Starts from what a projection kept, or in spite of it. */
final class CheckpointTest extends HistoryProjections {
  @Test
  void aStartLoadsTheCheckpointAndFoldsTheTailOnly() {
    Running first = start();
    append(said("talk/a", 1, "one"), said("talk/b", 1, "b"), typed("talk/b", 2, CLOSED));
    append(typed("talk/c", 1, "dev.varve.letters.v9.Unknown"));
    awaitOffset(first, 4);
    first.awaitWritten();
    first.close();
    append(said("talk/a", 2, "two"), said("talk/b", 1, "late"), said("talk/c", 2, "c"));

    Running second = start();
    assertThat(second.changes).hasSize(2); // the tail, without the void one
    assertThat(second.ledger.get(A)).isEqualTo(versioned(2, "one", "two"));
    assertThat(second.ledger.get(B).sequence()).isEqualTo(2);
    assertThat(second.ledger.get(B).state()).isEmpty();
    assertThat(second.ledger.state(Subject.parse("talk/c"))).contains(talk("c"));
    second.awaitWritten();
    assertSound();
  }

  @Test
  void whatWasClosedOfLateIsLoadedAndWhatWasClosedLongAgoIsNot() {
    Running first = start();
    append(seen(typed("talk/long-ago", 1, CLOSED), 0, true));
    int noise = (int) Fold.HOLDS;
    append(
        IntStream.rangeClosed(1, noise)
            .mapToObj(i -> typed("talk/noise", i, "dev.varve.letters.v9.Unknown"))
            .toArray(Proposal[]::new));
    append(seen(typed("talk/of-late", 1, CLOSED), noise, true));
    awaitOffset(first, noise + 2L);
    first.awaitWritten();
    first.close();

    Running second = start();
    assertThat(second.changes).isEmpty();
    assertThat(second.ledger.get(Subject.parse("talk/long-ago")).sequence()).isZero();
    assertThat(second.ledger.get(Subject.parse("talk/of-late")).sequence()).isEqualTo(1);
    append(seen(said("talk/of-late", 1, "twice"), noise, false));
    assertThat(second.ledger.awaitPassed(new Position(0, noise + 2L), LONG)).isFalse();
    append(seen(said("talk/long-ago", 1, "late"), 0, false));
    assertThat(second.ledger.awaitPassed(new Position(0, noise + 3L), LONG)).isFalse();
  }

  @Test
  void aLifeAfterTheFirstWasForgottenIsKeptBesideIt() {
    Running service = start();
    append(said("talk/a", 1, "one"), seen(typed("talk/a", 2, CLOSED), 1, true));
    append(
        IntStream.rangeClosed(1, (int) Fold.HOLDS)
            .mapToObj(i -> typed("talk/noise", i, "dev.varve.letters.v9.Unknown"))
            .toArray(Proposal[]::new));
    append(said("talk/a", 1, "again"), said("talk/a", 2, "and again"));
    awaitOffset(service, Fold.HOLDS + 4);
    assertThat(service.history().layers(A))
        .extracting(layer -> layer.sequence())
        .containsExactly(1L, 2L, 1L, 2L);
  }

  @Test
  void theRestOfADecisionCountsAlsoAfterACheckpointInItsMiddle() {
    Running first = start();
    append(said("decision", "talk/a", 1, "one"));
    awaitOffset(first, 1);
    first.awaitWritten();
    first.close();
    append(said("decision+1", "talk/a", 2, "two"), said("other+1", "talk/a", 3, "no"));
    Running second = start();
    assertThat(second.ledger.get(A)).isEqualTo(versioned(2, "one", "two"));
  }

  @Test
  void aDroppedSchemaIsFilledAgainAtStart() {
    Running first = start();
    append(said("talk/a", 1, "one"), said("talk/a", 2, "two"));
    awaitOffset(first, 2);
    first.close();
    postgres.execute("drop schema " + schema + " cascade");
    Running second = start();
    assertThat(second.changes).hasSize(2);
    assertThat(second.history().layers(A)).hasSize(2);
  }

  @Test
  void anotherVersionOfStatesIsNotTrusted() {
    Running first = start();
    append(said("talk/a", 1, "one"));
    awaitOffset(first, 1);
    first.awaitWritten();
    first.close();
    Running second = new Running(log, JsonStateCodec.of(Talk.class, 2));
    assertThat(second.changes).hasSize(1);
    assertThat(second.history().layers(A)).hasSize(1);
    second.close();
    assertThat(new Running(log, JsonStateCodec.of(Talk.class, 2)).changes).isEmpty();
  }

  @Test
  void aCheckpointOfAnotherLogIsNotTrusted() {
    Running first = start();
    append(said("talk/a", 1, "one"), said("talk/a", 2, "two"));
    awaitOffset(first, 2);
    first.awaitWritten();
    first.close();
    InMemoryEventLog other = new InMemoryEventLog();
    var _ =
        other.append(
            List.of(said("talk/b", 1, "b"), said("talk/b", 2, "b"), said("talk/b", 3, "b")));
    Running second = new Running(other, JsonStateCodec.of(Talk.class, 1));
    assertThat(second.ledger.live()).containsOnlyKeys(B);
    assertThat(second.history().layers(A)).isEmpty();
    assertThat(second.history().layers(B)).hasSize(3);
  }

  @Test
  void aCheckpointBeyondTheEndOfTheLogIsNotTrusted() {
    Running first = start();
    append(said("talk/a", 1, "one"));
    awaitOffset(first, 1);
    first.awaitWritten();
    first.close();
    postgres.execute("update " + schema + ".next_offset set next_offset = 7");
    Running second = start();
    assertThat(second.changes).hasSize(1);
    assertThat(second.ledger.get(A)).isEqualTo(versioned(1, "one"));
    append(said("talk/a", 2, "two"));
    awaitOffset(second, 2);
    assertThat(second.history().layers(A)).hasSize(2);
  }

  @Test
  void aStartWithoutPostgresFoldsTheLogAndWritesLaterWhatIsNotThereYet() {
    postgres = EmbeddedPostgres.start();
    append(said("talk/a", 1, "one"));
    Running first = start();
    first.awaitWritten();
    first.close();
    postgres.stop();
    append(said("talk/a", 2, "two"));
    Running service = start();
    assertThat(service.ledger.get(A)).isEqualTo(versioned(2, "one", "two"));
    postgres.restart();
    assertThat(service.history().layers(A)).hasSize(2);
    assertSound();
  }
}
