package dev.varve.image.application.build;

import dev.varve.eventlog.ProblemException;
import dev.varve.image.application.Platforms;
import dev.varve.image.application.ProgressLine;
import dev.varve.image.dockerfile.CheckInput;
import dev.varve.image.dockerfile.CheckReport;
import dev.varve.image.dockerfile.Checker;
import dev.varve.image.dockerfile.DockerfileParser;
import dev.varve.image.dockerfile.Instruction;
import dev.varve.image.dockerfile.PathPatterns;
import dev.varve.image.dockerfile.Plan;
import dev.varve.image.dockerfile.Warning;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.Reference;
import dev.varve.image.domain.ReferenceFormatException;
import dev.varve.image.domain.RunConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** The needed stages of a build, each as soon as those it needs are done. Used once. */
final class StageRuns {
  private final StageBuild.Steps steps;
  private final Build build;
  private final Sources sources;
  private final StepReport report;
  private final Map<Integer, StageState.Base> bases = new HashMap<>();
  private Plan plan;
  private List<Warning> warnings = List.of();
  private final Map<Integer, CompletableFuture<StageState>> stages = new HashMap<>();

  /**
   * What there is to copy from.
   *
   * @param context without what is ignored
   * @param named further ones
   */
  record Sources(FileTree context, PathPatterns ignored, Map<String, FileTree> named) {}

  StageRuns(
      StageBuild.Steps steps, Build build, Plan plan, Sources sources, ProgressLine.Sink sink) {
    this.steps = steps;
    this.build = build;
    this.plan = plan;
    this.sources = sources;
    this.report = StepReport.of(build.request(), sink, plan.file().stages().size());
  }

  /** Tells of the image that came of it. */
  void tell(Image image, List<Reference> references) {
    report.built(image, references, plan.unconsumed(), warnings);
  }

  /** The target stage's outcome. */
  StageState carryOut() throws IOException, InterruptedException {
    findBases();
    check();
    List<Instruction> labels = labels();
    int total = labels.size();
    for (Plan.Step step : plan.steps()) {
      total += 1 + step.triggers().size() + step.stage().instructions().size();
      stages.put(step.stage().index(), new CompletableFuture<>());
    }
    List<Thread> threads = new ArrayList<>();
    int number = 1;
    for (int i = 0; i < plan.steps().size(); i++) {
      Plan.Step step = plan.steps().get(i);
      boolean last = step.stage().index() == plan.target();
      StageBuild stage =
          new StageBuild(
              steps,
              build,
              plan,
              step,
              Optional.ofNullable(bases.get(step.stage().index())),
              sources,
              report.voice(i),
              new StageBuild.Numbering(number, total, last ? labels : List.of()),
              this::finished);
      number += 1 + step.triggers().size() + step.stage().instructions().size();
      Voice voice = report.voice(i);
      CompletableFuture<StageState> outcome = outcome(step.stage().index());
      threads.add(
          Thread.ofVirtual()
              .name("build-" + build.id() + "-" + step.stage().displayName())
              .start(() -> run(stage, voice, outcome)));
    }
    try {
      return await(outcome(plan.target()));
    } finally {
      // When one stage failed, or nobody waits any more, the others need not go on.
      threads.forEach(Thread::interrupt);
      join(threads);
    }
  }

  /** Before all else: an image may bring instructions of its own, and need further stages. */
  private void findBases() throws IOException, InterruptedException {
    Optional<Plan.Step> next = withoutBase();
    while (next.isPresent()) {
      Plan.Step step = next.get();
      StageState.Base base = find(step, ((Plan.Origin.OfImage) step.base()).reference());
      bases.put(step.stage().index(), base);
      List<String> triggers = steps.bases().config(base).onBuild();
      if (!triggers.isEmpty()) {
        plan = plan.withTriggers(step.stage().index(), triggers);
      }
      next = withoutBase();
    }
  }

  /** When the file wants it, a warning is reason enough not to begin. */
  private void check() {
    CheckReport report =
        Checker.check(
            plan, new CheckInput(sources.ignored(), this::baseImage, StageRuns::isReference));
    report
        .violation()
        .ifPresent(text -> {
          throw new StepFailure(text);
        });
    warnings = report.warnings();
  }

  private Optional<CheckInput.BaseImage> baseImage(Plan.Step step) {
    return Optional.ofNullable(bases.get(step.stage().index()))
        .map(base -> {
          RunConfig config = steps.bases().config(base);
          return new CheckInput.BaseImage(
              config.env(), !config.shell().isEmpty(), misfit(step, base.image()));
        });
  }

  private Optional<CheckInput.Misfit> misfit(Plan.Step step, Image image) {
    Platform expected = Platforms.parse(step.platform().orElse(build.request().platform()));
    return image.platform().runsOn(expected)
        ? Optional.empty()
        : Optional.of(new CheckInput.Misfit(image.platform().shown(), expected.shown()));
  }

  private static boolean isReference(String text) {
    try {
      var _ = Reference.parse(text);
      return true;
    } catch (ReferenceFormatException e) {
      return false;
    }
  }

  private StageState.Base find(Plan.Step step, String reference)
      throws IOException, InterruptedException {
    try {
      return steps.bases().find(build, reference, step.platform(), report::finding);
    } catch (ProblemException e) {
      throw new StepFailure(
          e.problem().message(), Optional.of(StageBuild.place(step, step.stage().from())), 0);
    }
  }

  private Optional<Plan.Step> withoutBase() {
    return plan.steps().stream()
        .filter(step -> step.base() instanceof Plan.Origin.OfImage)
        .filter(step -> !bases.containsKey(step.stage().index()))
        .findFirst();
  }

  private static void join(List<Thread> threads) {
    boolean interrupted = Thread.interrupted();
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private CompletableFuture<StageState> outcome(int index) {
    return Objects.requireNonNull(stages.get(index));
  }

  private void run(StageBuild stage, Voice voice, CompletableFuture<StageState> outcome) {
    try {
      StageState state = stage.carryOut();
      voice.end();
      outcome.complete(state);
    } catch (InterruptedException e) {
      outcome.completeExceptionally(e);
    } catch (IOException | RuntimeException e) {
      voice.burst();
      outcome.completeExceptionally(e);
      // A stage that nobody asked yet fails the build all the same.
      outcome(plan.target()).completeExceptionally(e);
    }
  }

  private StageState finished(int index) throws InterruptedException {
    try {
      return await(outcome(index));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StageState await(CompletableFuture<StageState> outcome)
      throws IOException, InterruptedException {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case InterruptedException interrupt -> throw interrupt;
        case RuntimeException failure -> throw failure;
        case null, default -> throw new CompletionException(e);
      }
    }
  }

  /** Labels of the request are a last instruction, as Docker has them. */
  private List<Instruction> labels() {
    if (build.request().labels().isEmpty()) {
      return List.of();
    }
    StringBuilder text = new StringBuilder("LABEL");
    new TreeMap<>(build.request().labels())
        .forEach((name, value) ->
            text.append(' ').append(quoted(name)).append('=').append(quoted(value)));
    return DockerfileParser.parseInstructions(text.toString());
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("$", "\\$") + '"';
  }
}
