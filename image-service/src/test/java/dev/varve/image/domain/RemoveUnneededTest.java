package dev.varve.image.domain;

import static dev.varve.image.domain.History.given;
import static dev.varve.image.domain.History.image;
import static dev.varve.image.domain.History.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventlog.Decision;
import dev.varve.image.domain.ImageEvent.ImageAdded;
import dev.varve.image.domain.RemoveImage.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RemoveUnneededTest {
  private static final Image TAGGED = image("tagged", "base", "a");
  private static final Image DANGLING = image("dangling", "base", "b");
  private static final Image SECOND = image("second", "base", "b", "c");

  private final History history =
      given(
          new ImageAdded(TAGGED),
          new ImageAdded(DANGLING),
          new ImageAdded(SECOND),
          set("kept:1", TAGGED));

  @Test
  void danglingOnesGoAndWhatOneLeavesTheNextTakes() {
    assertThat(removed(false, List.of(TAGGED, DANGLING, SECOND)))
        .containsExactly(
            new Outcome.Deleted(DANGLING.id().value()),
            new Outcome.Deleted(SECOND.id().value()),
            new Outcome.Deleted(chain(SECOND, 2)),
            new Outcome.Deleted(chain(SECOND, 1)));
    assertThat(history.catalog().images()).containsExactly(TAGGED);
  }

  @Test
  void taggedOnesGoWhenAskedForUnlessAContainerUsesThem() {
    ContainerUse stopped =
        new ContainerUse("1234567890abcdef", Set.of(DANGLING.id().value()), false);

    assertThat(removed(true, List.of(TAGGED, DANGLING), stopped))
        .containsExactly(
            new Outcome.Untagged("kept:1"),
            new Outcome.Deleted(TAGGED.id().value()),
            new Outcome.Deleted(chain(TAGGED, 1)));
    assertThat(history.catalog().image(DANGLING.id())).isPresent();
  }

  @Test
  void whatAnotherImageWasMadeFromStays() {
    Image child = madeFrom(DANGLING, "child");
    History family = given(new ImageAdded(DANGLING), new ImageAdded(child), set("child", child));

    var decision =
        new RemoveUnneeded(List.of(DANGLING.id(), child.id()), false)
            .decide(family.catalog(), List.of());

    assertThat(family.happens(decision)).isEmpty();
  }

  static Image madeFrom(Image parent, String name) {
    Image made = image(name, "base", "b", name);
    return new Image(
        made.id(),
        made.manifest(),
        made.manifestMediaType(),
        made.platform(),
        made.layers(),
        new Origin(
            Origin.Kind.COMMIT,
            "",
            Optional.empty(),
            Optional.of(new Origin.Committed("c", "n", "i", parent.id(), "", "")),
            Optional.empty()),
        made.configSize());
  }

  private List<Outcome> removed(boolean tagged, List<Image> candidates, ContainerUse... users) {
    var decision =
        new RemoveUnneeded(candidates.stream().map(Image::id).toList(), tagged)
            .decide(history.catalog(), List.of(users));
    var _ = history.happens(decision);
    return decision instanceof Decision.Accepted<ImageEvent, List<Outcome>>(var _, var answer)
        ? answer
        : List.of();
  }

  private static String chain(Image image, int layer) {
    return image.layers().get(layer).chainId().toString();
  }
}
