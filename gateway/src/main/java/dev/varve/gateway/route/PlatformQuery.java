package dev.varve.gateway.route;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.gateway.http.Json;
import dev.varve.gateway.http.Query;
import dev.varve.gateway.http.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The {@code platform} of inspect, history, save, load and push: the OCI image spec's platform as
 * JSON, unlike that of pull, import and create, which people write by hand.
 */
final class PlatformQuery {
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_-]+");

  private PlatformQuery() {}

  /**
   * {@code os/architecture[/variant]}, or empty when nobody asks.
   *
   * @throws Refusal 400 when it is no platform, or more than one
   */
  static String of(Query query) throws Refusal {
    List<String> all = query.all("platform").stream().filter(text -> !text.isEmpty()).toList();
    if (all.isEmpty()) {
      return "";
    }
    if (all.size() > 1) {
      throw Refusal.badRequest("multiple platform parameters not supported");
    }
    JsonNode platform = Json.parse(all.getFirst().getBytes(StandardCharsets.UTF_8));
    String os = platform.path("os").asText("");
    String architecture = platform.path("architecture").asText("");
    String variant = platform.path("variant").asText("");
    if (os.isEmpty() || architecture.isEmpty()) {
      throw Refusal.badRequest("both OS and Architecture must be provided");
    }
    String text = os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    for (String part : text.split("/", -1)) {
      if (!PART.matcher(part).matches()) {
        throw Refusal.badRequest("failed to parse platform: " + all.getFirst());
      }
    }
    return text;
  }
}
