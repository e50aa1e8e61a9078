package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.snapshot.application.FileEntry;
import dev.varve.snapshot.application.FileView.Folder;
import dev.varve.snapshot.application.FileView.OpenFolder;
import dev.varve.snapshot.domain.ChainId;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One directory, merged from the layers that have a part in it. One thread. */
final class MergedFolder implements OpenFolder {

  /** A layer's own directory of that path. */
  record Part(ChainId layer, Directory directory) {}

  /** Where the topmost entry of a name is. */
  private record Top(int part, FileStatus status) {}

  private final LayerStack stack;
  private final FileCalls calls;
  private final Folder folder;
  private final List<Part> topFirst;

  /** The topmost part that has the name; null until all names were asked for. */
  private @Nullable Map<String, Integer> listed;

  MergedFolder(LayerStack stack, Folder folder, List<Part> topFirst) {
    this.stack = stack;
    this.calls = stack.calls();
    this.folder = folder;
    this.topFirst = List.copyOf(topFirst);
  }

  @Override
  public List<String> names() throws IOException {
    Map<String, Integer> names = new TreeMap<>();
    for (int i = 0; i < topFirst.size(); i++) {
      for (FileCalls.Entry entry : calls.list(topFirst.get(i).directory.fd())) {
        names.putIfAbsent(entry.name(), i);
      }
    }
    listed = names;
    return List.copyOf(names.keySet());
  }

  @Override
  public Optional<FileEntry> entry(String name) throws IOException {
    @Nullable Top top = top(name);
    if (top == null) {
      return Optional.empty();
    }
    Part part = topFirst.get(top.part);
    String target = top.status.isSymlink() ? calls.readlink(part.directory.fd(), name) : "";
    return Optional.of(LayerStack.entry(folder.pathOf(name), top.status, target, part.layer));
  }

  /** Null when there is none, or a whiteout. */
  private @Nullable Top top(String name) throws SystemCallException {
    int from = 0;
    if (listed != null) {
      @Nullable Integer known = listed.get(name);
      if (known == null) {
        return null;
      }
      from = known;
    }
    for (int i = from; i < topFirst.size(); i++) {
      @Nullable FileStatus status = stat(topFirst.get(i), name);
      if (status != null) {
        return status.isWhiteout() ? null : new Top(i, status);
      }
    }
    return null;
  }

  private @Nullable FileStatus stat(Part part, String name) throws SystemCallException {
    try {
      return calls.statIfThere(part.directory.fd(), name);
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ENAMETOOLONG) {
        return null; // so no file has it
      }
      throw e;
    }
  }

  @Override
  public Folder folder(String name) throws IOException {
    Top top = required(name);
    List<ChainId> layers = new ArrayList<>();
    for (int i = top.part; i < topFirst.size(); i++) {
      Part part = topFirst.get(i);
      @Nullable FileStatus status = i == top.part ? top.status : stat(part, name);
      if (status != null) {
        if (!status.isDirectory()) {
          break;
        }
        layers.add(part.layer);
        boolean last = i == topFirst.size() - 1;
        if (!last && calls.getXattr(part.directory.fd(), name, LayerApplier.OPAQUE) != null) {
          break;
        }
      }
    }
    return new Folder(folder.pathOf(name), layers);
  }

  private Top required(String name) throws IOException {
    @Nullable Top top = top(name);
    if (top == null) {
      throw new IOException("no such file in the layers");
    }
    return top;
  }

  /**
   * First a handle, which opens nothing; then, if that is a regular file, that very inode. To open
   * a pipe would wait for a writer, and to open a device could do anything.
   */
  @Override
  public InputStream read(String name) throws IOException {
    int handle = stack.handle(topFirst.get(required(name).part).directory, name);
    try {
      if (!calls.stat(handle).isRegular()) {
        throw new IOException("not a regular file");
      }
      return new FileInputStream("/proc/self/fd/" + handle);
    } finally {
      calls.close(handle);
    }
  }

  @Override
  public Map<String, byte[]> attributes(String name) throws IOException {
    int directory = topFirst.get(required(name).part).directory.fd();
    Map<String, byte[]> attributes = new HashMap<>();
    for (String attribute : calls.listXattr(directory, name)) {
      byte[] value =
          XattrPolicy.isKept(attribute) ? calls.getXattr(directory, name, attribute) : null;
      if (value != null) {
        attributes.put(attribute, value);
      }
    }
    return attributes;
  }

  @Override
  public void close() {
    topFirst.forEach(part -> part.directory.close());
  }
}
