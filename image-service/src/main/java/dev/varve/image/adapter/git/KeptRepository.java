package dev.varve.image.adapter.git;

import dev.varve.image.application.build.GitReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The {@code .git} that goes along with a commit's files: the commit without its past, the branch
 * or tag by which it was asked for, where it came from, and an index. All of it follows from the
 * commit and the names, for a cache that goes by contents: the server's own packs differ each time.
 */
final class KeptRepository {
  private static final Pattern NAMED =
      Pattern.compile("[0-9a-f]+\t[^\t\n]*\t(branch|tag) '([^\n]+)' of [^\n]*\n.*", Pattern.DOTALL);

  /** For what has no name: a directory without any ref is no repository to git. */
  private static final String NAMELESS = "refs/varve/commit";

  private final GitReference what;
  private final Path repository;
  private final GitCommand git;
  private final String commit;

  KeptRepository(GitReference what, Path repository, GitCommand git, String commit) {
    this.what = what;
    this.repository = repository;
    this.git = git;
    this.commit = commit;
  }

  /** Lays it out; {@code git archive} takes it file by file. */
  List<String> asArguments() throws IOException, InterruptedException {
    Path kept = Files.createDirectory(repository.resolve("varve-kept"));
    String ref = ref();
    String object =
        ref.equals(NAMELESS) ? commit : git.run("rev-parse", "FETCH_HEAD").orThrow().strip();
    // Before anything is packed: it is what cuts off the past.
    line(repository.resolve("shallow"), commit);
    pack(kept, object);
    line(kept.resolve("shallow"), commit);
    line(kept.resolve("HEAD"), commit);
    line(kept.resolve(ref), object);
    Files.writeString(kept.resolve("config"), config());
    git.run("read-tree", commit).orThrow();
    Files.move(repository.resolve("index"), kept.resolve("index"));
    List<String> arguments = new ArrayList<>();
    try (Stream<Path> files = Files.walk(kept)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String place = kept.relativize(file.getParent()).toString();
        arguments.add("--prefix=.git/" + (place.isEmpty() ? "" : place + "/"));
        arguments.add("--add-file=" + file);
      }
    }
    arguments.add("--prefix=");
    return arguments;
  }

  /** What was fetched under a name bears that name; a commit that was asked for has none. */
  private String ref() throws IOException {
    Matcher fetched = NAMED.matcher(Files.readString(repository.resolve("FETCH_HEAD")));
    if (!fetched.matches()) {
      return NAMELESS;
    }
    String name = fetched.group(2);
    String ref = (fetched.group(1).equals("tag") ? "refs/tags/" : "refs/heads/") + name;
    return what.ref().equals(name) || what.ref().equals(ref) ? ref : NAMELESS;
  }

  private void pack(Path kept, String object) throws IOException, InterruptedException {
    Path packs = Files.createDirectories(kept.resolve("objects/pack"));
    Path wanted = repository.resolve("varve-wanted");
    Files.write(wanted, List.of(commit, object));
    git.runWith(
            wanted,
            "pack-objects",
            "--quiet",
            "--revs",
            "--threads=1",
            "--window=0",
            "--no-reuse-delta",
            "--no-reuse-object",
            packs.resolve("pack").toString())
        .orThrow();
  }

  /** Passwords that were in the URL are not part of it. */
  private String config() {
    return """
    [core]
    \trepositoryformatversion = 0
    \tfilemode = true
    \tbare = false
    [remote "origin"]
    \turl = "%s"
    \tfetch = +refs/heads/*:refs/remotes/origin/*
    """
        .formatted(what.shown());
  }

  private static void line(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text + "\n");
  }
}
