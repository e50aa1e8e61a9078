package dev.varve.image.adapter.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.image.adapter.registry.OperatorTrust;
import dev.varve.image.application.RegistrySettings;
import dev.varve.image.application.build.GitReference;
import dev.varve.image.application.build.GitRepositories.Fetched;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What git makes of a tree that came with its repository. */
class KeptRepositoryTest {
  @TempDir Path work;

  private Path served;
  private TestRepository project;
  private GitWebServer server;
  private FetchedRepositories repositories;

  @BeforeEach
  void serve() throws Exception {
    TestRepository.assumeGit();
    served = Files.createDirectory(work.resolve("served"));
    project = TestRepository.in(served, "project");
    project.write("f", "first");
    project.write("run", "#!/bin/sh");
    assertThat(project.path().resolve("run").toFile().setExecutable(true)).isTrue();
    Files.createSymbolicLink(project.path().resolve("link"), Path.of("f"));
    project.commit("one");
    project.git("tag", "light");
    project.git("tag", "--annotate", "--message=first", "v1");
    project.git("branch", "feature/config");
    project.write("f", "second");
    project.commit("two");
    project.git("update-server-info");
    server = GitWebServer.plain(served);
    repositories =
        new FetchedRepositories(
            work.resolve("fetched"), 1 << 20, new OperatorTrust(RegistrySettings.DEFAULT));
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private byte[] tar(String place, String ref) throws Exception {
    String url = "http://me:secret@" + server.authority() + place + "/project/.git";
    try (Fetched fetched = repositories.fetch(new GitReference(url, ref, ""));
        InputStream tar = fetched.tarWithRepository()) {
      return tar.readAllBytes();
    }
  }

  private TestRepository unpacked(byte[] tar) throws Exception {
    Path directory = Files.createTempDirectory(work, "unpacked");
    Process process =
        new ProcessBuilder("tar", "-x", "-C", directory.toString())
            .inheritIO()
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .start();
    try (var input = process.getOutputStream()) {
      input.write(tar);
    }
    assertThat(process.waitFor()).isZero();
    return new TestRepository(directory);
  }

  @ParameterizedTest
  @CsvSource({
    "'', HEAD, refs/varve/commit",
    "main, HEAD, refs/heads/main",
    "refs/heads/main, HEAD, refs/heads/main",
    "feature/config, v1, refs/heads/feature/config",
    "v1, v1, refs/tags/v1",
    "light, v1, refs/tags/light",
  })
  void isAWorkTreeOfTheCommitAlone(String ref, String commit, String name) throws Exception {
    TestRepository tree = unpacked(tar("/smart", ref));
    assertThat(tree.git("status", "--porcelain")).isEmpty();
    assertThat(tree.git("rev-parse", "HEAD")).isEqualTo(project.git("rev-parse", commit + "^{}"));
    assertThat(tree.git("for-each-ref", "--format=%(refname)")).isEqualTo(name);
    assertThat(tree.git("rev-list", "--count", "HEAD")).isEqualTo("1");
    assertThat(tree.git("fsck", "--strict")).isEmpty();
    assertThat(tree.git("config", "remote.origin.url"))
        .isEqualTo("http://" + server.authority() + "/smart/project/.git");
  }

  @Test
  void tagsDescribeIt() throws Exception {
    assertThat(unpacked(tar("/smart", "v1")).git("describe")).isEqualTo("v1");
  }

  @ParameterizedTest
  @CsvSource({"/smart, 40", "/smart, 8", "/dumb, 40"})
  void aCommitWithoutAName(String place, int digits) throws Exception {
    String commit = project.git("rev-parse", "v1^{commit}");
    TestRepository tree = unpacked(tar(place, commit.substring(0, digits)));
    assertThat(tree.git("status", "--porcelain")).isEmpty();
    assertThat(tree.git("rev-parse", "HEAD")).isEqualTo(commit);
    assertThat(tree.git("rev-list", "--count", "HEAD")).isEqualTo("1");
  }

  @Test
  void itsBytesFollowFromTheCommitAndItsName() throws Exception {
    byte[] once = tar("/smart", "v1");
    project.git("repack", "-a", "-d", "-f", "--quiet");
    assertThat(tar("/smart", "v1")).isEqualTo(once);
    assertThat(new String(once, java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("secret")
        .doesNotContain(work.toString());
  }
}
