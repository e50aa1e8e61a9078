package dev.varve.image.application.build;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.application.ContentStore;
import dev.varve.image.application.Documents;
import dev.varve.image.application.HeldImages;
import dev.varve.image.application.ImageConfigs;
import dev.varve.image.application.ImageLog;
import dev.varve.image.application.Platforms;
import dev.varve.image.application.ProgressLine;
import dev.varve.image.application.PullImages;
import dev.varve.image.domain.Catalog;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.Reference;
import dev.varve.image.domain.RunConfig;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** The images that FROM and {@code --from} name; pulled when they are not here. Any thread. */
final class BaseImages {
  private final ImageLog images;
  private final ContentStore content;
  private final ImageConfigs configs;
  private final Documents documents;
  private final PullImages pulls;

  BaseImages(
      ImageLog images,
      ContentStore content,
      ImageConfigs configs,
      Documents documents,
      PullImages pulls) {
    this.images = images;
    this.content = content;
    this.configs = configs;
    this.documents = documents;
    this.pulls = pulls;
  }

  /**
   * The image, held for this build.
   *
   * @param platform empty for what is here, or this machine's
   */
  StageState.Base find(
      Build build, String name, Optional<String> platform, ProgressLine.Sink progress)
      throws IOException, InterruptedException {
    String wanted = platform.orElse(build.request().platform());
    Optional<Image> here = build.request().pull() ? Optional.empty() : present(name, wanted);
    Image image = here.isPresent() ? here.get() : pulled(build, name, wanted, progress);
    HeldImages.hold(image, build.lease(), content);
    return new StageState.Base(image, configs.of(image).bytes());
  }

  private Optional<Image> present(String name, String platform) {
    try {
      Image image = images.catalog().resolve(name);
      Optional<Platform> asked = Platforms.wanted(platform);
      return asked.isEmpty() || image.platform().satisfies(asked.get())
          ? Optional.of(image)
          : Optional.empty();
    } catch (ProblemException e) {
      if (e.problem().code() == Problem.Code.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Image pulled(Build build, String name, String platform, ProgressLine.Sink progress)
      throws IOException, InterruptedException {
    Reference reference = Catalog.parse(name, Reference::parse).withDefaultTag();
    PullImages.Request request =
        new PullImages.Request(
            reference.familiar(), "", platform, build.client().credentials(reference.domain()));
    pulls.pull(request, progress, build.cause());
    return images.catalog().resolve(name);
  }

  /** When the image says it was made; the epoch when it does not say. */
  Instant created(StageState.Base base) throws IOException {
    return configs.of(base.image()).config().createdAt().orElse(Instant.EPOCH);
  }

  RunConfig config(StageState.Base base) {
    return documents.runConfig(base.document());
  }
}
