package dev.varve.image.adapter.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.image.adapter.registry.OperatorTrust;
import dev.varve.image.application.RegistrySettings;
import dev.varve.image.application.RegistrySettings.Patience;
import dev.varve.image.application.build.GitReference;
import dev.varve.image.application.build.GitRepositories.Fetched;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server with TLS, whose authority this test makes; the system does not know it. */
class FetchedByWebTest {
  private static final String USER = "me:secret@";

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
    project.commit("one");
    project.git("tag", "v1");
    project.write("f", "second");
    project.commit("two");
    project.git("update-server-info");
    server = GitWebServer.withTls(served, Files.createDirectory(work.resolve("keys")));
    RegistrySettings trust =
        new RegistrySettings(
            Map.of(),
            List.of(),
            List.of(work.resolve("certs.d")),
            List.of(),
            1,
            1,
            Patience.DEFAULT);
    repositories =
        new FetchedRepositories(work.resolve("fetched"), 1 << 20, new OperatorTrust(trust));
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private void trust() throws IOException {
    Path directory = Files.createDirectories(work.resolve("certs.d").resolve(server.authority()));
    Files.copy(work.resolve("keys/ca.crt"), directory.resolve("ca.crt"));
  }

  private String fetched(String url, String ref) throws Exception {
    try (Fetched fetched = repositories.fetch(new GitReference(url, ref, ""));
        InputStream tar = fetched.tar()) {
      return new String(tar.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> left = Files.list(work.resolve("fetched"))) {
      return left.toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/smart/project/.git", "/dumb/project/.git"})
  void byAnAuthorityThatTheOperatorNamed(String path) throws Exception {
    trust();
    String url = "https://" + server.authority() + path;
    assertThat(fetched(url, "")).contains("second");
    assertThat(fetched(url, "v1")).contains("first");
    assertThat(fetched(url, project.git("rev-parse", "v1"))).contains("first");
    assertThat(left()).isEmpty();
  }

  @Test
  void notFromAServerThatNobodyVouchesFor() throws Exception {
    String url = "https://" + server.authority() + "/smart/project/.git";
    assertThatThrownBy(() -> fetched(url, ""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("failed to fetch " + url)
        .hasMessageContaining("certificate");
    assertThat(server.asked).isEmpty();
    assertThat(left()).isEmpty();
  }

  @Test
  void notByTheAuthorityOfAnotherServer() throws Exception {
    trust();
    try (GitWebServer other =
        GitWebServer.withTls(served, Files.createDirectory(work.resolve("others")))) {
      assertThatThrownBy(() -> fetched("https://" + other.authority() + "/smart/project/.git", ""))
          .hasMessageContaining("certificate");
      assertThat(other.asked).isEmpty();
    }
    assertThat(left()).isEmpty();
  }

  @Test
  void noRedirectionIsFollowed() throws Exception {
    trust();
    try (GitWebServer plain = GitWebServer.plain(served);
        GitWebServer other =
            GitWebServer.withTls(served, Files.createDirectory(work.resolve("others")))) {
      for (String place :
          List.of(
              "http://" + plain.authority(),
              "https://" + other.authority(),
              "https://" + server.authority())) {
        server.leadsTo(place + "/smart");
        assertThatThrownBy(
                () -> fetched("https://" + USER + server.authority() + "/away/project/.git", ""))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("302")
            .hasMessageNotContaining("secret");
      }
      assertThat(plain.asked).isEmpty();
      assertThat(other.asked).isEmpty();
    }
    assertThat(server.asked).allMatch(it -> it.startsWith("/away/"));
    assertThat(left()).isEmpty();
  }
}
