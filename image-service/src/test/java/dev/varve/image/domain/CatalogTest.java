package dev.varve.image.domain;

import static dev.varve.image.domain.History.given;
import static dev.varve.image.domain.History.image;
import static dev.varve.image.domain.History.set;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.eventlog.Decision;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.domain.ImageEvent.ImageAdded;
import dev.varve.image.domain.ImageEvent.ImageReclaimed;
import dev.varve.image.domain.ImageEvent.ImageRemoved;
import dev.varve.image.domain.ImageEvent.ReferenceSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogTest {
  private static final Image ONE = image("one", "a");
  private static final Image TWO = image("two", "b");

  @Test
  void looksUpByIdReferenceAndPrefix() {
    Catalog catalog = given(new ImageAdded(ONE), set("busybox:1", ONE)).catalog();

    for (String name :
        List.of(
            "busybox:1",
            "docker.io/library/busybox:1",
            ONE.id().value(),
            ONE.id().hex(),
            ONE.id().shortHex(),
            "sha256:" + ONE.id().shortHex())) {
      assertThat(catalog.resolve(name)).as(name).isEqualTo(ONE);
    }
  }

  @Test
  void aReferenceWinsOverAnIdPrefix() {
    String prefix = ONE.id().hex().substring(0, 4);
    Catalog catalog = given(new ImageAdded(ONE), new ImageAdded(TWO), set(prefix, TWO)).catalog();

    assertThat(catalog.resolve(prefix)).isEqualTo(TWO);
  }

  @Test
  void whatIsNotThereIsNamedAsDockerNamesIt() {
    Catalog catalog = given(new ImageAdded(ONE), new ImageRemoved(ONE.id())).catalog();

    assertThatThrownBy(() -> catalog.resolve("nope"))
        .isInstanceOf(ProblemException.class)
        .hasMessage("No such image: nope:latest");
    assertThatThrownBy(() -> catalog.resolve("Nope"))
        .hasMessage("invalid reference format: repository name (library/Nope) must be lowercase");
    assertThatThrownBy(() -> catalog.resolve(ONE.id().hex()))
        .hasMessage("No such image: " + ONE.id());
  }

  @Test
  void anAmbiguousPrefixIsNoImage() {
    History history = given();
    for (int i = 0; i < 17; i++) {
      history.happens(
          new AddImages(
                  List.of(new AddImages.Arrival(image("image" + i, "x"), List.of())), Set.of())
              .decide(history.catalog()));
    }
    Map<String, Long> byFirstDigit =
        history.catalog().images().stream()
            .collect(groupingBy(image -> image.id().hex().substring(0, 1), counting()));

    byFirstDigit.forEach((digit, count) ->
        assertThat(history.catalog().withIdPrefix(digit).isPresent())
            .as("%s begins %d ids", digit, count)
            .isEqualTo(count == 1));
  }

  @Test
  void addingIsSilentAboutWhatIsSoAlready() {
    AddImages command =
        new AddImages(
            List.of(new AddImages.Arrival(ONE, List.of(Reference.parse("busybox:1")))), Set.of());
    History history = given();

    assertThat(history.happens(command.decide(history.catalog()))).hasSize(2);
    assertThat(history.happens(command.decide(history.catalog()))).isEmpty();
  }

  @Test
  void aMovedReferenceNamesWhatItLeft() {
    History history = given(new ImageAdded(ONE), set("busybox:1", ONE));
    Reference reference = Reference.parse("busybox:1");

    var decision =
        new AddImages(List.of(new AddImages.Arrival(TWO, List.of(reference))), Set.of())
            .decide(history.catalog());

    assertThat(((Decision.Accepted<ImageEvent, List<AddImages.Added>>) decision).answer())
        .extracting(AddImages.Added::moved)
        .containsExactly(Map.of(reference, ONE.id()));
    assertThat(history.happens(decision))
        .containsExactly(
            new ImageAdded(TWO),
            new ReferenceSet(reference, TWO.id(), Optional.of(ONE.id()), Origin.NONE));
    assertThat(history.catalog().references(ONE.id())).isEmpty();
  }

  @Test
  void anImageThatLostABlobIsAddedAgain() {
    History history = given(new ImageAdded(ONE));

    var decision =
        new AddImages(List.of(new AddImages.Arrival(ONE, List.of())), Set.of(ONE.id()))
            .decide(history.catalog());

    assertThat(history.happens(decision)).containsExactly(new ImageAdded(ONE));
  }

  @Test
  void aReferenceToARemovedImageIsFree() {
    Catalog catalog =
        given(new ImageAdded(ONE), set("busybox:1", ONE), new ImageRemoved(ONE.id())).catalog();

    assertThat(catalog.pointedAt(Reference.parse("busybox:1"))).isEmpty();
  }

  @Test
  void onlyARemovedImageIsReclaimed() {
    History history = given(new ImageAdded(ONE));

    assertThat(history.happens(new ReclaimImages(List.of(ONE.id())).decide(history.catalog())))
        .isEmpty();
    history = given(new ImageAdded(ONE), new ImageRemoved(ONE.id()));
    assertThat(history.happens(new ReclaimImages(List.of(ONE.id())).decide(history.catalog())))
        .containsExactly(new ImageReclaimed(ONE.id()));
    assertThat(history.catalog().live()).isEmpty();
  }

  @Test
  void taggingAnImageThatIsGoneIsRefused() {
    assertThat(new SetReference(Reference.parse("x:1"), ONE.id()).decide(given().catalog()))
        .isInstanceOf(Decision.Rejected.class);
  }
}
