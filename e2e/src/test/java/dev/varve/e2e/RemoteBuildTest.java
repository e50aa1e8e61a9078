package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Builds whose context or files are elsewhere: by HTTP, and in git repositories. Both are served in
 * the engine's own network.
 */
@EndToEnd
final class RemoteBuildTest {
  private static final String WEB = "127.0.0.1:18096";
  private static final String GIT = "127.0.0.1:18097";
  private static final String TLS = "127.0.0.1:18098";
  private static final String IMAGE = "remote-build";

  @TempDir Path work;

  private final List<Process> servers = new ArrayList<>();
  private Path web;
  private Path project;
  private Path repositories;

  @BeforeEach
  void serve(Engine engine) throws IOException {
    web = Files.createDirectories(work.resolve("web"));
    repositories = Files.createDirectories(work.resolve("git"));
    Path lib = repository(repositories, "lib");
    write(lib.resolve("inner"), "of a submodule\n");
    commit(lib);
    project = repository(repositories, "project.git");
    write(project.resolve("Dockerfile"), "FROM busybox\nCOPY . /got\n");
    write(project.resolve("f"), "first\n");
    write(project.resolve("sub/Dockerfile"), "FROM busybox\nCOPY f /got/f\n");
    write(project.resolve("sub/f"), "below\n");
    Files.createSymbolicLink(project.resolve("escape"), Path.of("../../outside"));
    git(
        project,
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        "--",
        lib.toString(),
        "lib");
    git(project, "config", "--file", ".gitmodules", "submodule.lib.url", "../lib");
    commit(project);
    git(project, "tag", "v1");
    write(project.resolve("f"), "second\n");
    commit(project);
    start(engine, "busybox", "httpd", "-f", "-p", WEB, "-h", web.toString());
    start(
        engine,
        "git",
        "daemon",
        "--export-all",
        "--reuseaddr",
        "--listen=127.0.0.1",
        "--port=" + GIT.split(":")[1],
        "--base-path=" + repositories);
    await().until(() -> inside(engine, "curl", "-s", "http://" + WEB + "/").exit() == 0);
    await()
        .until(
            () -> inside(engine, "git", "ls-remote", "git://" + GIT + "/project.git").exit() == 0);
  }

  @AfterEach
  void stop(Docker docker) {
    for (Process server : servers) {
      server.descendants().forEach(ProcessHandle::destroyForcibly);
      server.destroyForcibly().onExit().join();
    }
    docker.run("rmi", "-f", IMAGE);
  }

  private static Path repository(Path where, String name) throws IOException {
    Path path = Files.createDirectories(where.resolve(name));
    git(path, "init", "--quiet", "--initial-branch=main");
    return path;
  }

  private static void commit(Path repository) {
    git(repository, "add", "--all");
    git(repository, "commit", "--quiet", "--message=more");
  }

