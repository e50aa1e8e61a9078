package dev.varve.image.application.build;

import dev.varve.eventlog.ProblemException;
import dev.varve.image.dockerfile.DockerfileException;
import dev.varve.image.dockerfile.Instruction;
import dev.varve.image.dockerfile.Plan;
import dev.varve.image.dockerfile.Scope;
import dev.varve.image.dockerfile.Stage;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.RunConfig;
import dev.varve.image.domain.StepPlace;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Carries out the instructions of one stage. One thread. */
final class StageBuild {
  private final Steps steps;
  private final Build build;
  private final Plan plan;
  private final Plan.Step step;
  private final Optional<StageState.Base> base;
  private final StageRuns.Sources sources;
  private final Voice voice;
  private final Numbering numbering;
  private final Stages stages;

  /** What carries out instructions; of the service, not of one build. */
  record Steps(
      BaseImages bases,
      ImportedCache imported,
      RunStep runs,
      CopyStep copies,
      RemoteSources remotes,
      StageFiles files,
      FileTrees trees,
      ImageFiles images,
      LayerSteps layers,
      BuiltImages built) {}

  /** Other stages of the build. */
  interface Stages {
    /** Waits for a stage that this one needs. */
    StageState finished(int index) throws InterruptedException;
  }

  /**
   * @param first of this stage's steps, from 1
   * @param labels that the request adds to the last stage
   */
  record Numbering(int first, int total, List<Instruction> labels) {}

  StageBuild(
      Steps steps,
      Build build,
      Plan plan,
      Plan.Step step,
      Optional<StageState.Base> base,
      StageRuns.Sources sources,
      Voice voice,
      Numbering numbering,
      Stages stages) {
    this.steps = steps;
    this.build = build;
    this.plan = plan;
    this.step = step;
    this.base = base;
    this.sources = sources;
    this.voice = voice;
    this.numbering = numbering;
    this.stages = stages;
  }

  StageState carryOut() throws IOException, InterruptedException {
    try {
      return carryOutSteps();
    } catch (StepFailure e) {
      voice.failed(e.text());
      throw e;
    }
  }

  private StageState carryOutSteps() throws IOException, InterruptedException {
    Stage stage = step.stage();
    List<Instruction> instructions = new ArrayList<>(step.triggers());
    instructions.addAll(stage.instructions());
    instructions.addAll(numbering.labels());
    StepNames names = new StepNames(plan, stage, instructions);
    int number = numbering.first();
    voice.begin(head(number++, stage.from(), names));
    StageState state = at(place(stage.from()), from());
    if (!step.triggers().isEmpty()) {
      voice.note(
          "# Executing %d build trigger%s\n"
              .formatted(step.triggers().size(), step.triggers().size() == 1 ? "" : "s"));
    }
    state.config().forgetOnBuild();
    for (Instruction instruction : instructions) {
      voice.begin(head(number++, instruction, names));
      boolean cached = at(place(instruction), () -> carryOut(state, instruction));
      voice.done(cached, steps.built().id(state).shortHex());
    }
    return state;
  }

  private Voice.Head head(int number, Instruction instruction, StepNames names) {
    return new Voice.Head(
        number, numbering.total(), instruction.source().text(), names.next(instruction));
  }

  /** Part of the stage's work. */
  @FunctionalInterface
  private interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  /** What goes wrong, goes wrong there. */
  private static <T> T at(StepPlace place, Work<T> work) throws IOException, InterruptedException {
    try {
      return work.run();
    } catch (StepFailure e) {
      throw e.at(place);
    } catch (DockerfileException e) {
      throw new StepFailure(String.valueOf(e.getMessage()), Optional.of(place), 0);
    } catch (ProblemException e) {
      throw new StepFailure(e.problem().message(), Optional.of(place), 0);
    }
  }

  private StepPlace place(Instruction instruction) {
    return place(step, instruction);
  }

  static StepPlace place(Plan.Step step, Instruction instruction) {
    return new StepPlace(
        step.stage().displayName(),
        instruction.source().range().firstLine(),
        instruction.source().range().lastLine(),
        instruction.source().text());
  }

