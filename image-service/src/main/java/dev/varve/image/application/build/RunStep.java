package dev.varve.image.application.build;

import dev.varve.eventlog.CrashPoint;
import dev.varve.image.application.ArchiveLimits;
import dev.varve.image.application.ContainerChanges;
import dev.varve.image.application.ContentStore;
import dev.varve.image.dockerfile.CommandLine;
import dev.varve.image.dockerfile.HereDocument;
import dev.varve.image.dockerfile.Instruction;
import dev.varve.image.dockerfile.Mount;
import dev.varve.image.domain.CacheKey;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.ImageEvent.BuildEvent;
import dev.varve.image.domain.StepPlace;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * RUN: a container like any other, made by the container service by this build's wish, and what it
 * changed as a layer. Any thread, each stage's by one.
 */
final class RunStep {
  private static final int SHORT_ID = 12;

  private final Runs runs;
  private final RunOutput output;
  private final ContainerChanges changes;
  private final FileTrees trees;
  private final BuiltImages built;
  private final LayerSteps steps;
  private final RunMounts mounts;
  private final StageFiles files;
  private final ArchiveLimits limits;
  private final Supplier<byte[]> randomId;

  /**
   * @param randomId 32 bytes that nobody can guess
   */
  RunStep(
      Runs runs,
      RunOutput output,
      ContainerChanges changes,
      FileTrees trees,
      BuiltImages built,
      LayerSteps steps,
      RunMounts mounts,
      StageFiles files,
      ArchiveLimits limits,
      Supplier<byte[]> randomId) {
    this.runs = runs;
    this.output = output;
    this.changes = changes;
    this.trees = trees;
    this.built = built;
    this.steps = steps;
    this.mounts = mounts;
    this.files = files;
    this.limits = limits;
    this.randomId = randomId;
  }

  /**
   * @return true when the cache had it
   */
  boolean carryOut(
      Build build,
      StageState state,
      Instruction.Run run,
      List<Mount> wanted,
      RunMounts.Sources sources,
      StepPlace place,
      StepLines.Voice voice)
      throws IOException, InterruptedException {
    if (run.security() == Instruction.Security.INSECURE) {
      throw new StepFailure("security.insecure is not allowed");
    }
    List<String> command = command(state, run.command());
    String network = network(build, run);
    CacheKey key = key(state, run, command, network, RunMounts.keyOf(wanted, sources));
    return steps.carryOut(
        build,
        state,
        place,
        String.join(" ", command),
        key,
        () -> make(build, state, command, network, wanted, sources, place, voice));
  }

  private static CacheKey key(
      StageState state,
      Instruction.Run run,
      List<String> command,
      String network,
      List<String> mounts) {
    return new StepKey("run", state.chain())
        .add(command)
        .add(documents(run.command()))
        .add(state.scope().env())
        .add(state.scope().args())
        .add(state.config().user())
        .add(state.config().workingDir())
        .add(network)
        .add(mounts)
        .key();
  }

  private static List<String> documents(CommandLine command) {
    return command instanceof CommandLine.ShellForm(String _, List<HereDocument> documents)
        ? documents.stream().map(HereDocument::text).toList()
        : List.of();
  }

  /** Here-documents are the shell's to read; one that is all there is, is the script itself. */
  private static List<String> command(StageState state, CommandLine command) {
    if (!(command instanceof CommandLine.ShellForm(String text, List<HereDocument> documents))
        || documents.isEmpty()) {
      return HistoryText.words(state.config(), command);
    }
    List<String> words = new ArrayList<>(HistoryText.shell(state.config()));
    HereDocument first = documents.getFirst();
    boolean alone = documents.size() == 1 && text.strip().matches("\\d*<<-?\\s*[\"']?[^\\s\"']+[\"']?");
    words.add(alone && !first.text().startsWith("#!") ? first.text() : withDocuments(text, documents));
    return List.copyOf(words);
  }

  private static String withDocuments(String text, List<HereDocument> documents) {
    StringBuilder script = new StringBuilder(text).append('\n');
    for (HereDocument document : documents) {
      script.append(document.content()).append(document.name()).append('\n');
    }
    return script.toString();
  }

  private static String network(Build build, Instruction.Run run) {
    return switch (run.network()) {
      case DEFAULT -> build.request().networkMode();
      case NONE -> "none";
      case HOST -> throw new StepFailure("network.host is not allowed");
    };
  }

  private LayerSteps.Made make(
      Build build,
      StageState state,
      List<String> command,
      String network,
      List<Mount> wanted,
      RunMounts.Sources sources,
      StepPlace place,
      StepLines.Voice voice)
      throws IOException, InterruptedException {
    String containerId = HexFormat.of().formatHex(randomId.get());
    Destination below = wanted.isEmpty() ? Destination.empty() : files.of(build, state);
    try (RunMounts.Held held = 
        mounts.hold(build, wanted, below, state.config().workingDir(), sources)) {
      Digest ground = built.ground(build, state, held.cover());
      RunSpec spec =
          new RunSpec(
              build.id(),
              containerId,
              ground,
              command,
              state.scope().runEnvironment(),
              state.config().user(),
              state.config().workingDir(),
              network,
              held.volumes(),
              held.tmpfs(),
              build.request().limits(),
              build.request().keepContainers());
      try (Runs.Run run = runs.await(spec)) {
        build.append(new BuildEvent.RunRequested(place, containerId, ground));
        CrashPoint.reach("image.build.run-requested");
        voice.text(" ---> Running in " + containerId.substring(0, SHORT_ID) + "\n");
        finish(run, command, containerId, voice);
        CrashPoint.reach("image.build.run-ended");
        ContentStore.Ingest layer = layer(build, containerId, held);
        boolean keep = build.request().keepContainers();
        if (!keep) {
          voice.text(
              " ---> Removed intermediate container "
                  + containerId.substring(0, SHORT_ID)
                  + "\n");
        }
        return new LayerSteps.Made(
            Optional.of(layer),
            Optional.empty(),
            List.of(new BuildEvent.RunSettled(containerId, keep)));
      }
    }
  }

  private void finish(
      Runs.Run run, List<String> command, String containerId, StepLines.Voice voice)
      throws IOException, InterruptedException {
    try {
      if (run.started().get()) {
        output.follow(containerId, voice::output);
      }
      Runs.End end = run.ended().get();
      if (!end.error().isEmpty()) {
        throw new StepFailure(end.error());
      }
      if (end.exitCode() != 0) {
        throw new StepFailure(
            "The command '%s' returned a non-zero code: %d"
                .formatted(String.join(" ", command), end.exitCode()),
            Optional.empty(),
            end.exitCode());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private ContentStore.Ingest layer(Build build, String containerId, RunMounts.Held held)
      throws IOException {
    ContentStore.Ingest ingest = build.lease().ingest();
    try (InputStream tar = changes.open(containerId)) {
      trees.copyLayer(
          tar,
          ingest,
          build.epoch().map(Instant::getEpochSecond),
          held.isEmpty() ? Optional.empty() : Optional.of(held::isForeign),
          limits.unpacked());
    }
    return ingest;
  }

}
