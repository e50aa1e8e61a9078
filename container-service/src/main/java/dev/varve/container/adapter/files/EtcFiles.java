package dev.varve.container.adapter.files;

import dev.varve.container.application.RunFiles;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.HostSpec;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/** The files below {@code <root>/containers/<id>/}, written anew for each run. */
public final class EtcFiles implements RunFiles {
  private static final int ATTEMPTS = 10;

  private final Path containers;
  private final Path hostEtc;
  private final ResolvConf resolvConf;

  /**
   * @param containers the directory of all containers
   * @param hostEtc the host's own /etc
   * @param upstreamResolvConf where a local resolver keeps the list of real ones, if it is there
   */
  public EtcFiles(Path containers, Path hostEtc, Path upstreamResolvConf) {
    this.containers = containers;
    this.hostEtc = hostEtc;
    this.resolvConf = new ResolvConf(hostEtc.resolve("resolv.conf"), upstreamResolvConf);
  }

  @Override
  public Paths paths(String containerId) {
    Path directory = containers.resolve(containerId);
    return new Paths(
        directory.resolve("hosts"),
        directory.resolve("hostname"),
        directory.resolve("resolv.conf"));
  }

  @Override
  public Paths write(Container container, Networking networking) throws IOException {
    Path directory = containers.resolve(container.id());
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Paths paths = paths(container.id());
    HostSpec host = container.spec().host();
    boolean ofHost = host.networkMode().equals("host");
    String base = ofHost ? readIfThere(hostEtc.resolve("hosts")) : HostsFile.LOCAL;
    write(paths.hosts(), HostsFile.of(base, container.spec(), networking));
    write(paths.hostname(), container.spec().hostname() + "\n");
    write(
        paths.resolvConf(), resolvConf.of(host.nameResolution(), ofHost, networking.nameServer()));
    return paths;
  }

  @Override
  public void delete(String containerId) throws IOException {
    Path directory = containers.resolve(containerId);
    if (!Files.exists(directory)) {
      return;
    }
    for (int left = ATTEMPTS; ; left--) {
      try (Stream<Path> entries = Files.list(directory)) {
        for (Path entry : entries.toList()) {
          Files.deleteIfExists(entry);
        }
        Files.deleteIfExists(directory);
        return;
      } catch (DirectoryNotEmptyException e) {
        // An old log was set aside or compressed at this moment.
        if (left == 0) {
          throw e;
        }
      }
    }
  }

  @Override
  public Set<String> known() throws IOException {
    if (!Files.isDirectory(containers)) {
      return Set.of();
    }
    Set<String> ids = new HashSet<>();
    try (Stream<Path> entries = Files.list(containers)) {
      entries.forEach(entry -> ids.add(String.valueOf(entry.getFileName())));
    }
    return ids;
  }

  /** Readable to every user in the container, whatever the engine's umask. */
  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private static String readIfThere(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file) : HostsFile.LOCAL;
  }
}