  private Work<StageState> from() {
    return () ->
        switch (step.base()) {
          case Plan.Origin.Scratch _ -> {
            voice.done(false, "");
            yield StageState.scratch(Platform.HOST, Scope.of(plan.globals(), List.of()));
          }
          case Plan.Origin.OfStage(int index) -> {
            StageState state = stages.finished(index).child();
            voice.done(false, steps.built().id(state).shortHex());
            yield state;
          }
          case Plan.Origin.OfDirectory(String name) ->
              throw new StepFailure("the build context " + name + " is no image to begin with");
          case Plan.Origin.OfImage _ -> {
            StageState state = on(base.orElseThrow());
            voice.done(false, base.orElseThrow().image().id().shortHex());
            yield state;
          }
        };
  }

  private StageState on(StageState.Base base) throws IOException {
    RunConfig config = steps.bases().config(base);
    Instant created = build.epoch().orElse(steps.bases().created(base));
    return StageState.on(base, config, Scope.of(plan.globals(), config.env()), created);
  }

  /**
   * @return true when the cache had it
   */
  private boolean carryOut(StageState state, Instruction written)
      throws IOException, InterruptedException {
    StepPlace place = place(written);
    Instruction instruction = state.scope().expand(written);
    return switch (instruction) {
      case Instruction.Run run ->
          steps
              .runs()
              .carryOut(
                  build, state, run, state.scope().mounts(run), mountSources(run), place, voice);
      case Instruction.Copy copy -> copy(state, copy, place);
      case Instruction.Add add -> steps.remotes().add(build, state, place, sources.context(), add);
      case Instruction.Workdir workdir -> workingDirectory(state, workdir, place);
      case Instruction.From from ->
          throw new StepFailure("FROM isn't allowed here: " + from.image());
      case Instruction.Arg _,
          Instruction.Env _,
          Instruction.Label _,
          Instruction.Cmd _,
          Instruction.Entrypoint _,
          Instruction.Expose _,
          Instruction.User _,
          Instruction.Volume _,
          Instruction.StopSignal _,
          Instruction.Shell _,
          Instruction.HealthCheck _,
          Instruction.OnBuild _,
          Instruction.Maintainer _ -> {
        ConfigSteps.carryOut(state, instruction);
        yield false;
      }
    };
  }

  private boolean copy(StageState state, Instruction.Copy copy, StepPlace place)
      throws IOException, InterruptedException {
    if (copy.from().isEmpty()) {
      return copy(state, copy, place, sources.context());
    }
    if (plan.origin(step.stage(), copy) instanceof Plan.Origin.OfDirectory(String name)) {
      return copy(state, copy, place, named(name));
    }
    return steps
        .copies()
        .carryOut(
            build,
            state,
            place,
            "COPY",
            copy.transfer(),
            chain(plan.origin(step.stage(), copy)),
            () ->
                new CopyStep.Order(
                    "COPY",
                    copy.transfer(),
                    source(copy),
                    true,
                    copy.parents(),
                    false,
                    path ->
                        new StepFailure("COPY failed: stat " + path + ": file does not exist")));
  }

  private boolean copy(StageState state, Instruction.Copy copy, StepPlace place, FileTree directory)
      throws IOException, InterruptedException {
    return steps
        .copies()
        .carryOut(
            build,
            state,
            place,
            new CopyStep.Order(
                "COPY",
                copy.transfer(),
                directory,
                false,
                copy.parents(),
                false,
                StageBuild::missing));
  }

  private FileTree named(String name) {
    return Objects.requireNonNull(sources.named().get(name));
  }

  /** Names all files of what is copied from. */
  private String chain(Plan.Origin origin) throws IOException, InterruptedException {
    return switch (origin) {
      case Plan.Origin.OfStage(int index) -> stages.finished(index).chain();
      case Plan.Origin.OfImage(String reference) -> {
        List<Layer> layers = found(reference).layers();
        yield layers.isEmpty() ? "" : layers.getLast().chainId().toString();
      }
      case Plan.Origin.Scratch _, Plan.Origin.OfDirectory _ -> "";
    };
  }

