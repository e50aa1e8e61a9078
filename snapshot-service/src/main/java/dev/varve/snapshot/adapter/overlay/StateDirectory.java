package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.files.ByteNames;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.linux.files.TreeRemoval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A directory of ours whose children come and go whole: made and deleted under a temporary name,
 * renamed at once.
 */
record StateDirectory(FileCalls calls, Path path) {
  private static final String TEMPORARY = "tmp-";
  private static final int PRIVATE = 0700;

  /** Makes a directory only root can enter, with what is missing above it. */
  static StateDirectory make(FileCalls calls, Path path) throws IOException {
    Files.createDirectories(path);
    calls.chmod(FileCalls.AT_FDCWD, ByteNames.ofText(path.toString()), PRIVATE);
    return new StateDirectory(calls, path);
  }

  Directory open() throws IOException {
    return Directory.open(calls, path);
  }

  static String temporaryName() {
    return TEMPORARY + UUID.randomUUID();
  }

  /** Names of children that are not temporary. */
  List<String> children() throws IOException {
    return list(false);
  }

  /** Takes the child out of sight at once, then deletes it; none there is success. */
  void remove(String child) throws IOException {
    try (Directory directory = open()) {
      FileStatus there = calls.statIfThere(directory.fd(), child);
      if (there != null) {
        String temporary = temporaryName();
        calls.rename(directory.fd(), child, directory.fd(), temporary, FileCalls.RENAME_NOREPLACE);
        TreeRemoval.remove(directory, temporary);
      }
    }
  }

  /** Deletes what interrupted work left under temporary names. */
  void sweep() throws IOException {
    try (Directory directory = open()) {
      for (String name : list(true)) {
        TreeRemoval.remove(directory, name);
      }
    }
  }

  private List<String> list(boolean temporary) throws IOException {
    List<String> names = new ArrayList<>();
    try (Directory directory = open();
        Directory listed = directory.child(".")) {
      for (FileCalls.Entry entry : calls.list(listed.fd())) {
        if (entry.name().startsWith(TEMPORARY) == temporary) {
          names.add(entry.name());
        }
      }
    }
    return names;
  }
}
