package dev.varve.image.domain;

import static dev.varve.image.domain.History.given;
import static dev.varve.image.domain.History.image;
import static dev.varve.image.domain.History.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Problem;
import dev.varve.image.domain.ImageEvent.ImageAdded;
import dev.varve.image.domain.ImageEvent.ImageRemoved;
import dev.varve.image.domain.ImageEvent.ReferenceDropped;
import dev.varve.image.domain.RemoveImage.Outcome;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RemoveImageTest {
  private static final Image BUSYBOX = image("busybox", "base", "top");
  private static final Image SIBLING = image("sibling", "base", "other");
  private static final String ID = BUSYBOX.id().shortHex();
  private static final ContainerUse RUNNING =
      new ContainerUse("1234567890abcdef", Set.of(BUSYBOX.id().value()), true);
  private static final ContainerUse STOPPED =
      new ContainerUse("fedcba0987654321", Set.of(BUSYBOX.id().value()), false);

  private static final List<ContainerUse> NONE = List.of();

  private final History tagged = given(new ImageAdded(BUSYBOX), set("busybox", BUSYBOX));

  private final History taggedTwice =
      given(new ImageAdded(BUSYBOX), set("busybox", BUSYBOX), set("second:1", BUSYBOX));

  @Test
  void theLastReferenceTakesTheImageAlong() {
    var decision = remove(tagged, "busybox", false);

    assertThat(answer(decision))
        .containsExactly(
            new Outcome.Untagged("busybox:latest"),
            new Outcome.Deleted(BUSYBOX.id().value()),
            new Outcome.Deleted(BUSYBOX.layers().get(1).chainId().toString()),
            new Outcome.Deleted(BUSYBOX.layers().get(0).chainId().toString()));
    assertThat(tagged.happens(decision))
        .containsExactly(
            new ReferenceDropped(Reference.parse("busybox:latest"), BUSYBOX.id()),
            new ImageRemoved(BUSYBOX.id()));
    assertThat(tagged.catalog().images()).isEmpty();
    assertThat(tagged.catalog().removedImages()).containsExactly(BUSYBOX);
  }

  @Test
  void layersOfAnotherImageAreNotCalledDeleted() {
    History history =
        given(new ImageAdded(BUSYBOX), new ImageAdded(SIBLING), set("busybox", BUSYBOX));

    assertThat(answer(remove(history, "busybox", false)))
        .contains(new Outcome.Deleted(BUSYBOX.layers().get(1).chainId().toString()))
        .doesNotContain(new Outcome.Deleted(BUSYBOX.layers().get(0).chainId().toString()));
  }

  @Test
  void oneOfSeveralReferencesIsOnlyUntagged() {
    assertThat(answer(remove(taggedTwice, "second:1", false, RUNNING)))
        .containsExactly(new Outcome.Untagged("second:1"));
  }

  @Test
  void theOnlyReferenceIsKeptWhileAnyContainerExists() {
    assertThat(refusal(remove(tagged, "busybox", false, STOPPED)))
        .isEqualTo(
            "conflict: unable to remove repository reference \"busybox\" (must force)"
                + " - container fedcba098765 is using its referenced image "
                + ID);
  }

  @Test
  void forceUntagsAnImageThatRunsAndLeavesItDangling() {
    var decision = remove(tagged, "busybox:latest", true, RUNNING);

    assertThat(answer(decision)).containsExactly(new Outcome.Untagged("busybox:latest"));
    assertThat(tagged.happens(decision)).noneMatch(ImageRemoved.class::isInstance);
  }

  @Test
  void forceRemovesAnImageOfStoppedContainersButNotTheirLayers() {
    assertThat(answer(remove(tagged, "busybox", true, STOPPED)))
        .containsExactly(
            new Outcome.Untagged("busybox:latest"), new Outcome.Deleted(BUSYBOX.id().value()));
  }

  @Test
  void whatAnotherImageWasMadeFromCannotBeDeletedByItsId() {
    Image child = RemoveUnneededTest.madeFrom(BUSYBOX, "child");
    History family = given(new ImageAdded(BUSYBOX), new ImageAdded(child), set("busybox", BUSYBOX));

    assertThat(refusal(remove(family, ID, true)))
        .isEqualTo(
            "conflict: unable to delete %s (cannot be forced) - image has dependent child images"
                .formatted(ID));
    assertThat(answer(remove(family, "busybox", false)))
        .containsExactly(new Outcome.Untagged("busybox:latest"));
  }

  @Test
  void whatOnlyTheRemovedImageWasMadeFromGoesAlong() {
    Image child = RemoveUnneededTest.madeFrom(BUSYBOX, "child");
    History family = given(new ImageAdded(BUSYBOX), new ImageAdded(child), set("child", child));

    assertThat(answer(new RemoveImage("child", child, false, true).decide(family.catalog(), NONE)))
        .contains(
            new Outcome.Deleted(child.id().value()), new Outcome.Deleted(BUSYBOX.id().value()));
    assertThat(answer(new RemoveImage("child", child, false, false).decide(family.catalog(), NONE)))
        .doesNotContain(new Outcome.Deleted(BUSYBOX.id().value()));
    assertThat(
            answer(
                new RemoveImage("child", child, false, true)
                    .decide(family.catalog(), List.of(STOPPED))))
        .doesNotContain(new Outcome.Deleted(BUSYBOX.id().value()));
  }

  @Test
  void layersThatAContainerOfARemovedImageNeedsAreNotCalledDeleted() {
    History history =
        given(
            new ImageAdded(BUSYBOX),
            new ImageAdded(SIBLING),
            new ImageRemoved(SIBLING.id()),
            set("busybox", BUSYBOX));
    ContainerUse user = new ContainerUse("abc", Set.of(SIBLING.id().value()), false);

    assertThat(answer(remove(history, "busybox", false, user)))
        .doesNotContain(new Outcome.Deleted(BUSYBOX.layers().get(0).chainId().toString()));
  }

  @Test
  void anImageThatAContainerHasMountedIsInUse() {
    ContainerUse mounting =
        new ContainerUse(
            "abcdefabcdef99", Set.of(SIBLING.id().value(), BUSYBOX.id().value()), false);

    assertThat(refusal(remove(tagged, "busybox", false, mounting)))
        .isEqualTo(
            "conflict: unable to remove repository reference \"busybox\" (must force) - container abcdefabcdef is using its referenced image %s"
                .formatted(ID));
  }

  @Test
  void anIdOfARunningImageCannotBeForced() {
    assertThat(refusal(remove(tagged, ID, true, RUNNING, STOPPED)))
        .isEqualTo(
            "conflict: unable to delete %s (cannot be forced) - image is being used by running container 1234567890ab"
                .formatted(ID));
  }

  @Test
  void anIdOfAStoppedImageMustBeForced() {
    assertThat(refusal(remove(tagged, ID, false, STOPPED)))
        .isEqualTo(
            "conflict: unable to delete %s (must be forced) - image is being used by stopped container fedcba098765"
                .formatted(ID));
    assertThat(answer(remove(tagged, ID, true, STOPPED)))
        .containsExactly(
            new Outcome.Untagged("busybox:latest"), new Outcome.Deleted(BUSYBOX.id().value()));
  }

  @Test
  void anIdWithSeveralTagsMustBeForced() {
    assertThat(refusal(remove(taggedTwice, BUSYBOX.id().value(), false)))
        .isEqualTo(
            "conflict: unable to delete %s (must be forced) - image is referenced in multiple repositories"
                .formatted(ID));
    assertThat(answer(remove(taggedTwice, ID, true)))
        .startsWith(
            new Outcome.Untagged("busybox:latest"),
            new Outcome.Untagged("second:1"),
            new Outcome.Deleted(BUSYBOX.id().value()));
  }

  @Test
  void aDanglingImageGoesByItsId() {
    History dangling = given(new ImageAdded(BUSYBOX));

    assertThat(answer(remove(dangling, ID, false)))
        .startsWith(new Outcome.Deleted(BUSYBOX.id().value()))
        .hasSize(3);
  }

  @Test
  void digestReferencesGoWithTheLastTagOfTheirRepository() {
    String digested = "busybox@" + BUSYBOX.manifest();
    History history =
        given(new ImageAdded(BUSYBOX), set("busybox", BUSYBOX), set(digested, BUSYBOX));

    assertThat(answer(remove(history, "busybox", false)))
        .startsWith(
            new Outcome.Untagged("busybox:latest"),
            new Outcome.Untagged(digested),
            new Outcome.Deleted(BUSYBOX.id().value()));
  }

  @Test
  void aReferenceThatMovedMeanwhileIsNotThere() {
    History history = given(new ImageAdded(BUSYBOX));

    assertThat(refusal(remove(history, "busybox", false)))
        .isEqualTo("No such image: busybox:latest");
  }

  private static Decision<ImageEvent, List<Outcome>> remove(
      History history, String asked, boolean force, ContainerUse... containers) {
    return new RemoveImage(asked, BUSYBOX, force, true)
        .decide(history.catalog(), List.of(containers));
  }

  private static List<Outcome> answer(Decision<ImageEvent, List<Outcome>> decision) {
    assertThat(decision).isInstanceOf(Decision.Accepted.class);
    return ((Decision.Accepted<ImageEvent, List<Outcome>>) decision).answer();
  }

  private static String refusal(Decision<ImageEvent, List<Outcome>> decision) {
    assertThat(decision).isInstanceOf(Decision.Rejected.class);
    Problem problem = ((Decision.Rejected<ImageEvent, List<Outcome>>) decision).problem();
    return problem.message();
  }
}
