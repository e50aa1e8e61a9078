package dev.varve.gateway.registry;

import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Peer;
import dev.varve.gateway.http.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what with the registry: whoever shows a certificate that is vouched for, or a user's
 * password, may do all; what others may, the operator says.
 */
public final class RegistryAccess {
  private static final Logger LOG = Logger.getLogger(RegistryAccess.class);

  private final Optional<Users> users;
  private final Anonymous anonymous;

  /** What may be done by those who do not say who they are. */
  public enum Anonymous {
    NONE,
    PULL,
    ALL;

    /**
     * @throws IllegalArgumentException with a text for the operator
     */
    public static Anonymous parse(String text) {
      return switch (text) {
        case "none" -> NONE;
        case "pull" -> PULL;
        case "all" -> ALL;
        default ->
            throw new IllegalArgumentException(
                "VARVE_REGISTRY_ANONYMOUS: '%s' is none of none, pull and all".formatted(text));
      };
    }
  }

  private record Login(String user, String password) {}

  public RegistryAccess(Optional<Users> users, Anonymous anonymous) {
    this.users = users;
    this.anonymous = anonymous;
  }

  /**
   * Returns if the request may go on, which is then made for whom it proved to be.
   *
   * @param reads whether it changes nothing
   */
  void require(Exchange exchange, boolean reads) throws Refusal {
    String header = exchange.header("Authorization");
    if (header != null) {
      logIn(exchange, header);
      return;
    }
    boolean certified =
        switch (exchange.peer()) {
          case Peer.Remote remote -> remote.certificate().isPresent();
          case Peer.Local _ -> false;
        };
    boolean free =
        switch (anonymous) {
          case NONE -> false;
          case PULL -> reads;
          case ALL -> true;
        };
    if (!certified && !free) {
      throw RegistryRefusal.of("UNAUTHORIZED", "authentication required");
    }
  }

  private void logIn(Exchange exchange, String header) throws Refusal {
    Login login = login(header);
    if (login == null || users.isEmpty() || !users.get().areRight(login.user(), login.password())) {
      LOG.warnf(
          "registry login failed user=\"%s\" actor=%s",
          login == null ? "" : login.user().replaceAll("[^!-~]", "?"), exchange.peer().actor());
      throw RegistryRefusal.of("UNAUTHORIZED", "authentication required");
    }
    exchange.actAs(login.user());
  }

  private static @Nullable Login login(String header) {
    String[] parts = header.strip().split(" +", 2);
    if (parts.length != 2 || !parts[0].toLowerCase(Locale.ROOT).equals("basic")) {
      return null;
    }
    try {
      String decoded =
          new String(Base64.getDecoder().decode(parts[1].strip()), StandardCharsets.UTF_8);
      int colon = decoded.indexOf(':');
      return colon < 0
          ? null
          : new Login(decoded.substring(0, colon), decoded.substring(colon + 1));
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }
}
