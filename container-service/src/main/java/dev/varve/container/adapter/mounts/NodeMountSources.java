package dev.varve.container.adapter.mounts;

import dev.varve.container.application.MountSources;
import dev.varve.container.domain.ContainerSpec;
import dev.varve.container.domain.MountPoint;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.ByteNames;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.mounts.MountCalls;
import dev.varve.linux.process.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * {@link MountSources} in this process's mount namespace.
 *
 * <p>A path within a volume is the containers' to change, one within an image was its maker's: it
 * is resolved once, inside of the volume or image, and what it led to is bound to a place of ours
 * until the runtime has taken it from there. Targets are the runtime's to resolve, inside the root;
 * only that none of them lies in /proc is seen to here.
 */
public final class NodeMountSources implements MountSources {
  private static final Logger LOG = Logger.getLogger(NodeMountSources.class);
  private static final String DATA = "_data";
  private static final String FILES = "files";
  private static final int MOST_LINKS = 40;

  private final Path volumes;
  private final Path images;
  private final Path places;
  private final FileCalls files;
  private final MountCalls mounts;
  private final Propagation propagation;

  /**
   * @param volumes of this node, each in a directory by its name
   * @param images that containers have mounted, each in a directory by the digits of its id
   * @param places a directory of ours; what an earlier engine left there goes
   */
  public NodeMountSources(
      Path volumes, Path images, Path places, FileCalls files, MountCalls mounts)
      throws IOException {
    this.volumes = volumes;
    this.images = images;
    this.places = Files.createDirectories(places);
    this.files = files;
    this.mounts = mounts;
    this.propagation = new Propagation(mounts);
    try (Stream<Path> left = Files.list(places)) {
      new Places(mounts, left.toList()).close();
    }
  }

