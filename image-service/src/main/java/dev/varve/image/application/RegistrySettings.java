package dev.varve.image.application;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the operator says about registries, and whom he trusts at other servers.
 *
 * @param mirrors by registry, in the order in which they are asked
 * @param insecure hosts, host:port or CIDR networks that may be spoken to without TLS, or with a
 *     certificate that nobody vouches for
 * @param certificates directories of {@code HOST:PORT/} with {@code *.crt}, {@code *.cert} and
 *     {@code *.key}
 * @param realms hosts that may be given credentials for registries elsewhere
 * @param downloads layers at a time, over all pulls
 * @param uploads layers at a time, over all pushes
 */
public record RegistrySettings(
    Map<String, List<String>> mirrors,
    List<String> insecure,
    List<Path> certificates,
    List<String> realms,
    int downloads,
    int uploads,
    Patience patience) {
  /** As in Docker; where nobody else can listen. */
  public static final List<String> LOOPBACK = List.of("127.0.0.0/8", "::1/128");

  /** Docker's numbers. */
  public static final RegistrySettings DEFAULT =
      new RegistrySettings(
          Map.of(),
          LOOPBACK,
          List.of(Path.of("/etc/docker/certs.d")),
          List.of(),
          3,
          5,
          Patience.DEFAULT);

  /**
   * Where certificates for a server are looked for, which need not be there.
   *
   * @param named whether the port was said; without that, HOST alone names the server, too
   */
  public List<Path> certificates(String host, int port, boolean named) {
    List<Path> places = new ArrayList<>();
    for (Path directory : certificates) {
      places.add(directory.resolve(host + ":" + port));
      if (!named) {
        places.add(directory.resolve(host));
      }
    }
    return places;
  }

  /**
   * How long a registry is waited for.
   *
   * @param connect also until TLS is agreed on
   * @param answer until the headers of an answer are there
   * @param window time in which at least {@code progress} bytes have to come
   * @param progress bytes
   * @param attempts at one request
   * @param pause before the second attempt; doubled before each further one
   * @param longestPause also when the registry asks for a longer one
   */
  public record Patience(
      Duration connect,
      Duration answer,
      Duration window,
      int progress,
      int attempts,
      Duration pause,
      Duration longestPause) {
    public static final Patience DEFAULT =
        new Patience(
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            4096,
            5,
            Duration.ofMillis(500),
            Duration.ofSeconds(60));
  }
}
