package dev.varve.image.application.build;

import dev.varve.image.dockerfile.Instruction;
import dev.varve.image.dockerfile.Transfer;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.StepPlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** ADD: as COPY, and from elsewhere. Any thread, each stage's by one. */
final class RemoteSources {
  private static final Pattern URL = Pattern.compile("(?i)[a-z][a-z0-9+.-]*://.*");

  private final CopyStep copies;
  private final FileTrees trees;
  private final Downloads downloads;
  private final GitFiles repositories;

  RemoteSources(CopyStep copies, FileTrees trees, Downloads downloads, GitFiles repositories) {
    this.copies = copies;
    this.trees = trees;
    this.downloads = downloads;
    this.repositories = repositories;
  }

  /**
   * @return true when the cache had it
   */
  boolean add(Build build, StageState state, StepPlace place, FileTree context, Instruction.Add add)
      throws IOException, InterruptedException {
    List<String> urls = add.transfer().paths().stream().filter(RemoteSources::isRemote).toList();
    if (urls.isEmpty()) {
      if (add.checksum().isPresent()) {
        throw new StepFailure("checksum can't be specified for non-HTTP(S) sources");
      }
      return add(build, state, place, add, add.transfer(), context, add.unpack().orElse(true));
    }
    if (urls.size() < add.transfer().paths().size() || urls.size() > 1) {
      throw new StepFailure("ADD of a URL takes no other source beside it");
    }
    Optional<GitReference> repository = GitReference.ofSource(urls.getFirst());
    return repository.isPresent()
        ? cloned(build, state, place, add, repository.get())
        : fetched(build, state, place, add, urls.getFirst());
  }

  /**
   * A context that a URL names: a git repository, a tar, or a Dockerfile by itself.
   *
   * @param dockerfile what such a file is called
   * @param whole with a git repository's {@code .git}
   */
  FileTree context(String url, String dockerfile, boolean whole)
      throws IOException, InterruptedException {
    Optional<GitReference> repository = GitReference.ofContext(url);
    if (repository.isPresent()) {
      return repositories.of(repository.get(), whole).tree();
    }
    String name = FileNode.bytes(dockerfile);
    try (Downloads.Download download = downloads.open(url);
        FileTree file = trees.download(name, download)) {
      Optional<FileTree> unpacked = trees.readIfTar(file.open(file.node(name).orElseThrow()));
      return unpacked.isPresent()
          ? unpacked.get()
          : trees.single(file.node(name).orElseThrow(), file.open(file.node(name).orElseThrow()));
    }
  }

  private static boolean isRemote(String path) {
    return URL.matcher(path).matches() || GitReference.isSource(path);
  }

  /**
   * The repository's files, and the repository only when it is wanted: they go into the
   * destination, a directory.
   */
  private boolean cloned(
      Build build, StageState state, StepPlace place, Instruction.Add add, GitReference what)
      throws IOException, InterruptedException {
    GitFiles.Files files = repositories.of(what, add.keepGitDir().orElse(false));
    try (FileTree tree = files.tree()) {
      if (add.checksum().filter(sum -> !files.commit().startsWith(sum)).isPresent()) {
        throw new StepFailure(
            "expected checksum to match %s, got %s"
                .formatted(add.checksum().get(), files.commit()));
      }
      return add(build, state, place, add, add.transfer().from("."), tree, false);
    }
  }

  private boolean fetched(
      Build build, StageState state, StepPlace place, Instruction.Add add, String url)
      throws IOException, InterruptedException {
    try (Downloads.Download download = downloads.open(url)) {
      String name = FileNode.bytes(download.name().isEmpty() ? nameOf(url) : download.name());
      try (FileTree tree = trees.download(name, download)) {
        verify(add.checksum(), tree.node(name).flatMap(FileNode::content), url);
        Transfer transfer = add.transfer().from(FileNode.text(name));
        return add(build, state, place, add, transfer, tree, add.unpack().orElse(false));
      }
    }
  }

  private static void verify(Optional<String> checksum, Optional<Digest> content, String url) {
    Optional<String> found = content.map(Digest::value);
    if (checksum.isPresent() && !checksum.equals(found)) {
      throw new StepFailure(
          "digest mismatch for %s: %s, expected %s"
              .formatted(url, found.orElse("none"), checksum.get()));
    }
  }

  /** The last name of a URL's path, without what no name may hold. */
  private static String nameOf(String url) {
    String path = url.replaceFirst("[?#].*", "").replaceFirst("^[^:]+://[^/]*", "");
    List<String> parts = new ArrayList<>(FileTree.parts(path));
    if (parts.isEmpty() || path.endsWith("/") || parts.getLast().equals("..")) {
      throw new StepFailure("cannot determine filename for source " + url);
    }
    return parts.getLast();
  }

  private boolean add(
      Build build,
      StageState state,
      StepPlace place,
      Instruction.Add add,
      Transfer transfer,
      FileTree tree,
      boolean unpacks)
      throws IOException, InterruptedException {
    return copies.carryOut(
        build,
        state,
        place,
        new CopyStep.Order(
            "ADD",
            transfer,
            tree,
            false,
            false,
            unpacks,
            path -> new StepFailure(StageBuild.missing(path).text().replaceFirst("COPY", "ADD"))));
  }
}
