package dev.varve.gateway.registry;

import dev.varve.gateway.http.TcpListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the operator says about the TCP listener, checked: nothing is served to the network without
 * TLS, and nothing to anybody without the operator's word on who may come in.
 */
public record ListenSettings(
    TcpListener.Address address,
    boolean loopback,
    Optional<TcpListener.Tls> tls,
    Optional<Path> users,
    RegistryAccess.Anonymous anonymous) {
  private static final Pattern FORM =
      Pattern.compile("tcp://(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9.-]+):([0-9]{1,5})");

  /** As they were written. */
  public record Written(
      String listen,
      Optional<String> certificate,
      Optional<String> key,
      Optional<String> clientAuthority,
      Optional<String> users,
      String anonymous) {}

  /**
   * @throws IOException with a text for the operator
   */
  public static ListenSettings of(Written written) throws IOException {
    TcpListener.Address address = address(written.listen());
    boolean loopback = isLoopback(address.host());
    Optional<TcpListener.Tls> tls = tls(written);
    if (!loopback && tls.isEmpty()) {
      throw new IOException(
          "VARVE_LISTEN=%s can be reached from other machines and so needs TLS: set VARVE_TLS_CERT and VARVE_TLS_KEY"
              .formatted(written.listen()));
    }
    Optional<Path> users = written.users().map(Path::of);
    RegistryAccess.Anonymous anonymous = anonymous(written.anonymous());
    boolean certificates = tls.flatMap(TcpListener.Tls::clientAuthority).isPresent();
    if (users.isEmpty() && !certificates && anonymous == RegistryAccess.Anonymous.NONE) {
      throw new IOException(
          "VARVE_LISTEN=%s lets nobody in: set VARVE_REGISTRY_USERS, VARVE_TLS_CLIENT_CA or VARVE_REGISTRY_ANONYMOUS=pull|all"
              .formatted(written.listen()));
    }
    return new ListenSettings(address, loopback, tls, users, anonymous);
  }

  /** Whether Docker's API is served as well: only to clients whose certificate can be judged. */
  public boolean servesDocker() {
    return tls.flatMap(TcpListener.Tls::clientAuthority).isPresent();
  }

  private static TcpListener.Address address(String text) throws IOException {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65_535) {
      throw new IOException(
          "VARVE_LISTEN: '%s' is not of the form tcp://HOST:PORT".formatted(text));
    }
    String host = matcher.group(1);
    return new TcpListener.Address(
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        Integer.parseInt(matcher.group(2)));
  }

  private static boolean isLoopback(String host) throws IOException {
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (!address.isLoopbackAddress()) {
          return false;
        }
      }
      return true;
    } catch (UnknownHostException e) {
      throw new IOException("VARVE_LISTEN: no address is known for '%s'".formatted(host), e);
    }
  }

  private static Optional<TcpListener.Tls> tls(Written written) throws IOException {
    if (written.certificate().isPresent() != written.key().isPresent()) {
      throw new IOException("VARVE_TLS_CERT and VARVE_TLS_KEY are of use only together");
    }
    if (written.certificate().isEmpty()) {
      if (written.clientAuthority().isPresent()) {
        throw new IOException("VARVE_TLS_CLIENT_CA needs VARVE_TLS_CERT and VARVE_TLS_KEY");
      }
      return Optional.empty();
    }
    Optional<Path> authority = Optional.empty();
    if (written.clientAuthority().isPresent()) {
      authority = Optional.of(readable("VARVE_TLS_CLIENT_CA", written.clientAuthority().get()));
    }
    return Optional.of(
        new TcpListener.Tls(
            readable("VARVE_TLS_CERT", written.certificate().get()),
            readable("VARVE_TLS_KEY", written.key().orElseThrow()),
            authority));
  }

  private static Path readable(String setting, String text) throws IOException {
    Path file = Path.of(text);
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new IOException("%s: there is no file %s that can be read".formatted(setting, text));
    }
    return file;
  }

  private static RegistryAccess.Anonymous anonymous(String text) throws IOException {
    try {
      return RegistryAccess.Anonymous.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
