package dev.varve.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.image.v1.RegistryAuth;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryAuthHeaderTest {
  private static final byte[] JSON =
      "{\"username\":\"mé>\",\"password\":\"??>\",\"identitytoken\":\"i\",\"registrytoken\":\"r\"}"
          .getBytes(StandardCharsets.UTF_8);

  @Test
  void isReadInEitherAlphabetWithAndWithoutPadding() {
    RegistryAuth expected =
        RegistryAuth.newBuilder()
            .setUsername("mé>")
            .setPassword("??>")
            .setIdentityToken("i")
            .setRegistryToken("r")
            .build();
    assertThat(RegistryAuthHeader.read(Base64.getUrlEncoder().encodeToString(JSON)))
        .isEqualTo(expected);
    assertThat(RegistryAuthHeader.read(Base64.getEncoder().encodeToString(JSON)))
        .isEqualTo(expected);
    assertThat(
            RegistryAuthHeader.read(Base64.getUrlEncoder().withoutPadding().encodeToString(JSON)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "!!", "e30=", "W10=", "bm90IGpzb24=", "eyJ1c2VybmFtZSI6"})
  void whatCannotBeReadIsNone(String header) {
    assertThat(RegistryAuthHeader.read(header)).isEqualTo(RegistryAuth.getDefaultInstance());
  }
}
