package dev.varve.image.application.build;

import dev.varve.eventlog.ProblemException;
import dev.varve.image.application.ImageConfigs;
import dev.varve.image.application.ImageLog;
import dev.varve.image.domain.CacheKey;
import dev.varve.image.domain.CachedStep;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ImageConfig;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What images tell of the steps that made them: a build writes each step's key beside it into the
 * history. Asked of images only that a user named, for an image can say what it likes.
 */
final class ImportedCache {
  private static final String MARK = "varve.build.key=";
  private static final int KEY_LENGTH = 64;

  private final ImageLog images;
  private final ImageConfigs configs;

  ImportedCache(ImageLog images, ImageConfigs configs) {
    this.images = images;
    this.configs = configs;
  }

  /** As a history's comment. */
  static String comment(CacheKey key) {
    return MARK + key.hex();
  }

  /** By key; what is not here says nothing. */
  Map<CacheKey, CachedStep> of(List<String> names) throws IOException {
    Map<CacheKey, CachedStep> steps = new HashMap<>();
    for (String name : names) {
      try {
        add(images.catalog().resolve(name), steps);
      } catch (ProblemException e) {
        // As Docker has it: an image that is not here is no cache.
      }
    }
    return steps;
  }

  private void add(Image image, Map<CacheKey, CachedStep> steps) throws IOException {
    int layer = 0;
    for (ImageConfig.Entry entry : configs.of(image).config().history()) {
      if (entry.emptyLayer() || layer == image.layers().size()) {
        continue;
      }
      String comment = entry.comment();
      if (comment.length() == MARK.length() + KEY_LENGTH && comment.startsWith(MARK)) {
        CacheKey key = new CacheKey(comment.substring(MARK.length()));
        steps.put(
            key,
            new CachedStep(
                key,
                Optional.of(image.layers().get(layer)),
                entry.createdBy(),
                entry.created().orElse(Instant.EPOCH),
                Optional.empty()));
      }
      layer++;
    }
  }
}
