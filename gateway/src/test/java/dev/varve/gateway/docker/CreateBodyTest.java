package dev.varve.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.gateway.http.ApiVersion;
import dev.varve.gateway.http.Json;
import dev.varve.gateway.http.Refusal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreateBodyTest {

  /** As the docker command line, version 28, sends it. */
  private static ObjectNode commandLine() throws Exception {
    try (var in = CreateBodyTest.class.getResourceAsStream("create-cli28.json")) {
      return (ObjectNode) Json.parse(in.readAllBytes());
    }
  }

  private static JsonNode json(String text) throws Refusal {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void takesWhatTheCommandLineSends() throws Exception {
    CreateBody body = CreateBody.parse(commandLine(), ApiVersion.MAXIMUM);
    assertThat(body.config().getHostname()).isEqualTo("host");
    assertThat(body.config().getUser()).isEqualTo("1:2");
    assertThat(body.config().getEnvList()).containsExactly("A=b");
    assertThat(body.config().getCmdList()).containsExactly("-c", "echo hi");
    assertThat(body.config().getCmdGiven()).isTrue();
    assertThat(body.config().getEntrypointList()).containsExactly("sh");
    assertThat(body.config().getEntrypointGiven()).isTrue();
    assertThat(body.config().getWorkingDir()).isEqualTo("/w");
    assertThat(body.config().getLabelsMap()).containsEntry("k", "v");
    assertThat(body.config().getAttachStdout()).isTrue();
    assertThat(body.config().hasStopTimeout()).isFalse();
    assertThat(body.host().getNetworkMode()).isEqualTo("default");
    assertThat(body.host().getRestartPolicy()).isEqualTo("no");
    assertThat(body.host().hasInit()).isFalse();
    assertThat(body.host().getResources().hasPidsLimit()).isFalse();
  }

  @Test
  void tellsAnAbsentEntrypointFromAnEmptyOne() throws Exception {
    assertThat(CreateBody.parse(json("{}"), ApiVersion.MAXIMUM).config().getEntrypointGiven())
        .isFalse();
    assertThat(
            CreateBody.parse(json("{\"Entrypoint\":[]}"), ApiVersion.MAXIMUM)
                .config()
                .getEntrypointGiven())
        .isTrue();
    assertThat(
            CreateBody.parse(json("{\"Entrypoint\":\"sh\"}"), ApiVersion.MAXIMUM)
                .config()
                .getEntrypointList())
        .containsExactly("sh");
  }

  @Test
  void takesMountsInAllForms() throws Exception {
    ObjectNode body = commandLine();
    body.set("Volumes", json("{\"/anon\":{}}"));
    ObjectNode host = (ObjectNode) body.get("HostConfig");
    host.set("Binds", json("[\"a:/b\"]"));
    host.set("VolumesFrom", json("[\"c:ro\"]"));
    host.set(
        "Mounts",
        json(
            "[{\"Type\":\"volume\",\"Target\":\"/v\",\"VolumeOptions\":{\"NoCopy\":true,\"Subpath\":\"s\","
                + "\"DriverConfig\":{}}},{\"Type\":\"bind\",\"Source\":\"/s\",\"Target\":\"/t\",\"BindOptions\":"
                + "{\"ReadOnlyForceRecursive\":true}}]"));
    CreateBody parsed = CreateBody.parse(body, ApiVersion.MAXIMUM);
    assertThat(parsed.config().getVolumesList()).containsExactly("/anon");
    assertThat(parsed.host().getBindsList()).containsExactly("a:/b");
    assertThat(parsed.host().getVolumesFromList()).containsExactly("c:ro");
    assertThat(parsed.host().getMounts(0).getVolumeOptions().getNoCopy()).isTrue();
    assertThat(parsed.host().getMounts(0).getVolumeOptions().getSubpath()).isEqualTo("s");
    assertThat(parsed.host().getMounts(0).getVolumeOptions().getDriverGiven()).isTrue();
    assertThat(parsed.host().getMounts(1).getBindOptions().getReadOnlyForceRecursive()).isTrue();
    assertThat(parsed.host().getMounts(1).hasVolumeOptions()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Cgroup|\"container:a\"",
      })
  void namesWhatItCannotHonour(String field, String value) throws Exception {
    ObjectNode body = commandLine();
    ((ObjectNode) body.get("HostConfig")).set(field, json(value));
    assertThatThrownBy(() -> CreateBody.parse(body, ApiVersion.MAXIMUM))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(501))
        .hasMessage("HostConfig." + field + " is not implemented yet by Varve");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"ExposedPorts\":{\"http\":{}}}|invalid port specification: \"http\"",
      })
  void andSoOutsideOfHostConfig(String body, String message) {
    assertThatThrownBy(() -> CreateBody.parse(json(body), ApiVersion.MAXIMUM)).hasMessage(message);
  }
}
