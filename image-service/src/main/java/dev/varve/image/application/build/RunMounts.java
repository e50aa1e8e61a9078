package dev.varve.image.application.build;

import dev.varve.image.dockerfile.Mount;
import dev.varve.image.domain.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** What RUN --mount puts into the container. Any thread. */
final class RunMounts {
  private static final int SHORT = 24;

  /** By volume: who has a locked cache. */
  private final Map<String, Semaphore> locks = new ConcurrentHashMap<>();

  /** The mounts of one run; to be closed when it is over. */
  static final class Held implements AutoCloseable {
    private final List<RunSpec.Volume> volumes = new ArrayList<>();
    private final Map<String, String> tmpfs = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private final Set<String> targets = new HashSet<>();
    private final List<Semaphore> taken = new ArrayList<>();

    List<RunSpec.Volume> volumes() {
      return volumes;
    }

    Map<String, String> tmpfs() {
      return tmpfs;
    }

    Map<String, String> environment() {
      return environment;
    }

    /** Where something is mounted; byte strings without a slash at either end. */
    Set<String> targets() {
      return targets;
    }

    @Override
    public void close() {
      taken.forEach(Semaphore::release);
    }
  }

  /** What of the mounts the result of a run depends on. */
  List<String> keyOf(List<Mount> mounts) {
    return mounts.stream().map(Object::toString).toList();
  }

  Held hold(Build build, List<Mount> mounts) throws InterruptedException {
    Held held = new Held();
    try {
      for (Mount mount : mounts) {
        add(build, held, mount);
      }
      return held;
    } catch (InterruptedException | RuntimeException e) {
      held.close();
      throw e;
    }
  }

  private void add(Build build, Held held, Mount mount) throws InterruptedException {
    switch (mount) {
      case Mount.Tmpfs(String target, long size) -> {
        held.tmpfs.put(target, size > 0 ? "size=" + size : "");
        held.targets.add(relative(target));
      }
      case Mount.Cache cache -> addCache(build, held, cache);
      case Mount.Secret secret -> {
        if (secret.required()) {
          throw new StepFailure("secret " + secret.id() + ": not found");
        }
      }
      case Mount.Ssh ssh -> {
        if (ssh.required()) {
          throw new StepFailure("unset ssh forward key " + ssh.id());
        }
      }
      case Mount.Bind bind ->
          throw new StepFailure("RUN --mount=type=bind is not supported: " + bind.target());
    }
  }

  private void addCache(Build build, Held held, Mount.Cache cache) throws InterruptedException {
    if (cache.from().isPresent()) {
      throw new StepFailure("RUN --mount=type=cache,from= is not supported: " + cache.target());
    }
    boolean own = cache.sharing() == Mount.Sharing.PRIVATE;
    String volume = volume(cache.id() + (own ? "\0" + build.id() : ""));
    if (cache.sharing() == Mount.Sharing.LOCKED) {
      Semaphore lock = locks.computeIfAbsent(volume, _ -> new Semaphore(1, true));
      lock.acquire();
      held.taken.add(lock);
    }
    held.volumes.add(new RunSpec.Volume(volume, cache.target(), cache.readOnly()));
    held.targets.add(relative(cache.target()));
  }

  /** Whatever the id holds, the name is one that a volume can have. */
  private static String volume(String id) {
    return "build-cache-"
        + Digest.of(id.getBytes(StandardCharsets.UTF_8)).hex().substring(0, SHORT);
  }

  private static String relative(String target) {
    return FileNode.bytes(String.join("/", FileTree.parts(target)));
  }
}
