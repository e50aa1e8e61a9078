package dev.varve.image.application.build;

import dev.varve.eventlog.CrashPoint;
import dev.varve.image.application.ArchiveLimits;
import dev.varve.image.application.ContainerChanges;
import dev.varve.image.application.ContentStore;
import dev.varve.image.dockerfile.Instruction;
import dev.varve.image.dockerfile.Invocation;
import dev.varve.image.dockerfile.Mount;
import dev.varve.image.domain.CacheKey;
import dev.varve.image.domain.ConfigChanges;
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
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * RUN: a container like any other, made by the container service by this build's wish, and what it
 * changed as a layer. Any thread, each stage's by one.
 */
final class RunStep {
  private static final int SHORT_ID = 12;

  /** Containers of all builds that run at the same time; the rest waits. */
  private static final int MOST_AT_ONCE = 16;

  private final Semaphore places = new Semaphore(MOST_AT_ONCE, true);

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
      Voice voice)
      throws IOException, InterruptedException {
    if (run.security() == Instruction.Security.INSECURE) {
      throw new StepFailure("security.insecure is not allowed");
    }
    Invocation invocation = Invocation.of(run.command(), ConfigChanges.shellOf(state.config()));
    List<String> command =
        invocation.script().isEmpty()
            ? invocation.words()
            : List.of(RunMounts.pathOf(invocation.script().get()));
    String network = network(build, run);
    CacheKey key = key(state, invocation, network, RunMounts.keyOf(wanted, sources));
    return steps.carryOut(
        build,
        state,
        place,
        String.join(" ", command),
        key,
        () -> {
          places.acquire();
          try {
            return make(
                build, state, command, invocation.script(), network, wanted, sources, place, voice);
          } finally {
            places.release();
          }
        });
  }

  private static CacheKey key(
      StageState state, Invocation invocation, String network, List<String> mounts) {
    return new StepKey("run", state.chain())
        .add(invocation.words())
        .add(invocation.script().map(Invocation.Script::content).orElse(""))
        .add(state.scope().env())
        .add(state.scope().args())
        .add(state.config().user())
        .add(state.config().workingDir())
        .add(network)
        .add(mounts)
        .key();
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
      Optional<Invocation.Script> script,
      String network,
      List<Mount> wanted,
      RunMounts.Sources sources,
      StepPlace place,
      Voice voice)
      throws IOException, InterruptedException {
    String containerId = HexFormat.of().formatHex(randomId.get());
    boolean plain = wanted.isEmpty() && script.isEmpty();
    Destination below = plain ? Destination.empty() : files.of(build, state);
    try (RunMounts.Held held =
        mounts.hold(build, wanted, script, below, state.config().workingDir(), sources)) {
      Digest ground = built.ground(build, state, held.cover());
      RunSpec spec =
          new RunSpec(
              build.id(),
              containerId,
              ground,
              command,
              environment(state, held),
              state.config().user(),
              state.config().workingDir(),
              network,
              held.volumes(),
              held.binds(),
              held.tmpfs(),
              build.request().limits(),
              build.request().keepContainers());
      try (Runs.Run run = runs.await(spec)) {
        build.append(new BuildEvent.RunRequested(place, containerId, ground));
        CrashPoint.reach("image.build.run-requested");
        voice.note(" ---> Running in " + containerId.substring(0, SHORT_ID) + "\n");
        finish(run, command, containerId, voice);
        CrashPoint.reach("image.build.run-ended");
        ContentStore.Ingest layer = layer(build, containerId, held);
        boolean keep = build.request().keepContainers();
        if (!keep) {
          voice.note(
              " ---> Removed intermediate container " + containerId.substring(0, SHORT_ID) + "\n");
        }
        return new LayerSteps.Made(
            Optional.of(layer),
            Optional.empty(),
            List.of(new BuildEvent.RunSettled(containerId, keep)),
            Optional.empty(),
            Optional.empty());
      }
    }
  }

  private static List<String> environment(StageState state, RunMounts.Held held) {
    List<String> all = new ArrayList<>(state.scope().runEnvironment());
    all.addAll(held.env());
    return all;
  }

  private void finish(Runs.Run run, List<String> command, String containerId, Voice voice)
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
