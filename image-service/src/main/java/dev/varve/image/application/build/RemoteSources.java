package dev.varve.image.application.build;

import dev.varve.eventlog.Problem;
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
  private static final Pattern GIT =
      Pattern.compile("(?i)git://.*|ssh://.*|git@.*|https?://[^#?]*\\.git(#.*)?");
  private static final Pattern URL = Pattern.compile("(?i)[a-z][a-z0-9+.-]*://.*");

  private final CopyStep copies;
  private final FileTrees trees;
  private final Downloads downloads;

  RemoteSources(CopyStep copies, FileTrees trees, Downloads downloads) {
    this.copies = copies;
    this.trees = trees;
    this.downloads = downloads;
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
    if (GIT.matcher(urls.getFirst()).matches()) {
      throw new StepFailure("ADD of a git repository is not supported");
    }
    return fetched(build, state, place, add, urls.getFirst());
  }

  /**
   * A context that a URL names: a tar, or a Dockerfile by itself.
   *
   * @param dockerfile what such a file is called
   */
  FileTree context(String url, String dockerfile) throws IOException, InterruptedException {
    if (GIT.matcher(url).matches() || url.startsWith("github.com/")) {
      throw new Problem(
              Problem.Code.NOT_IMPLEMENTED, "a git repository as context is not supported")
          .asException();
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
    return URL.matcher(path).matches() || GIT.matcher(path).matches();
  }

  private boolean fetched(
      Build build, StageState state, StepPlace place, Instruction.Add add, String url)
      throws IOException, InterruptedException {
    try (Downloads.Download download = downloads.open(url)) {
      String name = FileNode.bytes(download.name().isEmpty() ? nameOf(url) : download.name());
      try (FileTree tree = trees.download(name, download)) {
        verify(add.checksum(), tree.node(name).flatMap(FileNode::content), url);
        Transfer written = add.transfer();
        Transfer transfer =
            new Transfer(
                List.of(FileNode.text(name)),
                written.documents(),
                written.destination(),
                written.owner(),
                written.mode(),
                written.link(),
                written.excludes());
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
