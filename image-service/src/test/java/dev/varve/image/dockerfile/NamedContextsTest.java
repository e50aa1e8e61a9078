package dev.varve.image.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@code --build-context} gave names to, in stages. */
class NamedContextsTest {
  private static final NamedContexts CONTEXTS =
      new NamedContexts(Map.of("base", "registry/image:1"), Set.of("Files", "later"));

  private static Plan plan(String text) {
    return Plan.of(
        Files.parse(text),
        new BuildArguments(Map.of(), "linux/amd64", "linux/amd64", "", CONTEXTS));
  }

  private static Plan.Origin copied(Plan plan) {
    Stage stage = plan.steps().getLast().stage();
    return plan.origin(stage, (Instruction.Copy) stage.instructions().getFirst());
  }

  @Test
  void goBeforeImagesAndStages() {
    Plan plan = plan("FROM x AS files\nFROM base:latest\nCOPY --from=FILES a b\nFROM y AS later\n");
    assertThat(plan.steps()).extracting(step -> step.stage().index()).containsExactly(2);
    Plan middle = plan("FROM x AS files\nFROM base:latest\nCOPY --from=FILES a b\n");
    assertThat(middle.steps()).hasSize(1);
    assertThat(middle.steps().getFirst().base())
        .isEqualTo(new Plan.Origin.OfImage("registry/image:1"));
    assertThat(copied(middle)).isEqualTo(new Plan.Origin.OfDirectory("files"));
  }

  /** Without its context's name it would be a stage that comes too late. */
  @Test
  void hideLaterStages() {
    Plan plan = plan("FROM x AS first\nCOPY --from=later a b\nFROM first AS later\n");
    Stage first = plan.steps().getFirst().stage();
    assertThat(plan.origin(first, (Instruction.Copy) first.instructions().getFirst()))
        .isEqualTo(new Plan.Origin.OfDirectory("later"));
  }

  @Test
  void otherNamesAreWhatTheyWere() {
    Plan plan = plan("FROM scratch\nCOPY --from=other a b\n");
    assertThat(plan.steps().getFirst().base()).isEqualTo(new Plan.Origin.Scratch());
    assertThat(List.of(copied(plan))).containsExactly(new Plan.Origin.OfImage("other"));
  }
}
