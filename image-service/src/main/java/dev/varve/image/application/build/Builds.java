package dev.varve.image.application.build;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Decision;
import dev.varve.image.application.ArchiveLimits;
import dev.varve.image.application.ContainerChanges;
import dev.varve.image.application.ContentStore;
import dev.varve.image.application.Documents;
import dev.varve.image.application.ImageConfigs;
import dev.varve.image.application.ImageLog;
import dev.varve.image.application.PullImages;
import dev.varve.image.domain.CatalogState.RunningBuild;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ImageEvent;
import dev.varve.image.domain.ImageEvent.BuildEvent;
import dev.varve.image.domain.Subjects;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** All that builds are made of, put together. */
public final class Builds {
  private static final int ID_BYTES = 32;
  private static final Cause RECOVERY = new Cause("service:image", "recovery:builds", "");

  private final ImageLog images;
  private final BuildImage build;
  private final BuildCache cache;
  private final Runs runs;

  /**
   * The world around builds.
   *
   * @param downloads files from elsewhere
   * @param repositories and repositories of files
   * @param output what containers write
   * @param files what images hold
   * @param changes what containers changed
   * @param handed what clients hand over for one command
   */
  public record Surroundings(
      FileTrees trees,
      Downloads downloads,
      GitRepositories repositories,
      RunOutput output,
      ImageFiles files,
      ContainerChanges changes,
      HandedFiles handed) {}

  public Builds(
      ContentStore content,
      Documents documents,
      ImageConfigs configs,
      ImageLog images,
      PullImages pulls,
      Runs runs,
      Surroundings around,
      ArchiveLimits limits,
      InstantSource clock) {
    this.images = images;
    this.runs = runs;
    this.cache = new BuildCache(images, content);
    BuiltImages built = new BuiltImages(documents);
    LayerSteps layers = new LayerSteps(content, images, clock);
    StageFiles files = new StageFiles(around.files(), built);
    CopyStep copies = new CopyStep(around.trees(), files, layers);
    SecureRandom random = new SecureRandom();
    Supplier<byte[]> ids =
        () -> {
          byte[] id = new byte[ID_BYTES];
          random.nextBytes(id);
          return id;
        };
    RunStep steps =
        new RunStep(
            runs,
            around.output(),
            around.changes(),
            around.trees(),
            built,
            layers,
            new RunMounts(around.trees(), around.handed()),
            files,
            limits,
            ids);
    this.build =
        new BuildImage(
            around.trees(),
            content,
            images,
            new StageBuild.Steps(
                new BaseImages(images, content, configs, documents, pulls),
                new ImportedCache(images, configs),
                steps,
                copies,
                new RemoteSources(
                    copies,
                    around.trees(),
                    around.downloads(),
                    new GitFiles(around.repositories(), around.trees())),
                files,
                around.trees(),
                around.files(),
                layers,
                built),
            ids);
  }

  /** At start: what a dead process was building has failed, and its grounds go. */
  public void recover() {
    List<Decision.Draft<ImageEvent>> events = new ArrayList<>();
    for (RunningBuild dead : images.catalog().runningBuilds()) {
      events.add(
          new Decision.Draft<>(
              Subjects.build(dead.buildId()),
              new BuildEvent.BuildFailed("the engine ended while it ran", dead.place())));
    }
    Set<Digest> grounds =
        images.catalog().grounds().stream().map(Image::id).collect(Collectors.toSet());
    events.addAll(Build.removals(images, grounds));
    if (!events.isEmpty()) {
      var _ = images.run(RECOVERY, _ -> new Decision.Accepted<>(List.copyOf(events), true));
    }
  }

  public BuildImage build() {
    return build;
  }

  public BuildCache cache() {
    return cache;
  }

  public Runs runs() {
    return runs;
  }
}
