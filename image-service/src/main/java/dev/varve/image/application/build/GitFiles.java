package dev.varve.image.application.build;

import dev.varve.eventlog.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The files of git repositories, their submodules with them. Any thread. */
final class GitFiles {
  /** A repository within a repository within... */
  private static final int DEEPEST = 16;

  private final GitRepositories repositories;
  private final FileTrees trees;

  GitFiles(GitRepositories repositories, FileTrees trees) {
    this.repositories = repositories;
    this.trees = trees;
  }

  /**
   * @param commit that they are of, in hexadecimal digits
   */
  record Files(String commit, FileTree tree) {}

  /**
   * @param whole with the repositories that make work trees of the files; not of one directory
   */
  Files of(GitReference what, boolean whole) throws IOException, InterruptedException {
    return of(what, whole && FileTree.parts(what.directory()).isEmpty(), 0);
  }

  private Files of(GitReference what, boolean whole, int depth)
      throws IOException, InterruptedException {
    if (depth > DEEPEST) {
      throw new Problem(Problem.Code.INVALID, "too many submodules within each other")
          .asException();
    }
    Map<String, FileTree> grafts = new HashMap<>();
    @Nullable FileTree trunk = null;
    boolean done = false;
    try (GitRepositories.Fetched fetched = repositories.fetch(what)) {
      try (InputStream tar = whole ? fetched.tarWithRepository() : fetched.tar()) {
        trunk = trees.read(tar);
      }
      for (GitRepositories.Submodule module : fetched.submodules()) {
        String path = FileNode.bytes(module.path());
        // A link where a directory should be leads nowhere from here.
        if (trunk.node(path).filter(FileNode::isDirectory).isPresent()) {
          grafts.put(
              path, of(what.submodule(module.url(), module.commit()), whole, depth + 1).tree());
        }
      }
      FileTree tree = new GraftedTree(trunk, grafts, directory(what, trunk));
      done = true;
      return new Files(fetched.commit(), tree);
    } finally {
      if (!done) {
        grafts.values().forEach(FileTree::close);
        if (trunk != null) {
          trunk.close();
        }
      }
    }
  }

  private static String directory(GitReference what, FileTree tree) {
    if (FileTree.parts(what.directory()).isEmpty()) {
      return "";
    }
    Optional<FileNode> found = tree.follow(FileNode.bytes(what.directory()));
    if (found.filter(FileNode::isDirectory).isEmpty()) {
      throw new Problem(
              Problem.Code.INVALID,
              "error setting git context, not a directory: " + what.directory())
          .asException();
    }
    return found.get().path();
  }
}
