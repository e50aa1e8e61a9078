package dev.varve.image.application.build;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.CrashPoint;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.application.ContentStore;
import dev.varve.image.application.ImageLog;
import dev.varve.image.application.ProgressLine;
import dev.varve.image.dockerfile.BuildArguments;
import dev.varve.image.dockerfile.Dockerfile;
import dev.varve.image.dockerfile.DockerfileException;
import dev.varve.image.dockerfile.DockerfileParser;
import dev.varve.image.dockerfile.GoBoolean;
import dev.varve.image.dockerfile.Limits;
import dev.varve.image.dockerfile.NamedContexts;
import dev.varve.image.dockerfile.PathPatterns;
import dev.varve.image.dockerfile.Plan;
import dev.varve.image.domain.AddImages;
import dev.varve.image.domain.Catalog;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ImageEvent;
import dev.varve.image.domain.ImageEvent.BuildEvent;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.Reference;
import dev.varve.image.domain.StepPlace;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * {@code docker build}: the context, the plan, the stages, the image. Whatever goes wrong before
 * {@code ImageBuilt} leaves no image, and no container that nobody owns.
 */
public final class BuildImage {
  private static final Logger LOG = Logger.getLogger(BuildImage.class);
  private static final int ID_BYTES = 16;

  /** The build argument that keeps the {@code .git} of a context. */
  private static final String KEEP_GIT_DIR = "BUILDKIT_CONTEXT_KEEP_GIT_DIR";

  private final FileTrees trees;
  private final ContentStore content;
  private final ImageLog images;
  private final StageBuild.Steps steps;
  private final Supplier<byte[]> randomId;

  /** By the id that its client gave it. */
  private final Map<String, Cancellable> cancellable = new ConcurrentHashMap<>();

  /** What a client sends of files. */
  @FunctionalInterface
  public interface Tars {
    /** The next one, when the last is read to its end. */
    InputStream next();
  }

  /** A build that others can end; its client is still there then, and is told. */
  private static final class Cancellable {
    private final Thread thread = Thread.currentThread();
    private volatile boolean cancelled;

    private void cancel() {
      cancelled = true;
      thread.interrupt();
    }
  }

  BuildImage(
      FileTrees trees,
      ContentStore content,
      ImageLog images,
      StageBuild.Steps steps,
      Supplier<byte[]> randomId) {
    this.trees = trees;
    this.content = content;
    this.images = images;
    this.steps = steps;
    this.randomId = randomId;
  }

  /**
   * Builds, and tells of it line by line; what goes wrong after the first line is a line, too.
   *
   * @param tars the context, and those that have names
   * @param client asked once the context is whole
   * @throws ProblemException when it is refused before anything was told, with Docker's text
   * @throws InterruptedException when the client went away
   */
  public void run(
      BuildRequest request, Tars tars, ProgressLine.Sink sink, BuildClient client, Cause cause)
      throws IOException, InterruptedException {
    List<Reference> references = references(request);
    if (request.squash()) {
      throw invalid("squash is only supported with experimental mode");
    }
    String id = HexFormat.of().formatHex(randomId.get(), 0, ID_BYTES);
    Cancellable cancellation = new Cancellable();
    if (!request.cancelId().isEmpty()) {
      cancellable.put(request.cancelId(), cancellation);
    }
    ContentStore.Lease lease = content.lease();
    InputStream body = tars.next();
    try (FileTree sent = context(request, body);
        SentContexts named = SentContexts.read(request.directories(), body, tars, trees)) {
      Plan plan = plan(request, dockerfile(request, sent));
      Optional<Instant> epoch = plan.globals().sourceDateEpoch().map(Instant::ofEpochSecond);
      Build build =
          new Build(
              id,
              request,
              client,
              cause,
              lease,
              images,
              epoch,
              steps.imported().of(request.cacheFrom()),
              new Build.Pending());
      Optional<PathPatterns> ignored = ignored(request, sent);
      StageRuns.Sources sources =
          new StageRuns.Sources(
              Context.without(sent, ignored), ignored.orElse(PathPatterns.NONE), named.byName());
      build(build, plan, references, sources, sink);
    } catch (DockerfileException e) {
      throw invalid(String.valueOf(e.getMessage()));
    } catch (InterruptedException | IOException e) {
      if (!cancellation.cancelled) {
        throw e;
      }
      var _ = Thread.interrupted();
      sink.send(new ProgressLine.Failure("context canceled", 0, Optional.empty()));
    } finally {
      cancellable.remove(request.cancelId(), cancellation);
      lease.release(images::referencedBlobs);
    }
  }

  private FileTree context(BuildRequest request, InputStream body)
      throws IOException, InterruptedException {
    if (request.remote().isEmpty()) {
      return trees.read(body);
    }
    boolean whole = GoBoolean.parse(request.args().getOrDefault(KEEP_GIT_DIR, "")).orElse(false);
    return steps.remotes().context(request.remote(), request.dockerfilePath(), whole);
  }

  /**
   * Ends a build.
   *
   * @throws ProblemException NOT_FOUND when none has this id
   */
  public void cancel(String cancelId) {
    Cancellable build = cancellable.get(cancelId);
    if (build == null) {
      throw new Problem(Problem.Code.NOT_FOUND, "no build job for ID " + cancelId).asException();
    }
    build.cancel();
  }

