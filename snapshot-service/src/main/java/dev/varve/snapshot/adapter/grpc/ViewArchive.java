package dev.varve.snapshot.adapter.grpc;

import dev.varve.archive.TarEntry;
import dev.varve.archive.TarWriter;
import dev.varve.snapshot.application.FileEntry;
import dev.varve.snapshot.application.FileView;
import dev.varve.snapshot.application.FileView.Folder;
import dev.varve.snapshot.application.FileView.OpenFolder;
import dev.varve.snapshot.application.PathWalk.Found;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/** Writes what a look shows as a tar, parents first. */
final class ViewArchive {
  private static final int TYPE = 0170000;
  private static final int PERMISSIONS = 07777;

  private final FileView view;
  private final TarWriter tar;

  private ViewArchive(FileView view, TarWriter tar) {
    this.view = view;
    this.tar = tar;
  }

  static void write(FileView view, Found found, OutputStream out) throws IOException {
    TarWriter tar = new TarWriter(out);
    new ViewArchive(view, tar).write(found);
    tar.finish();
  }

  private void write(Found found) throws IOException {
    if (found.entry().path().equals("/")) {
      tar.add(entry(found.entry(), "./", 0, Map.of()));
    } else {
      try (OpenFolder parent = view.open(found.parent())) {
        add(parent, found.name(), found.entry());
      }
    }
    if (found.folder().isPresent()) {
      below(found.folder().get());
    }
  }

  private void below(Folder top) throws IOException {
    Deque<Folder> folders = new ArrayDeque<>();
    folders.push(top);
    while (!folders.isEmpty()) {
      try (OpenFolder folder = view.open(folders.pop())) {
        for (String name : folder.names()) {
          FileEntry entry = folder.entry(name).orElse(null);
          if (entry != null) {
            add(folder, name, entry);
            if (entry.isDirectory()) {
              folders.push(folder.folder(name));
            }
          }
        }
      }
    }
  }

  private void add(OpenFolder folder, String name, FileEntry entry) throws IOException {
    String path = entry.path().substring(1) + (entry.isDirectory() ? "/" : "");
    Map<String, byte[]> attributes = new TreeMap<>(folder.attributes(name));
    if (!entry.isRegular()) {
      tar.add(entry(entry, path, 0, attributes));
      return;
    }
    try (InputStream content = folder.read(name)) {
      tar.add(entry(entry, path, entry.size(), attributes), content);
    }
  }

  private static TarEntry entry(
      FileEntry file, String path, long size, Map<String, byte[]> attributes) {
    return new TarEntry(
        type(file.mode() & TYPE),
        path,
        file.target(),
        file.mode() & PERMISSIONS,
        file.uid(),
        file.gid(),
        size,
        file.modifiedSeconds(),
        file.modifiedNanos(),
        file.deviceMajor(),
        file.deviceMinor(),
        attributes,
        null);
  }

  private static TarEntry.Type type(int type) {
    return switch (type) {
      case 0040000 -> TarEntry.Type.DIRECTORY;
      case 0120000 -> TarEntry.Type.SYMLINK;
      case 0020000 -> TarEntry.Type.CHARACTER_DEVICE;
      case 0060000 -> TarEntry.Type.BLOCK_DEVICE;
      case 0010000 -> TarEntry.Type.FIFO;
      default -> TarEntry.Type.FILE;
    };
  }
}
