package dev.varve.eventlog.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EngineSettingsTest {
  @Test
  void whatNobodySetHasItsDefault() throws IOException {
    EngineSettings settings = settings(Map.of());
    assertThat(settings.root()).isEqualTo(Path.of("/var/lib/varve"));
    assertThat(settings.run()).isEqualTo(Path.of("/run/varve"));
    assertThat(settings.socket()).isEqualTo(Path.of("/run/varve/docker.sock"));
    String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    assertThat(settings.log()).isEqualTo(LogSettings.of("varve", host, "127.0.0.1:9092"));
    assertThat(settings.postgres("image")).isEmpty();
    for (String service : new String[] {"image", "snapshot", "container"}) {
      assertThat(settings.address(service)).isEqualTo("unix:/run/varve/" + service + ".sock");
    }
  }

  @Test
  void socketsFollowTheRunDirectory() {
    EngineSettings settings = settings(Map.of("varve.run", "/run/other"));
    assertThat(settings.socket()).isEqualTo(Path.of("/run/other/docker.sock"));
    assertThat(settings.address("image")).isEqualTo("unix:/run/other/image.sock");
  }

  @Test
  void theDatabaseIsSharedByPrefix() {
    EngineSettings settings =
        settings(Map.of("varve.postgres.url", "jdbc:postgresql://h/d", "varve.prefix", "other"));
    assertThat(settings.postgres("image").orElseThrow().schema()).isEqualTo("other_image");
  }

  @Test
  void aClusterThatAsksWhoYouAreHasItsProperties() {
    EngineSettings settings =
        settings(
            Map.of(
                "varve.kafka.bootstrap", "a:1,b:2",
                "varve.kafka.properties", "/etc/client.properties",
                "varve.node", "n7"));
    assertThat(settings.log())
        .isEqualTo(
            LogSettings.of("varve", "n7", "a:1,b:2")
                .withClientProperties(Path.of("/etc/client.properties")));
  }

  /** As a service reads them: what is given here, over the defaults in the jar. */
  private static EngineSettings settings(Map<String, String> given) {
    return new EngineSettings(
        new SmallRyeConfigBuilder()
            .addPropertiesSources()
            .addDefaultInterceptors()
            .withSources(new PropertiesConfigSource(given, "given", 300))
            .build());
  }
}
