package dev.varve.linux.mounts;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A writable overlay: directories that are only read below one that takes all changes.
 *
 * <p>Layers are handed over one by one ({@code lowerdir+}, Linux 6.8), so that their number is
 * bounded by the kernel alone (500). An older kernel gets the classic call with short descriptor
 * paths, which fits about 200 into its one page of options.
 *
 * @param lower top first, at least one
 * @param work empty, on the file system of {@code upper}
 */
public record OverlayMount(List<Path> lower, Path upper, Path work) {
  private static final String TYPE = "overlay";

  /** Longest value that fsconfig takes. */
  private static final int VALUE_MAX = 255;

  public OverlayMount {
    lower = List.copyOf(lower);
    if (lower.isEmpty()) {
      throw new IllegalArgumentException("an overlay needs a lower directory");
    }
  }

  /** Mounts at the target; leaves nothing mounted when it fails. */
  public void mountAt(Path target, MountCalls calls) throws SystemCallException {
    try (Handles handles = new Handles(calls)) {
      int configuration = handles.add(calls.fsopen(TYPE));
      try {
        for (Path layer : lower) {
          calls.configure(configuration, "lowerdir+", handles.shortened(layer));
        }
      } catch (SystemCallException e) {
        if (e.errno() != Errno.EINVAL) {
          throw e;
        }
        mountClassic(target, calls, handles);
        return;
      }
      calls.configure(configuration, "upperdir", handles.shortened(upper));
      calls.configure(configuration, "workdir", handles.shortened(work));
      calls.configure(configuration, "index", "off");
      calls.create(configuration);
      calls.attach(handles.add(calls.fsmount(configuration, 0)), target);
    }
  }

  private void mountClassic(Path target, MountCalls calls, Handles handles)
      throws SystemCallException {
    List<String> lowers = new ArrayList<>();
    for (Path layer : lower) {
      lowers.add(handles.path(layer));
    }
    String options =
        "lowerdir=%s,upperdir=%s,workdir=%s,index=off"
            .formatted(String.join(":", lowers), handles.path(upper), handles.path(work));
    calls.mount(TYPE, target, TYPE, 0, options);
  }

  /** Descriptors held while the kernel reads their {@code /proc/self/fd} names. */
  private record Handles(MountCalls calls, List<Integer> open) implements AutoCloseable {
    Handles(MountCalls calls) {
      this(calls, new ArrayList<>());
    }

    int add(int fd) {
      open.add(fd);
      return fd;
    }

    String path(Path path) throws SystemCallException {
      return "/proc/self/fd/" + add(calls.openPath(path));
    }

    String shortened(Path path) throws SystemCallException {
      String text = path.toString();
      return text.length() <= VALUE_MAX ? text : path(path);
    }

    @Override
    public void close() {
      open.forEach(calls::close);
    }
  }
}
