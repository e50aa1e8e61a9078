package dev.varve.image.dockerfile;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the {@link Check}s of a file: those of its form, of its FROMs, and of its stages. */
public final class Checker {
  /** The build argument that says what else the file's directive says, and wins over it. */
  private static final String OPTIONS = "BUILDKIT_DOCKERFILE_CHECK";

  private final Dockerfile file;
  private final CheckInput input;
  private final Findings findings;

  private Checker(Dockerfile file, CheckInput input, Findings findings) {
    this.file = file;
    this.input = input;
    this.findings = findings;
  }

  /**
   * Of the stages that a build needs; form is checked everywhere.
   *
   * @throws DockerfileException when the check directive is malformed
   */
  public static CheckReport check(Plan plan, CheckInput input) {
    return check(plan.file(), plan.globals(), plan.steps(), input);
  }

  /**
   * Of all stages.
   *
   * @throws DockerfileException when the check directive is malformed
   */
  public static CheckReport checkAll(Plan plan, CheckInput input) {
    return check(plan.file(), plan.globals(), plan.allSteps(), input);
  }

  private static CheckReport check(
      Dockerfile file, Globals globals, List<Plan.Step> steps, CheckInput input) {
    CheckOptions options =
        CheckOptions.ofDirective(globals.given(OPTIONS).or(() -> file.directives().check()));
    Findings findings = new Findings(options);
    Optional<DockerfileException> mistake =
        new Checker(file, input, findings).checked(globals, steps);
    return new CheckReport(findings.byLine(), mistake, options.error());
  }

  private Optional<DockerfileException> checked(Globals globals, List<Plan.Step> steps) {
    new FormChecks(file, findings).run();
    new FromChecks(file, globals, input, findings).run();
    try {
      Map<Integer, StageChecks> done = new HashMap<>();
      for (Plan.Step step : steps) {
        done.put(step.stage().index(), stage(step, globals, done));
      }
      return Optional.empty();
    } catch (DockerfileException e) {
      return Optional.of(e);
    }
  }

  private StageChecks stage(Plan.Step step, Globals globals, Map<Integer, StageChecks> done) {
    StageChecks checks =
        switch (step.base()) {
          case Plan.Origin.OfStage(int index) ->
              Optional.ofNullable(done.get(index)).orElseThrow().child();
          case Plan.Origin.OfImage(String reference) -> {
            Optional<CheckInput.BaseImage> image = input.images().apply(step);
            image
                .flatMap(CheckInput.BaseImage::misfit)
                .ifPresent(misfit -> platform(step, reference, misfit));
            yield StageChecks.on(globals, image, input.ignored(), findings);
          }
          case Plan.Origin.Scratch(), Plan.Origin.OfDirectory _ ->
              StageChecks.on(
                  globals,
                  Optional.of(new CheckInput.BaseImage(List.of(), false, Optional.empty())),
                  input.ignored(),
                  findings);
        };
    step.instructions().forEach(checks::check);
    return checks;
  }

  private void platform(Plan.Step step, String reference, CheckInput.Misfit misfit) {
    findings.add(
        Check.INVALID_BASE_IMAGE_PLATFORM,
        step.stage().from().source(),
        "Base image %s was pulled with platform %s, expected %s for current build"
            .formatted(reference, Quoted.of(misfit.actual()), Quoted.of(misfit.expected())));
  }
}
