package dev.varve.image.runtime;

import dev.varve.eventlog.StateCodec;
import dev.varve.eventlog.adapter.jackson.JsonStateCodec;
import dev.varve.eventlog.assembly.TopicModel;
import dev.varve.image.adapter.events.ContainerFactCodec;
import dev.varve.image.adapter.events.ImageEventCodec;
import dev.varve.image.domain.CatalogEvolution;
import dev.varve.image.domain.CatalogState;
import dev.varve.image.domain.CatalogState.CacheEntry;
import dev.varve.image.domain.CatalogState.FetchedLayer;
import dev.varve.image.domain.CatalogState.HostingState;
import dev.varve.image.domain.CatalogState.ImageState;
import dev.varve.image.domain.CatalogState.Packing;
import dev.varve.image.domain.CatalogState.ReferenceState;
import dev.varve.image.domain.CatalogState.RunningBuild;
import dev.varve.image.domain.CatalogState.TaggedManifest;
import dev.varve.image.domain.ContainerFact;
import dev.varve.image.domain.ContainerUse;
import dev.varve.image.domain.ContainerUseEvolution;
import dev.varve.image.domain.ImageEvent;
import java.util.Map;

/** How this service understands the topics it reads. */
public final class ImageModels {
  /** See {@link StateCodec#version}. */
  private static final int STATE_VERSION = 5;

  private ImageModels() {}

  public static TopicModel<CatalogState, ImageEvent> images() {
    return new TopicModel<>("image", new ImageEventCodec(), new CatalogEvolution());
  }

  public static TopicModel<ContainerUse, ContainerFact> containers() {
    return new TopicModel<>("container", new ContainerFactCodec(), new ContainerUseEvolution());
  }

  static StateCodec<CatalogState> states() {
    return JsonStateCodec.of(
        CatalogState.class,
        STATE_VERSION,
        Map.ofEntries(
            Map.entry("present", ImageState.Present.class),
            Map.entry("removed", ImageState.Removed.class),
            Map.entry("reference", ReferenceState.class),
            Map.entry("fetched", FetchedLayer.class),
            Map.entry("tagged", TaggedManifest.class),
            Map.entry("hosted", HostingState.Hosted.class),
            Map.entry("dropped", HostingState.Dropped.class),
            Map.entry("packing", Packing.class),
            Map.entry("ground", ImageState.Ground.class),
            Map.entry("building", RunningBuild.class),
            Map.entry("cache", CacheEntry.class)));
  }
}