  @Override
  public boolean exists(String path) {
    try {
      return Files.exists(Path.of(path));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  @Override
  public Path volume(String name) {
    return volumes.resolve(name).resolve(DATA);
  }

  @Override
  public Path image(String imageId) {
    return images.resolve(imageId.substring(imageId.indexOf(':') + 1)).resolve(FILES);
  }

  @Override
  public Held hold(ContainerSpec spec, Path root) throws IOException {
    List<MountPoint> points = new ArrayList<>(spec.host().fileSystems().storage().points());
    points.sort(Comparator.comparingInt(point -> Path.of(point.destination()).getNameCount()));
    Places held = new Places(mounts, new ArrayList<>());
    boolean complete = false;
    try {
      List<Ready> ready = new ArrayList<>();
      String rootPropagation = "";
      for (MountPoint point : points) {
        refuseProc(root, point.destination());
        ready.add(ready(point, held));
        if (point instanceof MountPoint.Bind bind) {
          rootPropagation = Propagation.ofRoot(bind.propagation(), rootPropagation);
        }
      }
      complete = true;
      return new HeldMounts(ready, rootPropagation, held);
    } finally {
      if (!complete) {
        held.close();
      }
    }
  }

  private Ready ready(MountPoint point, Places held) throws IOException {
    return switch (point) {
      case MountPoint.Bind it -> {
        makeSource(it);
        propagation.check(it.source(), it.propagation());
        List<String> options = new ArrayList<>();
        options.add(it.nonRecursive() ? "bind" : "rbind");
        options.add(it.propagation());
        if (it.readOnly()) {
          boolean all = it.recursiveReadOnly() != MountPoint.RecursiveReadOnly.NEVER;
          options.addAll(readOnly(it.source(), all && !it.nonRecursive()));
        }
        yield new Ready(it.destination(), "bind", it.source(), options);
      }
      case MountPoint.Volume it -> {
        String source = within(volume(it.name()), it.subpath(), held);
        List<String> options = new ArrayList<>(List.of("rbind", "rprivate"));
        if (it.readOnly()) {
          options.addAll(readOnly(source, true));
        }
        yield new Ready(it.destination(), "bind", source, options);
      }
      case MountPoint.Image it ->
          new Ready(
              it.destination(),
              "bind",
              within(image(it.imageId()), it.subpath(), held),
              List.of("bind", "rprivate", "ro"));
      case MountPoint.Tmpfs it -> new Ready(it.destination(), "tmpfs", "tmpfs", it.options());
    };
  }

  /** Nothing is mounted below a file, and the runtime takes it ill to be asked. */
  private static List<String> readOnly(String source, boolean below) {
    return below && Files.isDirectory(Path.of(source)) ? List.of("ro", "rro") : List.of("ro");
  }

  private void makeSource(MountPoint.Bind bind) {
    if (exists(bind.source())) {
      return;
    }
    if (!bind.createSource()) {
      throw new Problem(
              Problem.Code.INVALID,
              "invalid mount config for type \"bind\": bind source path does not exist: "
                  + bind.source())
          .asException();
    }
    try {
      Files.createDirectories(Path.of(bind.source()));
    } catch (IOException e) {
      throw fault(
          "error while creating mount source path '%s': mkdir %s"
              .formatted(bind.source(), e.getMessage()));
    }
  }

  /**
   * @param subpath empty for all of the directory
   */
  private String within(Path directory, String subpath, Places held) throws IOException {
    if (subpath.isEmpty()) {
      return directory.toString();
    }
    try (Directory data = Directory.open(files, directory);
        Descriptor found =
            Descriptor.of(
                files.openIn(
                    data.fd(),
                    ByteNames.ofText(subpath),
                    FileCalls.O_PATH,
                    FileCalls.RESOLVE_BENEATH | FileCalls.RESOLVE_NO_MAGICLINKS))) {
      Path place = places.resolve(UUID.randomUUID().toString());
      if (files.stat(found.number()).isDirectory()) {
        Files.createDirectory(place);
      } else {
        Files.createFile(place);
      }
      held.taken().add(place);
      String source = "/proc/self/fd/" + found.number();
      mounts.mount(source, place, "none", MountCalls.MS_BIND, "");
      return place.toString();
    } catch (SystemCallException e) {
      throw fault(
          "cannot access path %s: %s".formatted(directory.resolve(subpath), Errno.text(e.errno())));
    }
  }

  /** What is mounted there would stand between the runtime and what it takes for the kernel's. */
  private static void refuseProc(Path root, String destination) throws IOException {
    if (led(root, Path.of(destination)).startsWith(root.resolve("proc"))) {
      throw fault(
          "error mounting to rootfs at \"%s\": \"%s\" cannot be mounted because it is inside /proc"
              .formatted(destination, destination));
    }
  }

  /** Where a path of the root leads, links followed inside it, whether or not anything is there. */
  private static Path led(Path root, Path path) throws IOException {
    Deque<Path> ahead = new ArrayDeque<>();
    path.forEach(ahead::add);
    Path at = root;
    for (int links = 0; !ahead.isEmpty(); ) {
      Path next = at.resolve(ahead.pop()).normalize();
      if (!next.startsWith(root)) {
        next = root;
      }
      if (!Files.isSymbolicLink(next)) {
        at = next;
      } else if (++links > MOST_LINKS) {
        throw fault("too many levels of symbolic links: " + path);
      } else {
        Path to = Files.readSymbolicLink(next);
        at = to.isAbsolute() ? root : at;
        for (int i = to.getNameCount() - 1; i >= 0; i--) {
          ahead.push(to.getName(i));
        }
      }
    }
    return at;
  }

  private static ProblemException fault(String message) {
    return new Problem(Problem.Code.INTERNAL, message).asException();
  }

  private record Places(MountCalls mounts, List<Path> taken) implements AutoCloseable {
    @Override
    public void close() {
      for (Path place : taken) {
        try {
          if (mounts.isMounted(place)) {
            mounts.unmount(place, MountCalls.MNT_DETACH | MountCalls.UMOUNT_NOFOLLOW);
          }
          Files.deleteIfExists(place);
        } catch (IOException e) {
          LOG.warnf("left for the next start: %s: %s", place, e.getMessage());
        }
      }
    }
  }

  private record HeldMounts(List<Ready> mounts, String rootPropagation, Places held)
      implements Held {
    @Override
    public void close() {
      held.close();
    }
  }
}
