package dev.varve.gateway.buildkit;

import com.google.protobuf.ByteString;
import dev.varve.api.image.v1.BuildOptions;
import dev.varve.api.image.v1.BuildRequest;
import dev.varve.api.image.v1.BuildStep;
import dev.varve.api.image.v1.BuildsGrpc;
import dev.varve.api.image.v1.GivenDockerfile;
import dev.varve.api.image.v1.Progress;
import dev.varve.api.transport.CallContext;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * One run of the builder for a client of BuildKit's: its files go in, its steps come out. Used
 * once, on the thread of the call that asked for it; all that it begins ends with that call.
 */
final class FrontendRun {
  private static final Logger LOG = Logger.getLogger(FrontendRun.class);
  private static final String DOCKERFILE = "dockerfile";
  private static final String IGNORE = "ignore";
  private static final String BASES = "bases";
  private static final String EXPORT = "export";

  private final Channel images;
  private final CallContext caller;
  private final Session session;
  private final ClientAnswers answers;
  private final Solve solve;
  private final Vertices vertices;
  private final FrontendOptions frontend;
  private byte[] dockerfile = {};
  private String lastStep = BASES;
  private String imageId = "";

  /**
   * @param agents closed by who gave them
   */
  FrontendRun(
      Channel images,
      CallContext caller,
      Session session,
      AgentSockets agents,
      Solve solve,
      FrontendOptions frontend) {
    this.answers = new ClientAnswers(session, agents);
    this.images = images;
    this.caller = caller;
    this.session = session;
    this.solve = solve;
    this.vertices = solve.vertices();
    this.frontend = frontend;
  }

  void run() throws IOException, InterruptedException, StatusException {
    try {
      List<String> tags = Exports.tags(solve.request());
      BuildOptions.Builder options = frontend.options().toBuilder().addAllTags(tags);
      Optional<byte[]> ignore = Optional.empty();
      if (frontend.ownDirectory().isPresent()) {
        Map<String, byte[]> files = definition(frontend.ownDirectory().get());
        dockerfile = dockerfile(files);
        ignore = ignoreFile(files);
        GivenDockerfile.Builder given =
            GivenDockerfile.newBuilder().setText(ByteString.copyFrom(dockerfile));
        ignore.ifPresent(it -> given.setIgnore(ByteString.copyFrom(it)));
        options.setGiven(given);
      }
      BlockingClientCall<BuildRequest, Progress> call =
          BuildsGrpc.newBlockingV2Stub(images).withInterceptors(caller.asInterceptor()).build();
      call.write(BuildRequest.newBuilder().setOptions(options).build());
      build(call, ignore.map(IgnoreFile::patterns).orElse(List.of()));
      export(tags);
    } catch (IOException | StatusException e) {
      StatusException shown = Faults.shown(e);
      vertices.endAll(Faults.text(shown.getStatus()));
      throw shown;
    }
  }

  private Map<String, byte[]> definition(String directory)
      throws IOException, InterruptedException, StatusException {
    String name = frontend.dockerfile();
    vertices.begin(DOCKERFILE, "[internal] load build definition from " + name);
    Map<String, byte[]> files =
        new ClientDirectory(session, directory)
            .read(List.of(name, name.toLowerCase(Locale.ROOT), name + ".dockerignore"));
    long size = files.values().stream().mapToLong(it -> it.length).sum();
    vertices.part(DOCKERFILE, "transferring dockerfile:", size, 0, true);
    vertices.end(DOCKERFILE, false, "");
    return files;
  }

  private byte[] dockerfile(Map<String, byte[]> files) throws StatusException {
    String name = frontend.dockerfile();
    byte[] exact = files.get(name);
    if (exact == null && name.equals("Dockerfile")) {
      exact = files.get("dockerfile");
    }
    if (exact == null) {
      throw Faults.of("failed to read dockerfile: open " + name + ": no such file or directory");
    }
    return exact;
  }

