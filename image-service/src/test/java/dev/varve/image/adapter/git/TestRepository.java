package dev.varve.image.adapter.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A repository that is somebody's own, for servers to serve. */
record TestRepository(Path path) {

  static void assumeGit() {
    assumeThat(
            Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(it -> Files.exists(Path.of(it, "git"))))
        .isTrue();
  }

  static TestRepository in(Path directory, String name) throws Exception {
    TestRepository repository = new TestRepository(Files.createDirectory(directory.resolve(name)));
    repository.git("init", "--quiet", "--initial-branch=main");
    return repository;
  }

  /** Git, told nothing by this host; its output goes nowhere. */
  static ProcessBuilder command(Path directory, String... arguments) {
    List<String> words = new ArrayList<>(List.of("git"));
    words.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "GIT_CONFIG_GLOBAL", "/dev/null",
                "GIT_CONFIG_NOSYSTEM", "1",
                "GIT_AUTHOR_NAME", "me",
                "GIT_AUTHOR_EMAIL", "me@here",
                "GIT_COMMITTER_NAME", "me",
                "GIT_COMMITTER_EMAIL", "me@here"));
    return builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
  }

  String git(String... arguments) throws Exception {
    Process process = command(path, arguments).redirectOutput(ProcessBuilder.Redirect.PIPE).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.strip();
  }

  void commit(String message) throws Exception {
    git("add", "--all");
    git("commit", "--quiet", "--message=" + message);
  }

  void write(String file, String text) throws IOException {
    Files.writeString(path.resolve(file), text);
  }
}
