package dev.varve.image.application.build;

import dev.varve.image.application.ContentStore;
import dev.varve.image.dockerfile.Invocation;
import dev.varve.image.dockerfile.Mount;
import dev.varve.image.domain.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * What RUN --mount puts into the container. Caches are volumes. Files of the context, a stage or an
 * image are a layer on top of what the container stands on, for this one run: no mount can lead
 * anywhere then, and what is written there is not among the changes that are taken. Any thread.
 */
final class RunMounts {
  private static final int SHORT = 24;
  private static final int DEFAULT_MODE = 0755;

  /** A directory at the root that is in no layer. */
  private static final String SCRIPTS = ".varve-build";

  private final FileTrees trees;
  private final HandedFiles handed;

  /** By volume: who has a locked cache. */
  private final Map<String, Semaphore> locks = new ConcurrentHashMap<>();

  RunMounts(FileTrees trees, HandedFiles handed) {
    this.trees = trees;
    this.handed = handed;
  }

  /** Where files of mounts come from, in one stage. */
  interface Sources {
    /**
     * The files at a path; closed by who asked.
     *
     * @param from as the mount says; empty for the context
     */
    FileTree open(Optional<String> from, String path) throws IOException, InterruptedException;

    /** Names all that may be at the path. */
    String key(Optional<String> from, String path) throws IOException, InterruptedException;
  }

  /** The mounts of one run; to be closed when it is over. */
  static final class Held implements AutoCloseable {
    private final String workingDir;
    private final HandedFiles handed;
    private final List<RunSpec.Volume> volumes = new ArrayList<>();
    private final List<RunSpec.Bind> binds = new ArrayList<>();
    private final List<Path> secrets = new ArrayList<>();
    private final List<String> env = new ArrayList<>();
    private int agents;
    private final Map<String, String> tmpfs = new HashMap<>();
    private final Set<String> points = new HashSet<>();
    private final Set<String> covered = new HashSet<>();
    private final List<Semaphore> taken = new ArrayList<>();
    private Optional<ContentStore.Ingest> cover = Optional.empty();

    private Held(String workingDir, HandedFiles handed) {
      this.workingDir = workingDir;
      this.handed = handed;
    }

    private String absolute(String target) {
      return target.startsWith("/") ? target : workingDir + "/" + target;
    }

    List<RunSpec.Volume> volumes() {
      return volumes;
    }

    List<RunSpec.Bind> binds() {
      return binds;
    }

    /** Besides what the stage says. */
    List<String> env() {
      return env;
    }

    Map<String, String> tmpfs() {
      return tmpfs;
    }

    /** A layer to lie on top of what the container stands on. */
    Optional<ContentStore.Ingest> cover() {
      return cover;
    }

    /** Whether a change is not one of the step's: a byte string without slashes at its ends. */
    boolean isForeign(String path) {
      return points.contains(path)
          || covered.stream().anyMatch(it -> path.equals(it) || path.startsWith(it + "/"));
    }

    boolean isEmpty() {
      return points.isEmpty() && covered.isEmpty();
    }

    @Override
    public void close() {
      taken.forEach(Semaphore::release);
      secrets.forEach(handed::remove);
    }
  }

  /** What of the mounts the result of a run depends on. */
  static List<String> keyOf(List<Mount> mounts, Sources sources)
      throws IOException, InterruptedException {
    List<String> keys = new ArrayList<>();
    for (Mount mount : mounts) {
      keys.add(mount.toString());
      if (mount instanceof Mount.Bind bind) {
        keys.add(sources.key(bind.from(), bind.source()));
      }
    }
    return keys;
  }

  /**
   * @param below what the container stands on
   * @param workingDir that relative targets begin at
   */
  Held hold(
      Build build,
      List<Mount> mounts,
      Optional<Invocation.Script> script,
      Destination below,
      String workingDir,
      Sources sources)
      throws IOException, InterruptedException {
    Held held = new Held(workingDir, handed);
    List<FileTree> opened = new ArrayList<>();
    boolean complete = false;
    try {
      CopiedFiles files = new CopiedFiles(below, (node, _) -> node, Optional.empty());
      for (Mount mount : mounts) {
        add(build, held, mount, below, files, sources, opened);
      }
      if (script.isPresent()) {
        addScript(held, script.get(), files, opened);
      }
      if (!files.isEmpty()) {
        held.cover = files.made(trees, build.lease()).layer();
      }
      complete = true;
      return held;
    } finally {
      opened.forEach(FileTree::close);
      if (!complete) {
        held.close();
      }
    }
  }

  private void add(
      Build build,
      Held held,
      Mount mount,
      Destination below,
      CopiedFiles files,
      Sources sources,
      List<FileTree> opened)
      throws IOException, InterruptedException {
    switch (mount) {
      case Mount.Tmpfs(String target, long size, boolean readOnly) -> {
        String options = (readOnly ? "ro" : "rw") + (size > 0 ? ",size=" + size : "");
        held.tmpfs.put(held.absolute(target), options);
        held.points.add(files.resolve(FileNode.bytes(held.absolute(target))));
      }
      case Mount.Cache cache -> addCache(build, held, cache, files, sources, opened);
      case Mount.Secret secret -> addSecret(build, held, secret, below);
      case Mount.Ssh ssh -> addAgent(build, held, ssh, below);
      case Mount.Bind bind -> {
        String path = files.resolve(FileNode.bytes(held.absolute(bind.target())));
        held.covered.add(path);
        cover(files, path, bind.from(), bind.source(), sources, opened);
      }
    }
  }