  /** Empty when it is in a source that only the builder sees. */
  private Optional<byte[]> ignoreFile(Map<String, byte[]> files)
      throws IOException, InterruptedException, StatusException {
    byte[] own = files.get(frontend.dockerfile() + ".dockerignore");
    if (own != null || !(frontend.source() instanceof BuildSource.Directory(String directory))) {
      return Optional.ofNullable(own);
    }
    vertices.begin(IGNORE, "[internal] load .dockerignore");
    byte[] common = new ClientDirectory(session, directory).ignoreFile();
    vertices.part(IGNORE, "transferring context:", common.length, 0, true);
    vertices.end(IGNORE, false, "");
    return Optional.of(common);
  }

  private void build(BlockingClientCall<BuildRequest, Progress> call, List<String> ignored)
      throws IOException, InterruptedException, StatusException {
    ContextSender sender = new ContextSender(session, vertices, frontend);
    AtomicReference<Exception> lost = new AtomicReference<>();
    Runnable upload =
        Context.current()
            .wrap(() -> {
              try {
                sender.send(call, ignored);
              } catch (ContextParts.NotWantedException e) {
                LOG.debug("a build was over before its context had come");
              } catch (IOException | StatusException | InterruptedException | RuntimeException e) {
                lost.set(e);
                call.cancel("the context did not come", e);
              }
            });
    Thread sending = Thread.ofVirtual().name("build-context").start(upload);
    try {
      for (Progress news = call.read(); news != null; news = call.read()) {
        if (news.hasQuestion()) {
          // The context is whole by now: nobody else writes.
          sending.join();
          call.write(BuildRequest.newBuilder().setAnswer(answers.to(news.getQuestion())).build());
        } else {
          tell(news);
        }
      }
    } catch (StatusException e) {
      Exception cause = lost.get();
      throw cause == null ? e : Faults.shown(cause);
    } finally {
      call.cancel("over", null);
      sending.join();
    }
  }

  private void tell(Progress news) throws StatusException {
    if (!news.getError().isEmpty()) {
      throw news.getFirstLine() > 0 && dockerfile.length > 0
          ? BuildFailure.at(
              news.getError(),
              frontend.dockerfile(),
              dockerfile,
              news.getFirstLine(),
              news.getLastLine())
          : Faults.of(news.getError());
    }
    if (news.hasStep()) {
      vertices.end(BASES, false, "");
      tell(news.getStep());
    } else if (!news.getBuilt().isEmpty()) {
      imageId = news.getBuilt();
    } else if (!news.getWarning().isEmpty()) {
      vertices.warn(lastStep, news.getWarning());
    } else if (!news.getId().isEmpty() || !news.getStatus().isEmpty()) {
      vertices.begin(BASES, "[internal] load base images");
      boolean part = news.hasCurrent();
      String id = (news.getId() + " " + news.getStatus()).strip();
      vertices.part(BASES, id, news.getCurrent(), news.getTotal(), !part);
    }
  }

  private void tell(BuildStep step) {
    String key = "step " + step.getNumber();
    switch (step.getNewsCase()) {
      case BEGUN -> {
        lastStep = key;
        vertices.begin(key, step.getBegun());
      }
      case OUTPUT -> vertices.output(key, false, step.getOutput());
      case ERROR_OUTPUT -> vertices.output(key, true, step.getErrorOutput());
      case END -> vertices.end(key, step.getEnd().getCached(), step.getEnd().getError());
      case NEWS_NOT_SET -> {}
    }
  }

  /** What is done already, told as BuildKit's users know it. */
  private void export(List<String> tags) throws StatusException {
    if (imageId.isEmpty()) {
      throw Status.UNKNOWN.withDescription("the builder made no image").asException();
    }
    vertices.begin(EXPORT, "exporting to image");
    vertices.part(EXPORT, "writing image " + imageId, 0, 0, true);
    tags.forEach(tag -> vertices.part(EXPORT, "naming to " + tag, 0, 0, true));
    vertices.end(EXPORT, false, "");
    Map<String, String> exported = new LinkedHashMap<>();
    exported.put("containerimage.digest", imageId);
    exported.put("containerimage.config.digest", imageId);
    if (!tags.isEmpty()) {
      exported.put("image.name", String.join(",", tags));
    }
    solve.built(exported);
  }
}
