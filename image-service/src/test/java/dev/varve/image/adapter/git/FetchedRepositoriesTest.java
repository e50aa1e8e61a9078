package dev.varve.image.adapter.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.varve.eventlog.ProblemException;
import dev.varve.image.application.build.GitReference;
import dev.varve.image.application.build.GitRepositories.Fetched;
import dev.varve.image.application.build.GitRepositories.Submodule;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against {@code git daemon} on the loopback. */
class FetchedRepositoriesTest {
  private static final long MOST_BYTES = 1 << 20;

  @TempDir Path work;

  private Path served;
  private Path project;
  private int port;
  private Process daemon;
  private FetchedRepositories repositories;

  @BeforeEach
  void serve() throws Exception {
    assumeThat(
            Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(it -> Files.exists(Path.of(it, "git"))))
        .isTrue();
    served = Files.createDirectory(work.resolve("served"));
    project = repository("project");
    write(project.resolve("f"), "first");
    Files.createSymbolicLink(project.resolve("out"), Path.of("/etc/passwd"));
    write(project.resolve(".gitattributes"), "f export-ignore\n");
    commit(project, "one");
    git(project, "tag", "v1");
    write(project.resolve("f"), "second");
    commit(project, "two");
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    daemon =
        command(
                work,
                "git",
                "daemon",
                "--export-all",
                "--reuseaddr",
                "--listen=127.0.0.1",
                "--port=" + port,
                "--base-path=" + served)
            .start();
    await().until(this::answers);
    repositories = new FetchedRepositories(work.resolve("fetched"), MOST_BYTES);
  }

  @AfterEach
  void stop() {
    if (daemon != null) {
      daemon.descendants().forEach(ProcessHandle::destroyForcibly);
      daemon.destroyForcibly();
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static ProcessBuilder command(Path directory, String... command) {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
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

  private static String git(Path directory, String... arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of("git"));
    words.addAll(List.of(arguments));
    Process process =
        command(directory, words.toArray(String[]::new))
            .redirectOutput(ProcessBuilder.Redirect.PIPE)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.strip();
  }

  private Path repository(String name) throws Exception {
    Path path = Files.createDirectory(served.resolve(name));
    git(path, "init", "--quiet", "--initial-branch=main");
    return path;
  }

  private static void commit(Path repository, String message) throws Exception {
    git(repository, "add", "--all");
    git(repository, "commit", "--quiet", "--message=" + message);
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
  }

  private GitReference at(String repository, String ref) {
    return new GitReference("git://127.0.0.1:" + port + "/" + repository, ref, "");
  }

  private String tar(String ref) throws Exception {
    try (Fetched fetched = repositories.fetch(at("project", ref));
        InputStream tar = fetched.tar()) {
      return new String(tar.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> left = Files.list(work.resolve("fetched"))) {
      return left.toList();
    }
  }

  @Test
  void branchesTagsAndCommits() throws Exception {
    assertThat(tar("")).contains("second").doesNotContain("first").contains("/etc/passwd");
    assertThat(tar("main")).contains("second");
    assertThat(tar("refs/heads/main")).contains("second");
    assertThat(tar("v1")).contains("first");
    assertThat(tar(git(project, "rev-parse", "v1"))).contains("first");
    assertThat(tar(git(project, "rev-parse", "--short=8", "v1"))).contains("first");
    assertThat(left()).isEmpty();
  }

  @Test
  void submodulesAreNamed() throws Exception {
    Path other = repository("other");
    write(other.resolve("inner"), "inner");
    commit(other, "inner");
    String commit = git(other, "rev-parse", "HEAD");
    write(
        project.resolve(".gitmodules"),
        "[submodule \"a b\"]\n\tpath = lib/o ther\n\turl = ../other\n[submodule \"gone\"]\n\tpath = gone\n\turl = x\n");
    git(project, "update-index", "--add", "--cacheinfo", "160000," + commit + ",lib/o ther");
    git(project, "add", ".gitmodules");
    git(project, "commit", "--quiet", "--message=module");
    try (Fetched fetched = repositories.fetch(at("project", ""))) {
      assertThat(fetched.submodules())
          .containsExactly(new Submodule("lib/o ther", "../other", commit));
    }
  }

  @Test
  void whatCannotBeHadIsSaid() throws Exception {
    assertThatThrownBy(() -> repositories.fetch(at("project", "nope")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("failed to fetch")
        .hasMessageContaining("nope");
    assertThatThrownBy(() -> repositories.fetch(at("missing", ""))).isInstanceOf(IOException.class);
    assertThatThrownBy(
            () -> repositories.fetch(new GitReference("http://169.254.169.254/a.git", "", "")))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("169.254.169.254");
    assertThat(left()).isEmpty();
  }

  @Test
  void aRepositoryHasALimit() throws Exception {
    byte[] noise = new byte[2 << 20];
    new Random(1).nextBytes(noise);
    Files.write(project.resolve("large"), noise);
    commit(project, "large");
    assertThatThrownBy(() -> repositories.fetch(at("project", ""))).isInstanceOf(IOException.class);
    assertThat(left()).isEmpty();
  }

  @Test
  void anInterruptEndsIt() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      GitReference what =
          new GitReference("git://127.0.0.1:" + silent.getLocalPort() + "/a", "", "");
      List<Throwable> thrown = new ArrayList<>();
      Thread fetching =
          Thread.ofVirtual()
              .start(() -> {
                try (Fetched fetched = repositories.fetch(what)) {
                  thrown.add(new AssertionError(fetched.commit()));
                } catch (Exception e) {
                  thrown.add(e);
                }
              });
      silent.accept();
      fetching.interrupt();
      fetching.join();
      assertThat(thrown).singleElement().isInstanceOf(InterruptedException.class);
    }
    assertThat(left()).isEmpty();
  }
}
