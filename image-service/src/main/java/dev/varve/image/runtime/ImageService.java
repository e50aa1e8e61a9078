package dev.varve.image.runtime;

import dev.varve.eventlog.assembly.FollowedTopic;
import dev.varve.eventlog.assembly.OwnedTopic;
import dev.varve.image.adapter.archive.TarImageArchives;
import dev.varve.image.adapter.content.DirectoryContentStore;
import dev.varve.image.adapter.git.FetchedRepositories;
import dev.varve.image.adapter.grpc.BlobStream;
import dev.varve.image.adapter.grpc.BuildsEndpoint;
import dev.varve.image.adapter.grpc.CommitsEndpoint;
import dev.varve.image.adapter.grpc.ImagesEndpoint;
import dev.varve.image.adapter.grpc.RegistryCalls;
import dev.varve.image.adapter.grpc.RepositoriesEndpoint;
import dev.varve.image.adapter.handed.DirectoryHandedFiles;
import dev.varve.image.adapter.json.JsonDocuments;
import dev.varve.image.adapter.registry.HttpRegistry;
import dev.varve.image.adapter.registry.OperatorTrust;
import dev.varve.image.adapter.remote.HttpDownloads;
import dev.varve.image.adapter.tree.SpooledTrees;
import dev.varve.image.application.ArchiveLimits;
import dev.varve.image.application.BlobCollector;
import dev.varve.image.application.CommitContainer;
import dev.varve.image.application.ContainerChanges;
import dev.varve.image.application.ContainerUses;
import dev.varve.image.application.ContentStore;
import dev.varve.image.application.DeleteHosted;
import dev.varve.image.application.Documents;
import dev.varve.image.application.FetchAhead;
import dev.varve.image.application.HostedContent;
import dev.varve.image.application.ImageArchives;
import dev.varve.image.application.ImageConfigs;
import dev.varve.image.application.ImageLog;
import dev.varve.image.application.ImageNames;
import dev.varve.image.application.ImageQueries;
import dev.varve.image.application.ImportImage;
import dev.varve.image.application.InspectDistribution;
import dev.varve.image.application.LayerFetches;
import dev.varve.image.application.LayerPushes;
import dev.varve.image.application.LoadImages;
import dev.varve.image.application.PruneImages;
import dev.varve.image.application.PullImage;
import dev.varve.image.application.PullImages;
import dev.varve.image.application.PushImage;
import dev.varve.image.application.PushImages;
import dev.varve.image.application.ReceiveManifest;
import dev.varve.image.application.RegistrySettings;
import dev.varve.image.application.SaveImages;
import dev.varve.image.application.ServedImages;
import dev.varve.image.application.Uploads;
import dev.varve.image.application.build.Builds;
import dev.varve.image.application.build.ImageFiles;
import dev.varve.image.application.build.RunOutput;
import dev.varve.image.application.build.Runs;
import dev.varve.image.domain.CatalogState;
import dev.varve.image.domain.CatalogState.HostingState;
import dev.varve.image.domain.CatalogState.ImageState;
import dev.varve.image.domain.ContainerFact;
import dev.varve.image.domain.ContainerUse;
import dev.varve.image.domain.ImageEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The whole image service over topics and a directory that are given to it.
 *
 * <p>Lifecycle: construct, {@link #start} (folds both topics, clears up after a crash), serve
 * {@link #endpoint}, {@link #close} (closes the topics as well).
 */
public final class ImageService implements AutoCloseable {
  private static final Duration CATCH_UP = Duration.ofMinutes(5);

  /** For how long a pull that was cut off can go on where it was. */
  private static final Duration KEPT = Duration.ofDays(1);

  /** Their names are held in memory while a build runs. */
  private static final long MOST_FILES_OF_A_CONTEXT = 1_000_000;

  /** Of this process's memory, what the names of all contexts together may take. */
  private static final int SHARE_OF_NAMES = 3;

  private final OwnedTopic<CatalogState, ImageEvent> images;
  private final FollowedTopic<ContainerUse, ContainerFact> containers;
  private final HttpRegistry registry;
  private final BlobCollector collector;
  private final ImagesEndpoint endpoint;
  private final CommitsEndpoint commits;
  private final RepositoriesEndpoint repositories;
  private final Builds builds;
  private final BuildsEndpoint buildsEndpoint;

  /** What this service reads of the others, over a channel to each. */
  public record Others(ContainerChanges changes, ImageFiles files, RunOutput output) {}

  /**
   * @param content directory of the content store
   * @param contexts directory of what builds copy from; beside it is one for git repositories
   * @param handed directory of what containers of builds see for a while; best in memory
   */
  public ImageService(
      OwnedTopic<CatalogState, ImageEvent> images,
      FollowedTopic<ContainerUse, ContainerFact> containers,
      Path content,
      Path contexts,
      Path handed,
      ArchiveLimits limits,
      RegistrySettings registries,
      Others others)
      throws IOException {
    this.images = images;
    this.containers = containers;
    ContentStore store = new DirectoryContentStore(content, KEPT);
    Documents documents = new JsonDocuments();
    ImageArchives archives = new TarImageArchives(documents, store, limits);
    ImageLog log =
        new ImageLog(
            images.commands(),
            images.ledger(),
            new ContainerUses(containers.log(), containers.ledger()));
    ImageConfigs configs = new ImageConfigs(store, documents);
    FetchAhead ahead = new FetchAhead(log);
    this.collector = new BlobCollector(log, store, configs, ahead);
    this.registry = new HttpRegistry(registries);
    LayerFetches fetches = new LayerFetches(archives, store, log, registries.downloads());
    LayerPushes pushes = new LayerPushes(store, log, registries.uploads());
    PushImage push = new PushImage(store, documents, pushes, log);
    PullImage pull = new PullImage(store, documents, limits, fetches, ahead, log);
    PullImages pulls = new PullImages(registry, pull, log);
    HttpDownloads downloads = new HttpDownloads(new OperatorTrust(registries));
    this.endpoint =
        new ImagesEndpoint(
            new ImageQueries(log, configs),
            new ImageNames(log),
            new PruneImages(log, configs),
            new LoadImages(archives, store, log),
            new ImportImage(
                archives,
                store,
                documents,
                log,
                InstantSource.system(),
                url -> downloads.open(url).bytes()),
            new SaveImages(archives, store, log, configs),
            new BlobStream(store),
            new RegistryCalls(
                pulls,
                new PushImages(registry, push, log),
                new InspectDistribution(registry, store, documents, limits),
                registry));
    ServedImages served = new ServedImages(store, documents, log);
    HostedContent hosted = new HostedContent(store, documents, served, log);
    this.repositories =
        new RepositoriesEndpoint(
            hosted,
            new ReceiveManifest(store, documents, limits, hosted, served, fetches, log),
            new DeleteHosted(store, hosted, log),
            new Uploads(store, log, InstantSource.system(), limits.unpacked()),
            new BlobStream(store));
    this.commits =
        new CommitsEndpoint(
            new CommitContainer(
                others.changes(), store, documents, configs, log, InstantSource.system(), limits));
    this.builds =
        new Builds(
            store,
            documents,
            configs,
            log,
            pulls,
            new Runs(containers.ledger()),
            new Builds.Surroundings(
                new SpooledTrees(
                    contexts,
                    limits.unpacked(),
                    MOST_FILES_OF_A_CONTEXT,
                    Runtime.getRuntime().maxMemory() / SHARE_OF_NAMES),
                downloads,
                new FetchedRepositories(
                    contexts.resolveSibling(contexts.getFileName() + "-git"),
                    limits.unpacked(),
                    new OperatorTrust(registries)),
                others.output(),
                others.files(),
                others.changes(),
                new DirectoryHandedFiles(handed)),
            limits,
            InstantSource.system());
    this.buildsEndpoint = new BuildsEndpoint(builds.build(), builds.runs(), builds.cache());
  }

  /**
   * Returns when both topics are folded up to now and calls can be served.
   *
   * @throws dev.varve.eventlog.LogUnavailableException when the log cannot be read in time
   */
  public void start() throws IOException {
    images
        .ledger()
        .listen(change -> {
          if (change.after() instanceof ImageState.Removed
              || change.after() instanceof HostingState.Dropped) {
            collector.wake();
          }
        });
    containers
        .ledger()
        .listen(change -> {
          if (change.after() == null) {
            collector.wake();
          }
        });
    containers.start(CATCH_UP);
    images.start(CATCH_UP);
    builds.recover();
    collector.start();
  }

  public ImagesEndpoint endpoint() {
    return endpoint;
  }

  public RepositoriesEndpoint repositories() {
    return repositories;
  }

  public BuildsEndpoint builds() {
    return buildsEndpoint;
  }

  public CommitsEndpoint commits() {
    return commits;
  }

  @Override
  public void close() {
    collector.close();
    registry.close();
    images.close();
    containers.close();
  }
}
