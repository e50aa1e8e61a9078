package dev.varve.linux.mounts;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what was asked and which paths would be mounted; touches nothing. Thread-safe. */
public final class RecordingMountCalls implements MountCalls {
  private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private final Set<Path> mounted = ConcurrentHashMap.newKeySet();
  private final Set<Integer> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger nextFd = new AtomicInteger(100);

  public List<String> calls() {
    return List.copyOf(calls);
  }

  /** Descriptors that were handed out and not closed. */
  public Set<Integer> open() {
    return Set.copyOf(open);
  }

  public Set<Path> mounted() {
    return Set.copyOf(mounted);
  }

  /** Makes each later call whose text begins so fail. */
  public void failOn(String prefix, int errno) {
    failures.put(prefix, errno);
  }

  /** As if another process, or a reboot, had unmounted it. */
  public void forget(Path target) {
    mounted.remove(target);
  }

  private void record(String call) throws SystemCallException {
    calls.add(call);
    for (Map.Entry<String, Integer> failure : failures.entrySet()) {
      if (call.startsWith(failure.getKey())) {
        throw new SystemCallException(call, failure.getValue());
      }
    }
  }

  private int newFd() {
    int fd = nextFd.getAndIncrement();
    open.add(fd);
    return fd;
  }

  @Override
  public int fsopen(String type) throws SystemCallException {
    record("fsopen " + type);
    return newFd();
  }

  @Override
  public void configure(int configuration, String key, String value) throws SystemCallException {
    record("fsconfig " + key + "=" + value);
  }

  @Override
  public void create(int configuration) throws SystemCallException {
    record("create");
  }

  @Override
  public int fsmount(int configuration, int attributes) throws SystemCallException {
    record(attributes == 0 ? "fsmount" : "fsmount " + attributes);
    return newFd();
  }

  @Override
  public void attach(int mount, Path target) throws SystemCallException {
    record("attach " + target);
    mounted.add(target);
  }

  @Override
  public void mount(String source, Path target, String type, long flags, String options)
      throws SystemCallException {
    record("mount " + type + " " + target + " " + options);
    mounted.add(target);
  }

  @Override
  public void unmount(Path target, int flags) throws SystemCallException {
    record("unmount " + target);
    if (!mounted.remove(target)) {
      throw new SystemCallException("umount2 " + target, Errno.EINVAL);
    }
  }

  @Override
  public boolean isMounted(Path path) {
    return mounted.contains(path);
  }

  @Override
  public List<Mount> mounts() {
    return mounted.stream()
        .map(path ->
            new Mount(
                1, 0, Path.of("/"), path, List.of("rw"), List.of(), "overlay", "overlay", "rw"))
        .toList();
  }

  @Override
  public int openPath(Path path) {
    return newFd();
  }

  @Override
  public void close(int fd) {
    open.remove(fd);
  }
}
