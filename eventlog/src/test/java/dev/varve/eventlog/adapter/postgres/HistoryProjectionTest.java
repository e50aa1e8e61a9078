package dev.varve.eventlog.adapter.postgres;

import static dev.varve.eventlog.testing.Proposals.CAUSE;
import static dev.varve.eventlog.testing.Proposals.said;
import static dev.varve.eventlog.testing.Proposals.typed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.StateCodec;
import dev.varve.eventlog.Subject;
import dev.varve.eventlog.adapter.jackson.JsonStateCodec;
import dev.varve.eventlog.fold.Checkpoint;
import dev.varve.eventlog.fold.FoldingLedger;
import dev.varve.eventlog.fold.LogCommandRunner;
import dev.varve.eventlog.testing.Letters;
import dev.varve.eventlog.testing.Letters.Talk;
import dev.varve.eventlog.testing.Letters.Word;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is kept of the events. */
final class HistoryProjectionTest extends HistoryProjections {
  @Test
  void keepsEveryLayerWithItsValidity() {
    Instant t = Instant.parse("2026-03-01T00:00:00Z");
    Running service = start();
    append(
        at(t, said("talk/a", 1, "one")),
        at(t.plusSeconds(10), said("talk/a", 2, "two")),
        at(t.plusSeconds(15), said("talk/b", 1, "other")),
        at(t.plusSeconds(20), typed("talk/a", 3, CLOSED)),
        at(t.plusSeconds(30), said("talk/a", 4, "again")));
    awaitOffset(service, 5);
    SubjectHistory<Talk> history = service.history();

    assertThat(history.at(A, t.minusMillis(1))).isEmpty();
    assertThat(history.at(A, t)).contains(talk("one"));
    assertThat(history.at(A, t.plusSeconds(10).minusNanos(1000))).contains(talk("one"));
    assertThat(history.at(A, t.plusSeconds(10))).contains(talk("one", "two"));
    assertThat(history.at(A, t.plusSeconds(25))).isEmpty();
    assertThat(history.at(A, t.plusSeconds(30))).contains(talk("again"));

    assertThat(history.at(A, new Position(0, 0))).contains(talk("one"));
    assertThat(history.at(A, new Position(0, 2))).contains(talk("one", "two"));
    assertThat(history.at(A, new Position(0, 3))).isEmpty();

    assertThat(history.allAt("talk", t.plusSeconds(16)))
        .containsExactlyInAnyOrderEntriesOf(Map.of(A, talk("one", "two"), B, talk("other")));
    assertThat(history.allAt("talk", t.plusSeconds(25))).isEqualTo(Map.of(B, talk("other")));
    assertThat(history.allAt("talk", new Position(0, 0))).isEqualTo(Map.of(A, talk("one")));
    assertThat(history.allAt("talk", new Position(0, 4)))
        .isEqualTo(Map.of(A, talk("again"), B, talk("other")));
    assertThat(history.allAt("name", t.plusSeconds(16))).isEmpty();

    List<SubjectHistory.Layer<Talk>> layers = history.layers(A);
    assertThat(layers).extracting(SubjectHistory.Layer::sequence).containsExactly(1L, 2L, 3L, 4L);
    SubjectHistory.Layer<Talk> second = layers.get(1);
    assertThat(second.state()).isEqualTo(talk("one", "two"));
    assertThat(second.time()).isEqualTo(t.plusSeconds(10));
    assertThat(second.actor()).isEqualTo(CAUSE.actor());
    assertThat(second.causationId()).isEqualTo(CAUSE.causationId());
    assertThat(second.correlationId()).isEqualTo(CAUSE.correlationId());
    assertThat(second.eventType()).isEqualTo("dev.varve.letters.v1.Said");
    assertThat(second.position()).isEqualTo(new Position(0, 1));
    assertThat(layers.get(2).state()).isNull();
    assertSound();
  }

