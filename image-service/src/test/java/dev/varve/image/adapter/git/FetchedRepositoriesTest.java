package dev.varve.image.adapter.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.eventlog.ProblemException;
import dev.varve.image.adapter.registry.OperatorTrust;
import dev.varve.image.application.RegistrySettings;
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
  private TestRepository project;
  private int port;
  private Process daemon;
  private FetchedRepositories repositories;

  @BeforeEach
  void serve() throws Exception {
    TestRepository.assumeGit();
    served = Files.createDirectory(work.resolve("served"));
    project = TestRepository.in(served, "project");
    project.write("f", "first");
    Files.createSymbolicLink(project.path().resolve("out"), Path.of("/etc/passwd"));
    project.write(".gitattributes", "f export-ignore\n");
    project.commit("one");
    project.git("tag", "v1");
    project.write("f", "second");
    project.commit("two");
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    daemon =
        TestRepository.command(
                work,
                "daemon",
                "--export-all",
                "--reuseaddr",
                "--listen=127.0.0.1",
                "--port=" + port,
                "--base-path=" + served)
            .start();
    await().until(this::answers);
    repositories =
        new FetchedRepositories(
            work.resolve("fetched"), MOST_BYTES, new OperatorTrust(RegistrySettings.DEFAULT));
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
    assertThat(tar(project.git("rev-parse", "v1"))).contains("first");
    assertThat(tar(project.git("rev-parse", "--short=8", "v1"))).contains("first");
    assertThat(left()).isEmpty();
  }

  @Test
  void submodulesAreNamed() throws Exception {
    TestRepository other = TestRepository.in(served, "other");
    other.write("inner", "inner");
    other.commit("inner");
    String commit = other.git("rev-parse", "HEAD");
    project.write(
        ".gitmodules",
        "[submodule \"a b\"]\n\tpath = lib/o ther\n\turl = ../other\n[submodule \"gone\"]\n\tpath = gone\n\turl = x\n");
    project.git("update-index", "--add", "--cacheinfo", "160000," + commit + ",lib/o ther");
    project.git("add", ".gitmodules");
    project.git("commit", "--quiet", "--message=module");
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
    Files.write(project.path().resolve("large"), noise);
    project.commit("large");
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
