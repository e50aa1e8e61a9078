package dev.varve.image.application;

/**
 * What a client gave for one request to a registry. Never recorded, never shown: {@link #toString}
 * says nothing.
 *
 * @param identityToken OAuth2 refresh token; takes the place of the password
 * @param registryToken bearer token, shown to the registry as it is
 */
public record Credentials(
    String username, String password, String identityToken, String registryToken) {
  public static final Credentials NONE = new Credentials("", "", "", "");

  public boolean hasPassword() {
    return !username.isEmpty() && !password.isEmpty();
  }

  public boolean hasIdentityToken() {
    return !identityToken.isEmpty();
  }

  public boolean hasRegistryToken() {
    return !registryToken.isEmpty();
  }

  public boolean isEmpty() {
    return !hasPassword() && !hasIdentityToken() && !hasRegistryToken();
  }

  @Override
  public String toString() {
    return isEmpty() ? "no credentials" : "credentials";
  }
}