  private void addSecret(Build build, Held held, Mount.Secret secret, Destination below)
      throws IOException, InterruptedException {
    Optional<byte[]> value = build.client().secret(secret.id());
    if (value.isEmpty()) {
      if (secret.required()) {
        throw new StepFailure("secret " + secret.id() + ": not found");
      }
      return;
    }
    secret
        .env()
        .ifPresent(
            name -> held.env.add(name + "=" + new String(value.get(), StandardCharsets.UTF_8)));
    if (secret.target().isPresent()) {
      Path file = handed.put(value.get(), secret.access());
      held.secrets.add(file);
      bind(held, file, secret.target().get(), true, below);
    }
  }

  private void addAgent(Build build, Held held, Mount.Ssh ssh, Destination below)
      throws IOException, InterruptedException {
    Optional<Path> socket = build.client().agent(ssh.id());
    if (socket.isEmpty()) {
      if (ssh.required()) {
        throw new StepFailure("unset ssh forward key " + ssh.id());
      }
      return;
    }
    handed.give(socket.get(), ssh.access());
    String target = ssh.target().orElse("/run/buildkit/ssh_agent." + held.agents);
    if (held.agents == 0) {
      held.env.add("SSH_AUTH_SOCK=" + held.absolute(target));
    }
    held.agents++;
    bind(held, socket.get(), target, false, below);
  }

  /** What has to be made for it is no change of the step's. */
  private static void bind(
      Held held, Path source, String target, boolean readOnly, Destination below)
      throws IOException, InterruptedException {
    held.binds.add(new RunSpec.Bind(source, held.absolute(target), readOnly));
    String path = below.resolve(FileNode.bytes(held.absolute(target))).path();
    held.points.add(path);
    for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      String parent = path.substring(0, slash);
      if (below.resolve(parent).node().isEmpty()) {
        held.points.add(parent);
      }
    }
  }

  /** Where a script is while it runs: the place that its name gives is hidden in a container. */
  static String pathOf(Invocation.Script script) {
    return "/" + SCRIPTS + script.path().substring(script.path().lastIndexOf('/'));
  }

  private void addScript(
      Held held, Invocation.Script script, CopiedFiles files, List<FileTree> opened)
      throws IOException, InterruptedException {
    byte[] text = script.content().getBytes(StandardCharsets.UTF_8);
    String path = FileNode.bytes(pathOf(script).substring(1));
    FileTree tree =
        trees.single(
            FileNode.file(path, text.length).withMode(DEFAULT_MODE),
            new ByteArrayInputStream(text));
    opened.add(tree);
    FileNode node = tree.node(path).orElseThrow();
    files.cover(new SourceItem(tree, node, node.name(), Optional.empty(), false), path);
    held.covered.add(SCRIPTS);
  }

  private static void cover(
      CopiedFiles files,
      String path,
      Optional<String> from,
      String source,
      Sources sources,
      List<FileTree> opened)
      throws IOException, InterruptedException {
    FileTree tree = sources.open(from, source);
    opened.add(tree);
    String wanted = FileNode.bytes(String.join("/", FileTree.parts(source)));
    FileNode node =
        tree.follow(wanted)
            .orElseThrow(() ->
                new StepFailure(
                    "failed to compute cache key: \"/" + FileNode.text(wanted) + "\": not found"));
    files.cover(new SourceItem(tree, node, node.name(), Optional.empty(), false), path);
  }

  private void addCache(
      Build build,
      Held held,
      Mount.Cache cache,
      CopiedFiles files,
      Sources sources,
      List<FileTree> opened)
      throws IOException, InterruptedException {
    boolean own = cache.sharing() == Mount.Sharing.PRIVATE;
    String volume = volume(cache.id() + (own ? "\0" + build.id() : ""));
    if (cache.sharing() == Mount.Sharing.LOCKED) {
      Semaphore lock = locks.computeIfAbsent(volume, _ -> new Semaphore(1, true));
      lock.acquire();
      held.taken.add(lock);
    }
    String path = files.resolve(FileNode.bytes(held.absolute(cache.target())));
    Mount.Access access = cache.access();
    boolean plain = access.uid() == 0 && access.gid() == 0 && access.mode() == DEFAULT_MODE;
    boolean filled = cache.from().isPresent() || !plain;
    if (cache.from().isPresent()) {
      cover(files, path, cache.from(), cache.source(), sources, opened);
    }
    if (filled) {
      // A new volume takes over what is at its target.
      files.setDirectory(
          FileNode.directory(path).ownedBy(access.uid(), access.gid()).withMode(access.mode()));
      held.covered.add(path);
    }
    held.volumes.add(
        new RunSpec.Volume(volume, held.absolute(cache.target()), cache.readOnly(), filled));
    held.points.add(path);
  }

  /** Whatever the id holds, the name is one that a volume can have. */
  private static String volume(String id) {
    return "build-cache-"
        + Digest.of(id.getBytes(StandardCharsets.UTF_8)).hex().substring(0, SHORT);
  }
}
