package dev.varve.gateway.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.varve.api.image.v1.RegistryAuth;
import dev.varve.gateway.http.Json;
import dev.varve.gateway.http.Refusal;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The credentials for one request, as clients send them. What cannot be read counts as none. */
public final class RegistryAuthHeader {
  public static final String NAME = "X-Registry-Auth";

  private RegistryAuthHeader() {}

  public static RegistryAuth read(@Nullable String header) {
    return of(decode(header));
  }

  /** The JSON that such a header holds; missing when there is none. */
  public static JsonNode decode(@Nullable String header) {
    if (header == null || header.isBlank()) {
      return MissingNode.getInstance();
    }
    try {
      String text = header.strip().replace('+', '-').replace('/', '_').replaceAll("=+$", "");
      return Json.parse(Base64.getUrlDecoder().decode(text));
    } catch (IllegalArgumentException | Refusal e) {
      return MissingNode.getInstance();
    }
  }

  /** The same from a body. */
  public static RegistryAuth of(JsonNode json) {
    return RegistryAuth.newBuilder()
        .setUsername(text(json, "username"))
        .setPassword(text(json, "password"))
        .setIdentityToken(text(json, "identitytoken"))
        .setRegistryToken(text(json, "registrytoken"))
        .build();
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asText("");
  }
}
