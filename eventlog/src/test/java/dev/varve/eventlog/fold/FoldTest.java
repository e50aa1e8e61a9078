package dev.varve.eventlog.fold;

import static dev.varve.eventlog.testing.Proposals.said;
import static dev.varve.eventlog.testing.Proposals.seen;
import static dev.varve.eventlog.testing.Proposals.typed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.eventlog.Ledger.Versioned;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import dev.varve.eventlog.testing.Letters;
import dev.varve.eventlog.testing.Letters.Talk;
import dev.varve.eventlog.testing.Letters.Word;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FoldTest {
  private static final Subject A = Subject.parse("talk/a");
  private static final String CLOSED = "dev.varve.letters.v1.Closed";

  private final Fold<Talk, Word> fold = new Fold<>(Letters.CODEC, Letters.EVOLUTION);
  private long offset;

  @Test
  void aSubjectThatNeverWasHasSequenceZero() {
    assertThat(fold.get(A)).isEqualTo(new Versioned<>(0, Optional.empty()));
  }

  @Test
  void onlyTheNextSequenceCounts() {
    assertThat(counts(said("talk/a", 2, "early"))).isFalse();
    assertThat(counts(said("talk/a", 1, "one"))).isTrue();
    assertThat(counts(said("talk/a", 1, "rival"))).isFalse();
    assertThat(counts(said("talk/a", 3, "gap"))).isFalse();
    assertThat(counts(said("talk/a", 2, "two"))).isTrue();
    assertThat(fold.get(A)).isEqualTo(new Versioned<>(2, Optional.of(talk("one", "two"))));
  }

  @Test
  void theSameRecordTwiceCountsOnce() {
    Proposal one = said("talk/a", 1, "one");
    assertThat(counts(one)).isTrue();
    assertThat(counts(one)).isFalse();
    assertThat(fold.live()).containsEntry(A, talk("one"));
  }

  @Test
  void aClosedSubjectIsForgottenButForItsSequence() {
    counts(said("talk/a", 1, "one"));
    counts(typed("talk/a", 2, CLOSED));
    assertThat(fold.live()).isEmpty();
    assertThat(fold.get(A)).isEqualTo(new Versioned<>(2, Optional.empty()));
    assertThat(counts(said("talk/a", 1, "of an earlier life"))).isFalse();
    assertThat(counts(said("talk/a", 3, "new life"))).isTrue();
    assertThat(fold.get(A)).isEqualTo(new Versioned<>(3, Optional.of(talk("new life"))));
    counts(typed("talk/a", 4, CLOSED));
    assertThat(fold.get(A)).isEqualTo(new Versioned<>(4, Optional.empty()));
  }

  @Test
  void theRestOfALostDecisionIsVoidToo() {
    counts(said("talk/a", 1, "one"));
    counts(said("talk/a", 2, "a rival's"));
    assertThat(counts(said("mine", "talk/a", 2, "first half"))).isFalse();
    assertThat(counts(said("mine+1", "talk/a", 3, "second half"))).isFalse();
    assertThat(counts(said("mine+2", "talk/a", 4, "third"))).isFalse();
    assertThat(fold.live()).containsEntry(A, talk("one", "a rival's"));
  }

  @Test
  void aDecisionOfManyEventsCountsAlsoAcrossTheEndOfALife() {
    assertThat(counts(said("d", "talk/a", 1, "one"))).isTrue();
    assertThat(counts(said("d+1", "talk/a", 2, "two"))).isTrue();
    Proposal close = typed("talk/a", 3, CLOSED);
    assertThat(counts(withId(close, "d+2"))).isTrue();
    assertThat(counts(said("d+3", "talk/a", 4, "again"))).isTrue();
    assertThat(fold.live()).containsEntry(A, talk("again"));
  }

  @Test
  void whatCannotBeFoldedCountsAndChangesNothing() {
    counts(said("talk/a", 1, "one"));
    assertThat(folded(typed("talk/a", 2, "dev.varve.letters.v9.Sung"))).isFalse();
    assertThat(folded(said("talk/a", 3, "bad bytes"))).isFalse();
    assertThat(folded(said("talk/a", 4, "bad fold"))).isFalse();
    assertThat(fold.get(A)).isEqualTo(new Versioned<>(4, Optional.of(talk("one"))));
    assertThat(folded(said("talk/a", 5, "on"))).isTrue();
    assertThat(fold.live()).containsEntry(A, talk("one", "on"));
  }

  @Test
  void anUnknownFirstEventLeavesASequenceAndNoState() {
    assertThat(folded(typed("talk/a", 1, "dev.varve.letters.v9.Sung"))).isFalse();
    assertThat(fold.get(A)).isEqualTo(new Versioned<>(1, Optional.empty()));
    assertThat(folded(said("talk/a", 2, "two"))).isTrue();
  }

  @Test
  void theViewOfLiveSubjectsCannotBeChanged() {
    counts(said("talk/a", 1, "one"));
    assertThat(fold.live().keySet()).containsExactly(A);
    assertThat(fold.live()).hasSize(1);
    assertThatThrownBy(() -> fold.live().clear()).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void manyClosedSubjectsAreToldApart() {
    int subjects = 20_000;
    for (int i = 0; i < subjects; i++) {
      counts(said("talk/" + i, 1, "x"));
      if (i % 2 == 0) {
        counts(typed("talk/" + i, 2, CLOSED));
      }
    }
    for (int i = 0; i < subjects; i++) {
      Versioned<Talk> versioned = fold.get(Subject.parse("talk/" + i));
      assertThat(versioned.sequence()).isEqualTo(i % 2 == 0 ? 2 : 1);
      assertThat(versioned.state().isPresent()).isEqualTo(i % 2 == 1);
    }
    assertThat(fold.get(Subject.parse("talk/" + subjects)).sequence()).isZero();
    assertThat(fold.live()).hasSize(subjects / 2);
  }

  @Test
  void aProposalHoldsForSoManyRecords() {
    offset = 10 + Fold.HOLDS;
    assertThat(counts(seen(said("talk/a", 1, "of long ago"), 9, false))).isFalse();
    offset = 10 + Fold.HOLDS;
    assertThat(counts(seen(said("talk/a", 1, "just in time"), 10, false))).isTrue();
  }

  @Test
  void aClosedSubjectIsForgottenAfterAsMany() {
    counts(said("talk/a", 1, "one"));
    counts(seen(said("talk/a", 2, "bye"), 1, true));
    assertThat(fold.live()).isEmpty();
    offset = 1 + Fold.HOLDS;
    assertThat(counts(seen(said("talk/a", 1, "again"), offset - 1, false))).isFalse();
    assertThat(fold.get(A).sequence()).isEqualTo(2);
    assertThat(counts(seen(said("talk/a", 3, "too late to go on"), offset - 1, false))).isFalse();
    assertThat(fold.get(A)).isEqualTo(new Versioned<>(0, Optional.empty()));
    assertThat(counts(seen(said("talk/a", 1, "of the first life"), 1, false))).isFalse();
    assertThat(counts(seen(said("talk/a", 1, "again"), offset - 1, false))).isTrue();
  }

  @Test
  void whoSawAnEarlierLifeDoesNotJoinTheNext() {
    counts(seen(said("talk/a", 1, "bye"), 0, true));
    offset = Fold.HOLDS;
    long remembered = offset;
    counts(typed("talk/b", 1, CLOSED));
    counts(seen(said("talk/a", 1, "again"), offset, false));
    assertThat(fold.live()).containsKey(A);
    assertThat(counts(seen(said("talk/a", 2, "after bye"), remembered, false))).isFalse();
    assertThat(counts(seen(said("talk/a", 2, "after again"), offset, false))).isTrue();
  }

  @Test
  void theLastEventLeavesNoStateWhoeverReadsIt() {
    counts(typed("talk/a", 1, "dev.varve.letters.v9.Sung"));
    counts(seen(typed("talk/a", 2, "dev.varve.letters.v9.Died"), 1, true));
    counts(said("talk/b", 1, "one"));
    counts(seen(said("talk/b", 2, "bye"), 3, true));
    assertThat(fold.live()).isEmpty();
  }

  @Test
  void theRoomOfTheForgottenIsUsedAgain() {
    ClosedSubjects closed = new ClosedSubjects(1_000);
    var last = new ClosedSubjects.Last(7, 0, 0, 0);
    for (int i = 0; i < 200_000; i++) {
      closed.reached(new Position(i % 2, i));
      closed.put(Subject.parse("talk/" + i), last, new Position(i % 2, i));
    }
    closed.put(A, last, null);
    assertThat(closed.size()).isLessThan(5_000);
    for (int i = 200_000 - 1_000; i < 200_000; i++) {
      assertThat(closed.get(Subject.parse("talk/" + i))).isEqualTo(last);
    }
    assertThat(closed.get(Subject.parse("talk/1"))).isNull();
    closed.reached(new Position(0, 1L << 40));
    assertThat(closed.get(A)).isEqualTo(last);
  }

  private boolean counts(Proposal proposal) {
    return fold.apply(new LogRecord(new Position(0, offset++), proposal)) != null;
  }

  private boolean folded(Proposal proposal) {
    Counted<Talk, Word> counted = fold.apply(new LogRecord(new Position(0, offset++), proposal));
    assertThat(counted).isNotNull();
    return counted.change() != null;
  }

  private static Talk talk(String... words) {
    return new Talk(List.of(words));
  }

  private static Proposal withId(Proposal p, String id) {
    return new Proposal(
        id,
        p.subject(),
        p.sequence(),
        p.type(),
        p.time(),
        p.cause(),
        p.node(),
        p.data(),
        Proposal.UNTOLD,
        false);
  }
}
