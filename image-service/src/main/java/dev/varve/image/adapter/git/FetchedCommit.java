package dev.varve.image.adapter.git;

import dev.varve.image.application.build.GitReference;
import dev.varve.image.application.build.GitRepositories;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A commit in a bare repository, which is its own. */
record FetchedCommit(GitReference what, Path repository, GitCommand git, String commit)
    implements GitRepositories.Fetched {
  private static final String LINK = "160000";

  @Override
  public InputStream tar() throws IOException {
    return git.stream("archive", "--format=tar", commit);
  }

  @Override
  public InputStream tarWithRepository() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("archive", "--format=tar"));
    command.addAll(new KeptRepository(what, repository, git, commit).asArguments());
    command.add(commit);
    return git.stream(command.toArray(String[]::new));
  }

  @Override
  public List<GitRepositories.Submodule> submodules() throws IOException, InterruptedException {
    GitCommand.Outcome listed =
        git.run("config", "--no-includes", "--null", "--blob=" + commit + ":.gitmodules", "--list");
    if (listed.exit() != 0) {
      // There is no such file.
      return List.of();
    }
    Map<String, String> urls = urlsByPath(listed.output());
    List<String> command = new ArrayList<>(List.of("ls-tree", "-z", commit, "--"));
    command.addAll(urls.keySet());
    List<GitRepositories.Submodule> modules = new ArrayList<>();
    if (urls.isEmpty()) {
      return modules;
    }
    for (String line : git.run(command.toArray(String[]::new)).orThrow().split("\0")) {
      String[] fields = line.split("[ \t]", 4);
      String url = fields.length == 4 && fields[0].equals(LINK) ? urls.get(fields[3]) : null;
      if (url != null) {
        modules.add(new GitRepositories.Submodule(fields[3], url, fields[2]));
      }
    }
    return modules;
  }

  private static Map<String, String> urlsByPath(String listed) {
    Map<String, Map<String, String>> modules = new HashMap<>();
    for (String entry : listed.split("\0")) {
      int line = entry.indexOf('\n');
      String key = line < 0 ? entry : entry.substring(0, line);
      int dot = key.lastIndexOf('.');
      if (key.startsWith("submodule.") && dot > 0 && line > 0) {
        modules
            .computeIfAbsent(key.substring(0, dot), _ -> new HashMap<>())
            .put(key.substring(dot + 1), entry.substring(line + 1));
      }
    }
    Map<String, String> urls = new HashMap<>();
    for (Map<String, String> module : modules.values()) {
      String path = module.get("path");
      String url = module.get("url");
      if (path != null && url != null) {
        urls.put(path, url);
      }
    }
    return urls;
  }

  @Override
  public void close() {
    try {
      FetchedRepositories.remove(repository);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