  @Test
  void nulAndBrokenSurrogatesAreKept() {
    String nasty = "nul \u0000 half \uD83D mark \uE000 tab \t back \\u0000 \\N \r\n";
    Running service = start();
    LogCommandRunner<Talk, Word> commands =
        new LogCommandRunner<>(
            log, service.ledger, Letters.CODEC, "node\u0000", Instant::now, LONG);
    Subject subject = new Subject("talk", "a\u0000b");
    // a word's bytes are UTF-8, which has no half surrogates; the log in memory keeps what it is
    // given
    commands.run(CAUSE, view -> Decision.accept(subject, new Word.Said("nul \u0000 \uE000"), ""));
    commands.run(
        CAUSE, view -> Decision.accept(new Subject("talk", nasty), new Word.Said("x"), ""));
    SubjectHistory<Talk> history = service.history();
    assertThat(history.layers(subject).getFirst().state()).isEqualTo(talk("nul \u0000 \uE000"));
    assertThat(history.layers(subject).getFirst().node()).isEqualTo("node\u0000");
    assertThat(history.layers(new Subject("talk", nasty))).hasSize(1);
    service.close();
    Running second = start();
    assertThat(second.changes).isEmpty();
    assertThat(second.ledger.state(subject)).contains(talk("nul \u0000 \uE000"));
    assertThat(second.ledger.live()).containsKey(new Subject("talk", nasty));
  }

  @Test
  void whatPostgresRefusesStopsNobodyAndIsNotTakenForACheckpoint() {
    Running service = start();
    String tooLongForAnIndex = randomText(20_000);
    append(
        said("talk/a", 1, "one"),
        said("talk/" + tooLongForAnIndex, 1, "x"),
        said("talk/a", 2, "two"));
    awaitOffset(service, 3);
    assertThat(service.history().layers(A)).hasSize(2);
    service.close();
    Running second = start();
    assertThat(second.ledger.live()).hasSize(2);
  }

  @Test
  void aStateWithoutJsonStopsNobody() {
    StateCodec<Talk> good = JsonStateCodec.of(Talk.class, 1);
    StateCodec<Talk> failing =
        new StateCodec<>() {
          @Override
          public int version() {
            return 1;
          }

          @Override
          public String encode(Talk state) {
            if (state.words().contains("bad state")) {
              throw new IllegalStateException("bad state");
            }
            return good.encode(state);
          }

          @Override
          public Talk decode(String json) {
            return good.decode(json);
          }
        };
    Running service = new Running(log, failing);
    append(said("talk/a", 1, "bad state"), said("talk/b", 1, "one"));
    awaitOffset(service, 2);
    assertThat(service.history().layers(B)).hasSize(1);
    assertThat(service.history().layers(A).getFirst().state()).isNull();
    service.close();
    Running second = start();
    assertThat(second.ledger.live()).containsOnlyKeys(A, B);
  }

  @Test
  void rowsOfAnyHistoryEqualItsFold() {
    Random random = new Random(11);
    int total = 0;
    Running service = start();
    int[] sequences = new int[5];
    for (int round = 0; round < 30; round++) {
      for (int i = random.nextInt(200); i > 0; i--) {
        int subject = random.nextInt(sequences.length);
        int sequence = sequences[subject] + 1 + (random.nextInt(4) == 0 ? 1 : 0);
        if (sequence == sequences[subject] + 1) {
          sequences[subject]++;
        }
        append(
            random.nextInt(6) == 0
                ? typed("talk/" + subject, sequence, CLOSED)
                : said("talk/" + subject, sequence, "w" + i));
        total++;
      }
      if (random.nextInt(5) == 0) {
        service.close();
        service = start();
      }
    }
    awaitOffset(service, total);
    service.awaitWritten();
    Position end = new Position(0, total);
    assertThat(service.history().allAt("talk", end)).isEqualTo(service.ledger.live());
    FoldingLedger<Talk, Word> full =
        new FoldingLedger<>("full", log, Letters.CODEC, Letters.EVOLUTION, Checkpoint.none());
    full.start(LONG);
    assertThat(service.ledger.live()).isEqualTo(full.live());
    full.close();
    assertSound();
  }

  private static Proposal at(Instant time, Proposal p) {
    return new Proposal(
        p.id(),
        p.subject(),
        p.sequence(),
        p.type(),
        time.truncatedTo(ChronoUnit.MICROS),
        p.cause(),
        p.node(),
        p.data(),
        Proposal.UNTOLD,
        false);
  }

  private static String randomText(int length) {
    Random random = new Random(3);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append((char) ('!' + random.nextInt(90)));
    }
    return text.toString();
  }
}
