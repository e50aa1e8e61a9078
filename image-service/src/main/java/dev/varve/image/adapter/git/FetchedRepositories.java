package dev.varve.image.adapter.git;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.application.ServerTrust;
import dev.varve.image.application.build.GitReference;
import dev.varve.image.application.build.GitRepositories;
import dev.varve.image.application.build.RemoteAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@link GitRepositories} in directories of their own: bare ones, whose files come out as a tar and
 * never as files. Git connects to the very addresses that were judged, and follows no redirection.
 */
public final class FetchedRepositories implements GitRepositories {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-fA-F]{7,64}");
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  private final Path directory;
  private final long mostBytes;
  private final Authorities authorities;

  /**
   * @param directory made, mode 0700, where it is missing; what is in it goes: its makers are dead
   * @param mostBytes that a repository may have in one file
   * @param trust by which servers are known
   */
  public FetchedRepositories(Path directory, long mostBytes, ServerTrust trust) throws IOException {
    this.directory = directory;
    this.mostBytes = mostBytes;
    this.authorities = new Authorities(trust);
    remove(directory);
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
  }

  @Override
  public Fetched fetch(GitReference what) throws IOException, InterruptedException {
    URI url = uri(what);
    List<InetAddress> addresses = judged(url);
    Path repository = Files.createTempDirectory(directory, "");
    boolean done = false;
    try {
      GitCommand git = command(repository, what, url, addresses);
      git.run("init", "--quiet", "--bare", "--template=", "--", repository.toString()).orThrow();
      Files.createDirectories(repository.resolve("info"));
      // All files as they are: these attributes are for archives that are given away.
      Files.writeString(
          repository.resolve("info/attributes"), "* -export-ignore -export-subst -filter\n");
      Fetched fetched = new FetchedCommit(what, repository, git, commit(git, what));
      done = true;
      return fetched;
    } catch (IOException e) {
      if (Stream.of("git", "prlimit").anyMatch(it -> isMissing(e, it))) {
        throw new IOException("git repositories need the program git on the engine's host", e);
      }
      throw new IOException("failed to fetch " + what.shown() + ": " + e.getMessage(), e);
    } finally {
      if (!done) {
        remove(repository);
      }
    }
  }

  private static boolean isMissing(IOException e, String program) {
    String text = String.valueOf(e.getMessage());
    return text.contains("Cannot run program \"" + program)
        || text.contains("failed to execute " + program);
  }

  private GitCommand command(
      Path repository, GitReference what, URI url, List<InetAddress> addresses) throws IOException {
    Map<String, String> settings = new HashMap<>();
    settings.put("remote.origin.url", what.url());
    settings.put("http.followRedirects", "false");
    settings.put("http.lowSpeedLimit", "1");
    settings.put("http.lowSpeedTime", "60");
    settings.put("gc.auto", "0");
    settings.put("maintenance.auto", "false");
    settings.put("protocol.version", "2");
    settings.put("tar.umask", "0022");
    settings.put("core.hooksPath", "/dev/null");
    boolean web = !scheme(url).equals("git");
    if (web && !url.getHost().startsWith("[")) {
      settings.put(
          "http.curloptResolve",
          "%s:%d:%s"
              .formatted(
                  url.getHost(),
                  port(url),
                  addresses.stream()
                      .map(InetAddress::getHostAddress)
                      .collect(Collectors.joining(","))));
    }
    if (!web) {
      settings.put("remote.origin.url", at(url, addresses.getFirst()));
    }
    GitCommand git = new GitCommand(repository, mostBytes, settings);
    if (scheme(url).equals("https")) {
      authorities
          .of(url, repository.resolve("varve-authorities"))
          .ifPresent(file -> git.set(GitCommand.AUTHORITIES, file.toString()));
    }
    if (!web) {
      git.set("GIT_OVERRIDE_VIRTUAL_HOST", url.getPort() < 0 ? url.getHost() : url.getAuthority());
    }
    return git;
  }

  /** One commit alone where the server gives it; otherwise all it has, to look there. */
  private static String commit(GitCommand git, GitReference what)
      throws IOException, InterruptedException {
    String ref = what.ref().isEmpty() ? "HEAD" : what.ref();
    GitCommand.Outcome first =
        git.run("fetch", "--quiet", "--depth=1", "--no-tags", "--", "origin", ref);
    if (first.exit() == 0
        || git.run("fetch", "--quiet", "--no-tags", "--", "origin", ref).exit() == 0) {
      return parsed(git, "FETCH_HEAD");
    }
    if (!COMMIT.matcher(ref).matches()) {
      first.orThrow();
    }
    git.run(
            "fetch",
            "--quiet",
            "--",
            "origin",
            "+refs/heads/*:refs/heads/*",
            "+refs/tags/*:refs/tags/*")
        .orThrow();
    return parsed(git, ref);
  }

  private static String parsed(GitCommand git, String ref)
      throws IOException, InterruptedException {
    return git.run("rev-parse", "--verify", "--quiet", "--end-of-options", ref + "^{commit}")
        .orThrow()
        .strip();
  }

  private static URI uri(GitReference what) {
    try {
      URI uri = new URI(what.url());
      if (uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw refusal("invalid URL of a git repository: " + what.shown());
  }

  private static List<InetAddress> judged(URI url) throws IOException {
    List<InetAddress> addresses = List.of(InetAddress.getAllByName(url.getHost()));
    for (InetAddress address : addresses) {
      if (RemoteAddresses.isRefused(address)) {
        throw refusal("no repository is fetched from " + address.getHostAddress());
      }
    }
    return addresses;
  }

  private static String at(URI url, InetAddress address) {
    String host = address.getHostAddress();
    return "git://%s%s%s"
        .formatted(
            host.contains(":") ? "[" + host + "]" : host,
            url.getPort() < 0 ? "" : ":" + url.getPort(),
            url.getRawPath());
  }

  private static String scheme(URI url) {
    return url.getScheme().toLowerCase(Locale.ROOT);
  }

  private static int port(URI url) {
    return url.getPort() >= 0
        ? url.getPort()
        : scheme(url).equals("https") ? HTTPS_PORT : HTTP_PORT;
  }

  private static ProblemException refusal(String text) {
    return new Problem(Problem.Code.INVALID, text).asException();
  }

  static void remove(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