  static StepFailure missing(String path) {
    return new StepFailure(
        "COPY failed: file not found in build context or excluded by .dockerignore: stat "
            + path
            + ": file does not exist");
  }

  private FileTree source(Instruction.Copy copy) throws IOException, InterruptedException {
    Digest imageId = image(plan.origin(step.stage(), copy));
    return ImageSources.open(
        steps.trees(), steps.images(), imageId, copy.transfer().paths(), copy.parents());
  }

  /** The image that has the files. */
  private Digest image(Plan.Origin origin) throws IOException, InterruptedException {
    return switch (origin) {
      case Plan.Origin.OfStage(int index) -> steps.built().ground(build, stages.finished(index));
      case Plan.Origin.OfImage(String reference) -> found(reference).id();
      case Plan.Origin.OfDirectory(String name) ->
          throw new StepFailure("the build context " + name + " is no image");
      case Plan.Origin.Scratch _ -> throw new StepFailure("there are no files in scratch");
    };
  }

  private Image found(String reference) throws IOException, InterruptedException {
    return steps.bases().find(build, reference, Optional.empty(), voice).image();
  }

  private RunMounts.Sources mountSources(Instruction.Run run) {
    return new RunMounts.Sources() {
      @Override
      public FileTree open(Optional<String> from, String path)
          throws IOException, InterruptedException {
        Optional<FileTree> directory = directory(from);
        if (directory.isPresent()) {
          return Context.of(directory.get());
        }
        Digest imageId = image(plan.origin(step.stage(), run, from.orElseThrow()));
        return ImageSources.open(steps.trees(), steps.images(), imageId, List.of(path), false);
      }

      @Override
      public String key(Optional<String> from, String path)
          throws IOException, InterruptedException {
        Optional<FileTree> directory = directory(from);
        return directory.isPresent()
            ? keyOf(directory.get(), path)
            : chain(plan.origin(step.stage(), run, from.orElseThrow()));
      }

      private Optional<FileTree> directory(Optional<String> from) {
        if (from.isEmpty()) {
          return Optional.of(sources.context());
        }
        return plan.origin(step.stage(), run, from.get())
                instanceof Plan.Origin.OfDirectory(String name)
            ? Optional.of(named(name))
            : Optional.empty();
      }
    };
  }

  /** All contents at a path of a directory. */
  private static String keyOf(FileTree directory, String path) {
    StepKey key = new StepKey("files", path);
    directory
        .follow(FileNode.bytes(String.join("/", FileTree.parts(path))))
        .ifPresent(node -> {
          key.add(node);
          directory.below(node.path()).forEach(key::add);
        });
    return key.key().hex();
  }

  private boolean workingDirectory(StageState state, Instruction.Workdir workdir, StepPlace place)
      throws IOException, InterruptedException {
    String base = state.config().workingDir();
    String path =
        workdir.path().startsWith("/")
            ? workdir.path()
            : (base.isEmpty() ? "" : base) + "/" + workdir.path();
    List<String> names = new ArrayList<>();
    for (String name : FileTree.parts(path)) {
      if (!name.equals("..")) {
        names.add(name);
      } else if (!names.isEmpty()) {
        names.removeLast();
      }
    }
    String absolute = "/" + String.join("/", names);
    String history = HistoryText.note(state.config(), "WORKDIR " + absolute);
    state.config().setWorkingDir(absolute);
    return steps
        .layers()
        .carryOut(
            build,
            state,
            place,
            history,
            new StepKey("workdir", state.chain()).add(absolute).key(),
            () -> {
              Destination below = steps.files().of(build, state);
              CopiedFiles files =
                  new CopiedFiles(
                      below, (node, _) -> node.modifiedAt(now(state), 0), build.epoch());
              Destination.Place target = below.resolve(FileNode.bytes(absolute));
              if (target.isDirectory()) {
                return LayerSteps.Made.NOTHING;
              }
              files.addDirectory(target.path());
              return files.made(steps.trees(), build.lease());
            });
  }

  /** A new directory is as old as what it stands on: equal inputs make equal layers. */
  private static long now(StageState state) {
    return state.created().getEpochSecond();
  }
}
