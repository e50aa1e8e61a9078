package dev.varve.container.adapter.imageconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.container.domain.ContainerSpec.HealthCheck;
import dev.varve.container.domain.ImageDefaults;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OciImageConfigTest {
  private static ImageDefaults parse(String json) {
    return OciImageConfig.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theConfigPart() {
    ImageDefaults image =
        parse(
            """
            {"architecture": "amd64", "config": {
              "Entrypoint": ["/e"], "Cmd": ["a"], "Env": ["A=b"], "WorkingDir": "/w", "User": "u",
              "Labels": {"l": "v"}, "ExposedPorts": {"80/tcp": {}}, "Volumes": {"/v": {}},
              "StopSignal": "SIGQUIT",
              "Healthcheck": {"Test": ["CMD", "x"], "Interval": 5, "Retries": 2}}}
            """);

    assertThat(image.entrypoint()).containsExactly("/e");
    assertThat(image.labels()).isEqualTo(Map.of("l", "v"));
    assertThat(image.exposedPorts()).containsExactly("80/tcp");
    assertThat(image.volumes()).containsExactly("/v");
    assertThat(image.healthCheck()).contains(new HealthCheck(List.of("CMD", "x"), 5, 0, 0, 0, 2));
  }

  @Test
  void nothingAndNulls() {
    assertThat(parse("{\"config\": {\"Cmd\": null, \"Labels\": null}}").cmd()).isEmpty();
    assertThat(parse("{}").entrypoint()).isEmpty();
    assertThat(parse("").entrypoint()).isEmpty();
    assertThatThrownBy(() -> parse("{")).hasMessageStartingWith("the image's config");
  }
}