  private static List<Reference> references(BuildRequest request) {
    List<Reference> references = new ArrayList<>();
    for (String tag : request.tags()) {
      Reference reference = Catalog.parse(tag, Reference::parse);
      if (reference.digest().isPresent()) {
        throw invalid("build tag cannot contain a digest");
      }
      if (!references.contains(reference.withDefaultTag())) {
        references.add(reference.withDefaultTag());
      }
    }
    return references;
  }

  private static Dockerfile dockerfile(BuildRequest request, FileTree context) throws IOException {
    String path = request.dockerfilePath();
    if (request.given().isPresent()) {
      byte[] text = request.given().get().dockerfile();
      requireSize(path, text.length);
      return DockerfileParser.parse(text);
    }
    Optional<FileNode> file = context.follow(FileNode.bytes(path));
    if (file.isEmpty() && request.dockerfile().isEmpty()) {
      file = context.follow("dockerfile");
    }
    if (file.filter(FileNode::isRegular).isEmpty()) {
      throw invalid("Cannot locate specified Dockerfile: " + path);
    }
    requireSize(path, file.get().size());
    try (InputStream bytes = context.open(file.get())) {
      return DockerfileParser.parse(bytes.readNBytes(Limits.FILE_BYTES));
    }
  }

  private static void requireSize(String path, long size) {
    if (size == 0) {
      throw invalid("The Dockerfile (" + path + ") cannot be empty");
    }
    if (size > Limits.FILE_BYTES) {
      throw invalid("The Dockerfile (" + path + ") is larger than " + Limits.FILE_BYTES + " bytes");
    }
  }

  private static Optional<PathPatterns> ignored(BuildRequest request, FileTree context)
      throws IOException {
    Optional<byte[]> given = request.given().flatMap(BuildRequest.Given::ignore);
    if (given.isPresent()) {
      return given.map(PathPatterns::ofIgnoreFile);
    }
    for (String name : PathPatterns.ignoreFiles(request.dockerfilePath())) {
      Optional<FileNode> file = context.follow(FileNode.bytes(name)).filter(FileNode::isRegular);
      if (file.isPresent() && file.get().size() <= Limits.FILE_BYTES) {
        try (InputStream bytes = context.open(file.get())) {
          return Optional.of(PathPatterns.ofIgnoreFile(bytes.readNBytes(Limits.FILE_BYTES)));
        }
      }
    }
    return Optional.empty();
  }

  private static Plan plan(BuildRequest request, Dockerfile file) {
    String host = Platform.HOST.shown();
    String target = request.platform().isEmpty() ? host : request.platform();
    NamedContexts contexts = new NamedContexts(request.images(), Set.copyOf(request.directories()));
    return Plan.of(
        file, new BuildArguments(request.args(), host, target, request.target(), contexts));
  }

  private void build(
      Build build,
      Plan plan,
      List<Reference> references,
      StageRuns.Sources sources,
      ProgressLine.Sink sink)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    build.append(
        new BuildEvent.BuildStarted(
            build.id(), build.request().dockerfilePath(), build.request().target(), references));
    CrashPoint.reach("image.build.started");
    try {
      StageRuns runs = new StageRuns(steps, build, plan, sources, sink);
      StageState last = runs.carryOut();
      Image image = steps.built().store(build, last);
      record(build, image, references, Duration.ofNanos(System.nanoTime() - began));
      runs.tell(image, references);
    } catch (StepFailure e) {
      fail(build, new BuildEvent.BuildFailed(e.text(), e.place()));
      sink.send(new ProgressLine.Failure(e.text(), e.exitCode(), e.place().map(BuildImage::lines)));
    } catch (InterruptedException e) {
      fail(build, new BuildEvent.BuildFailed("cancelled", Optional.empty()));
      throw e;
    } catch (IOException | RuntimeException e) {
      fail(build, new BuildEvent.BuildFailed(String.valueOf(e.getMessage()), Optional.empty()));
      throw e;
    }
  }

  private void record(Build build, Image image, List<Reference> references, Duration took) {
    CrashPoint.reach("image.build.image-committed");
    AddImages command = new AddImages(List.of(new AddImages.Arrival(image, references)), Set.of());
    List<Decision.Draft<ImageEvent>> noted = build.noted();
    var _ =
        images.run(
            build.cause(),
            catalog -> {
              List<Decision.Draft<ImageEvent>> events =
                  new ArrayList<>(command.decide(catalog).events());
              events.addAll(noted);
              events.add(build.draft(new BuildEvent.ImageBuilt(image.id(), references, took)));
              events.addAll(build.groundsLeaving());
              return new Decision.Accepted<ImageEvent, Boolean>(List.copyOf(events), true);
            });
    CrashPoint.reach("image.build.recorded");
  }

  private static ProgressLine.Lines lines(StepPlace place) {
    return new ProgressLine.Lines(place.firstLine(), place.lastLine());
  }

  /** However it went, its end is on record: an interrupt must not prevent that. */
  private void fail(Build build, BuildEvent.BuildFailed failed) {
    boolean interrupted = Thread.interrupted();
    try {
      List<Decision.Draft<ImageEvent>> events = new ArrayList<>();
      events.add(build.draft(failed));
      events.addAll(build.groundsLeaving());
      build.append(events);
    } catch (LogUnavailableException e) {
      LOG.warnf(e, "the end of build %s was not recorded; the next start records it", build.id());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static ProblemException invalid(String text) {
    return new Problem(Problem.Code.INVALID, text).asException();
  }
}
