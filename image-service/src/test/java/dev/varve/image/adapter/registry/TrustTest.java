package dev.varve.image.adapter.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom credentials are shown to, and what is spoken without TLS. */
class TrustTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://r.example/x",
        "HTTP://r.example/x",
        "file:///etc/passwd",
        "gopher://r.example/",
        "https://user:word@r.example/",
        "https:///x",
        ":"
      })
  void aRegistryWithTlsCannotSendUsThere(String location) {
    assertThatThrownBy(() -> Redirects.target(URI.create("https://r.example/v2/"), location))
        .hasMessageContaining("refused a redirect by r.example");
  }

  @Test
  void aRegistrySendsUsOnWithinItselfAndToOthersWithTls() throws IOException {
    URI from = URI.create("https://r.example/v2/a");
    assertThat(Redirects.target(from, "/b?c=d")).isEqualTo(URI.create("https://r.example/b?c=d"));
    assertThat(Redirects.target(from, "https://127.0.0.1/b"))
        .isEqualTo(URI.create("https://127.0.0.1/b"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://registry-1.docker.io, https://auth.docker.io/token, true",
    "https://registry.gitlab.com, https://gitlab.com/jwt/auth, true",
    "https://ghcr.io, https://ghcr.io/token, true",
    "https://ghcr.io, https://evil.io/token, false",
    "https://a.co.uk, https://b.co.uk/token, false",
    "https://a.b.co.uk, https://b.co.uk/token, true",
    "https://10.0.0.1, https://10.0.0.1:99/token, true",
    "https://10.0.0.1, https://11.0.0.1/token, false",
    "https://localhost, https://other/token, false",
  })
  void aRealmIsOfTheRegistrysSiteOrNot(String registry, String realm, boolean same) {
    assertThat(Origins.sameSite(URI.create(realm), URI.create(registry))).isEqualTo(same);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:5000, true",
    "127.200.0.1, true",
    "localhost:5000, true",
    "[::1]:5000, true",
    "10.1.2.3:5000, true",
    "11.1.2.3:5000, false",
    "R.example, true",
    "r.example:5000, true",
    "s.example, false",
    "s.example:5000, true",
    "127.0.0.1.evil.example, false",
  })
  void isInsecureByNameOrAddress(String authority, boolean insecure) {
    Insecurity insecurity =
        new Insecurity(
            List.of("127.0.0.0/8", "::1/128", "10.0.0.0/8", "r.EXAMPLE", "s.example:5000"));
    assertThat(insecurity.covers(authority)).isEqualTo(insecure);
  }

  @Test
  void challengesAreReadInAnyOrder() {
    assertThat(
            Challenge.parse(
                List.of(
                    "Basic realm=\"a, \\\"b\\\"\", bearer scope=\"x\" , realm=y,service=\"s\"")))
        .containsExactly(
            new Challenge("basic", Map.of("realm", "a, \"b\"")),
            new Challenge("bearer", Map.of("scope", "x", "realm", "y", "service", "s")));
    assertThat(Challenge.parse(List.of("", ",", "=\"", "x".repeat(10_000)))).isEmpty();
  }

  @Test
  void whatIsShownOfAnAddressHoldsNoSignature() {
    assertThat(Origins.shown(URI.create("https://u:p@H.example:1/a?sig=secret#f")))
        .isEqualTo("https://h.example:1/a");
  }
}