  private static String git(Path repository, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-C", repository.toString()));
    command.addAll(List.of("-c", "user.name=me", "-c", "user.email=me@here"));
    command.addAll(List.of(arguments));
    return Shell.run(Map.of("GIT_CONFIG_GLOBAL", "/dev/null"), "", command).ok();
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void start(Engine engine, String... command) throws IOException {
    List<String> all = new ArrayList<>(engine.inside());
    all.addAll(List.of(command));
    servers.add(
        new ProcessBuilder(all)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  private static Shell.Result inside(Engine engine, String... command) {
    List<String> all = new ArrayList<>(engine.inside());
    all.addAll(List.of(command));
    return Shell.run(Map.of(), "", all);
  }

  /** What the engine says to a build of that context. The CLI would fetch it by itself. */
  private static String build(Engine engine, String remote, String... more) {
    return Shell.run(
            Map.of(),
            "",
            List.of(
                "curl",
                "-sS",
                "-X",
                "POST",
                "--unix-socket",
                engine.socket().toString(),
                "http://varve/build?t="
                    + IMAGE
                    + "&remote="
                    + URLEncoder.encode(remote, StandardCharsets.UTF_8)
                    + String.join("", more)))
        .ok();
  }

  private static String run(Docker docker, String line) {
    return docker.ok("run", "--rm", IMAGE, "sh", "-c", line);
  }

  @Test
  void aContextByHttp(Engine engine, Docker docker) throws IOException {
    write(work.resolve("context/Dockerfile"), "FROM busybox\nCOPY f /f\n");
    write(work.resolve("context/deep/Other"), "FROM busybox\nCOPY f /other\n");
    write(work.resolve("context/f"), "by http\n");
    Path tar = web.resolve("context.tar.gz");
    Shell.run(
            Map.of(),
            "",
            List.of("tar", "-czf", tar.toString(), "-C", work.resolve("context").toString(), "."))
        .ok();
    String url = "http://" + WEB + "/context.tar.gz";
    assertThat(build(engine, url)).contains("Successfully tagged");
    assertThat(run(docker, "cat /f")).isEqualTo("by http");
    assertThat(build(engine, url, "&dockerfile=deep/Other")).contains("Successfully tagged");
    assertThat(run(docker, "cat /other")).isEqualTo("by http");
    assertThat(build(engine, "http://" + WEB + "/missing")).contains("404");
  }

  @Test
  void aDockerfileByHttp(Engine engine, Docker docker) throws IOException {
    write(web.resolve("some.txt"), "FROM busybox\nRUN echo alone > /f\n");
    assertThat(build(engine, "http://" + WEB + "/some.txt")).contains("Successfully tagged");
    assertThat(run(docker, "cat /f")).isEqualTo("alone");
  }

  @Test
  void aContextByGit(Engine engine, Docker docker) {
    String url = "git://" + GIT + "/project.git";
    assertThat(build(engine, url)).contains("Successfully tagged");
    assertThat(run(docker, "cat /got/f /got/lib/inner; ls -A /got; readlink /got/escape"))
        .isEqualTo(
            "second\nof a submodule\n.gitmodules\nDockerfile\nescape\nf\nlib\nsub\n../../outside");
    assertThat(build(engine, url + "#v1")).contains("Successfully tagged");
    assertThat(run(docker, "cat /got/f")).isEqualTo("first");
    assertThat(build(engine, url + "#" + git(project, "rev-parse", "v1")))
        .contains("Successfully tagged");
    assertThat(run(docker, "cat /got/f")).isEqualTo("first");
    assertThat(build(engine, url + "#main:sub")).contains("Successfully tagged");
    assertThat(run(docker, "cat /got/f")).isEqualTo("below");
    assertThat(build(engine, url + "#nope")).contains("failed to fetch").contains("nope");
  }

  @Test
  void filesByGit(Docker docker) {
    String commit = git(project, "rev-parse", "v1");
    String text =
        """
        FROM busybox
        ADD git://%1$s/project.git#v1 /whole
        ADD --chown=1:2 --exclude=Dockerfile git://%1$s/project.git#main:sub /part/
        ADD --checksum=%2$s git://%1$s/project.git#v1:sub /checked
        """
            .formatted(GIT, commit);
    docker.with(text, "build", "-t", IMAGE, "-").ok();
    assertThat(
            run(
                docker,
                "cat /whole/f /whole/lib/inner /part/f; ls -A /part; stat -c %u:%g:%a /part/f /whole/f"))
        .isEqualTo("first\nof a submodule\nbelow\nf\n1:2:644\n0:0:644");
    assertThat(docker.with(text, "build", "-t", IMAGE, "-").ok()).contains("Using cache");
    Shell.Result wrong =
        docker.with(text.replace(commit, "0".repeat(40)), "build", "-t", IMAGE, "-");
    assertThat(wrong.exit()).isNotZero();
    assertThat(wrong.err()).contains("expected checksum to match");
  }

  /** What git says of an image's directory, copied out of it. */
  private String git(Docker docker, String directory, String... arguments) throws IOException {
    Path tree = Files.createTempDirectory(work, "tree");
    String container = docker.ok("create", IMAGE);
    try {
      String unpacked = " | tar -x --strip-components=1 -C " + tree;
      docker.shell("docker cp " + container + ":" + directory + " -" + unpacked).ok();
    } finally {
      docker.ok("rm", container);
    }
    return git(tree, arguments);
  }

  @Test
  void aWorkTreeByGit(Engine engine, Docker docker) throws IOException {
    String text =
        """
        FROM busybox
        ADD --keep-git-dir=true git://%1$s/project.git#v1 /whole
        ADD --keep-git-dir git://%1$s/project.git#main:sub /part
        """
            .formatted(GIT);
    docker.with(text, "build", "-t", IMAGE, "-").ok();
    assertThat(git(docker, "/whole", "status", "--porcelain")).isEmpty();
    assertThat(git(docker, "/whole", "rev-parse", "HEAD", "v1"))
        .isEqualTo(git(project, "rev-parse", "v1", "v1"));
    assertThat(git(docker, "/whole/lib", "log", "--format=%s")).isEqualTo("more");
    assertThat(run(docker, "ls -A /part")).isEqualTo("Dockerfile\nf");
    String id = docker.inspect("{{.Id}}", IMAGE);
    assertThat(docker.with(text, "build", "-t", IMAGE, "-").ok()).contains("Using cache");
    docker.with(text, "build", "--no-cache", "-t", IMAGE, "-").ok();
    assertThat(docker.inspect("{{index .RootFS.Layers 1}}", IMAGE))
        .isEqualTo(docker.inspect("{{index .RootFS.Layers 1}}", id));

    String keep =
        "&buildargs="
            + URLEncoder.encode(
                "{\"BUILDKIT_CONTEXT_KEEP_GIT_DIR\":\"1\"}", StandardCharsets.UTF_8);
    assertThat(build(engine, "git://" + GIT + "/project.git", keep))
        .contains("Successfully tagged");
    assertThat(git(docker, "/got", "status", "--porcelain")).isEmpty();
  }

  @Test
  void byTlsFromWhomTheOperatorTrusts(Engine engine, Docker docker) throws IOException {
    Path served = Files.createDirectory(work.resolve("served"));
    write(served.resolve("file"), "by TLS\n");
    for (String name : List.of("project.git", "lib")) {
      Path bare = served.resolve(name);
      git(repositories.resolve(name), "clone", "--quiet", "--bare", ".", bare.toString());
      git(bare, "update-server-info");
    }
    Path certificate = certificate();
    start(
        engine,
        Path.of(System.getProperty("java.home"), "bin/java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        "dev.varve.e2e.TlsFiles",
        TLS.split(":")[1],
        served.toString(),
        work.resolve("keys.p12").toString());
    await().until(() -> inside(engine, "curl", "-sk", "https://" + TLS + "/file").exit() == 0);
    String context = "https://" + TLS + "/project.git";
    String text =
        "FROM busybox\nADD https://%1$s/project.git#v1 /v1/\nADD https://%1$s/file /file\n"
            .formatted(TLS);
    Path trusted = engine.root().resolve("certs.d").resolve(TLS);
    try {
      assertThat(build(engine, context)).contains("failed to fetch").contains("certificate");
      assertThat(docker.with(text, "build", "-t", IMAGE, "-").err()).contains("certificate");
      assertThat(
              docker
                  .with("FROM busybox\nADD https://" + TLS + "/file /\n", "build", "-t", IMAGE, "-")
                  .err())
          .contains("x509: certificate signed by unknown authority");
      Files.createDirectories(trusted);
      Files.copy(certificate, trusted.resolve("ca.crt"));
      docker.with(text, "build", "-t", IMAGE, "-").ok();
      assertThat(run(docker, "cat /v1/f /v1/lib/inner /file"))
          .isEqualTo("first\nof a submodule\nby TLS");
      assertThat(build(engine, context)).contains("Successfully tagged");
      assertThat(run(docker, "cat /got/f")).isEqualTo("second");
    } finally {
      Files.deleteIfExists(trusted.resolve("ca.crt"));
      Files.deleteIfExists(trusted);
    }
  }

  /** A server's, which is an authority, too; its key beside it. */
  private Path certificate() {
    Path certificate = work.resolve("tls.crt");
    String key = work.resolve("tls.key").toString();
    List<String> made = new ArrayList<>(List.of("openssl", "req", "-x509", "-newkey", "rsa:2048"));
    made.addAll(List.of("-nodes", "-days", "2", "-subj", "/CN=tls"));
    made.addAll(List.of("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key));
    made.addAll(List.of("-out", certificate.toString()));
    Shell.run(Map.of(), "", made).ok();
    List<String> kept = new ArrayList<>(List.of("openssl", "pkcs12", "-export", "-inkey", key));
    kept.addAll(List.of("-in", certificate.toString(), "-passout", "pass:" + TlsFiles.PASSWORD));
    kept.addAll(List.of("-out", work.resolve("keys.p12").toString()));
    Shell.run(Map.of(), "", kept).ok();
    return certificate;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "file:///tmp/x.git",
        "gopher://" + WEB + "/x",
        "unix:///run/docker.sock",
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/",
        "http://[fe80::1]/",
        "http://169.254.169.254/x.git",
        "git://169.254.169.254/x",
        "ssh://" + GIT + "/project.git",
        "git@127.0.0.1:project.git",
        "git://" + GIT + "/project.git#--upload-pack=touch",
        "git://" + GIT + "/project.git#main:../..",
        "git://" + GIT + "/project.git#main:escape/etc",
      })
  void whatIsNoPlaceToFetchFrom(String url, Engine engine, Docker docker) {
    assertThat(build(engine, url)).contains("\"message\"").doesNotContain("Step 1");
    if (!url.contains("escape")) {
      Shell.Result added =
          docker.with("FROM busybox\nADD " + url + " /x/\n", "build", "-t", IMAGE, "-");
      assertThat(added.exit()).isNotZero();
    }
  }

  @Test
  void redirectionsAreJudgedLikeWhatWasAsked(Engine engine) throws IOException {
    Path script = web.resolve("cgi-bin/away");
    write(
        script,
        "#!/bin/sh\nprintf 'Status: 302 Found\\r\\nLocation: http://169.254.169.254/x\\r\\n\\r\\n'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(inside(engine, "curl", "-si", "http://" + WEB + "/cgi-bin/away").out())
        .contains("169.254.169.254");
    assertThat(build(engine, "http://" + WEB + "/cgi-bin/away"))
        .contains("no file is fetched from 169.254.169.254");
  }
}
