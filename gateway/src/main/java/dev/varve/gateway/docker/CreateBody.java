package dev.varve.gateway.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.api.container.v1.Config;
import dev.varve.gateway.http.ApiVersion;
import dev.varve.gateway.http.Refusal;
import dev.varve.values.container.v1.EndpointSpec;
import dev.varve.values.container.v1.HealthCheck;
import dev.varve.values.container.v1.HostSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The body of {@code POST /containers/create}: Config, HostConfig and NetworkingConfig. What Varve
 * does not honour yet may be absent or zero; else it is refused by name, for an option that is
 * silently dropped is worse than one that is missing.
 *
 * @param links what the container is to call others: {@code name:alias}
 * @param warnings of what is left out, in Docker's words
 */
public record CreateBody(Config config, HostSpec host, List<String> links, List<String> warnings) {

  /**
   * @throws Refusal 400 for what is malformed, 501 for what is not there yet
   */
  public static CreateBody parse(JsonNode body, ApiVersion version) throws Refusal {
    if (body.isNull()) {
      throw Refusal.badRequest("config cannot be empty in order to create a container");
    }
    Fields fields = Fields.of("", body);
    Fields hostConfig = fields.object("HostConfig");
    HostSpec.Builder host = HostConfigBody.parse(hostConfig, version).toBuilder();
    endpoints(fields.object("NetworkingConfig"), host);
    macAddress(fields.text("MacAddress"), host);
    return new CreateBody(
        config(fields),
        host.build(),
        hostConfig.texts("Links"),
        HostConfigBody.warnings(hostConfig));
  }

  /** What mounts call the images that they want. */
  public Set<String> mountImages() {
    return MountBodies.images(host.getMountsList());
  }

  /** What a commit shall give its image instead of what the container was run with. */
  public static Config config(JsonNode body) throws Refusal {
    return config(Fields.of("", body));
  }

  private static Config config(Fields fields) throws Refusal {
    Config.Builder config =
        Config.newBuilder()
            .setHostname(fields.text("Hostname"))
            .setDomainname(fields.text("Domainname"))
            .setUser(fields.text("User"))
            .setAttachStdin(fields.flag("AttachStdin"))
            .setAttachStdout(fields.flag("AttachStdout"))
            .setAttachStderr(fields.flag("AttachStderr"))
            .setTty(fields.flag("Tty"))
            .setOpenStdin(fields.flag("OpenStdin"))
            .setStdinOnce(fields.flag("StdinOnce"))
            .addAllEnv(fields.texts("Env"))
            .addAllCmd(fields.words("Cmd"))
            .setCmdGiven(fields.has("Cmd"))
            .setImage(fields.text("Image"))
            .setWorkingDir(fields.text("WorkingDir"))
            .addAllEntrypoint(fields.words("Entrypoint"))
            .setEntrypointGiven(fields.has("Entrypoint"))
            .putAllLabels(fields.map("Labels"))
            .setStopSignal(fields.text("StopSignal"))
            .addAllVolumes(fields.keys("Volumes"))
            .addAllShell(fields.words("Shell"))
            .addAllOnBuild(fields.texts("OnBuild"))
            .setNetworkDisabled(fields.flag("NetworkDisabled"));
    for (String port : fields.keys("ExposedPorts")) {
      PortRange.parse(port);
      config.addExposedPorts(port);
    }
    if (fields.has("StopTimeout")) {
      config.setStopTimeout(fields.integer("StopTimeout"));
    }
    if (fields.has("Healthcheck")) {
      config.setHealthCheck(healthCheck(fields.object("Healthcheck")));
    }
    return config.build();
  }

  private static HealthCheck healthCheck(Fields fields) throws Refusal {
    return HealthCheck.newBuilder()
        .addAllTest(fields.texts("Test"))
        .setIntervalNanos(fields.number("Interval"))
        .setTimeoutNanos(fields.number("Timeout"))
        .setStartPeriodNanos(fields.number("StartPeriod"))
        .setStartIntervalNanos(fields.number("StartInterval"))
        .setRetries(fields.integer("Retries"))
        .build();
  }

  /** Nothing is said of the default bridge, or of the mode's network, by naming it alone. */
  private static void endpoints(Fields networking, HostSpec.Builder host) throws Refusal {
    Fields endpoints = networking.object("EndpointsConfig");
    List<EndpointSpec> asked = new ArrayList<>();
    for (String name : networking.keys("EndpointsConfig")) {
      asked.add(EndpointBody.parse(name, endpoints.object(name)));
    }
    String mode = host.getNetworkMode();
    boolean plain =
        asked.size() == 1
            && (asked.getFirst().getNetwork().equals(mode)
                || isDefault(mode) && isDefault(asked.getFirst().getNetwork()))
            && asked.getFirst().equals(plain(asked.getFirst().getNetwork()));
    if (!plain) {
      host.addAllEndpoints(asked);
    }
  }

  /** The older place for it, which means the network of the mode. */
  private static void macAddress(String address, HostSpec.Builder host) throws Refusal {
    if (address.isEmpty()) {
      return;
    }
    String mode = host.getNetworkMode().isEmpty() ? "bridge" : host.getNetworkMode();
    for (EndpointSpec.Builder endpoint : host.getEndpointsBuilderList()) {
      if (endpoint.getNetwork().equals(mode)
          || isDefault(mode) && isDefault(endpoint.getNetwork())) {
        if (!endpoint.getMacAddress().isEmpty() && !endpoint.getMacAddress().equals(address)) {
          throw Refusal.badRequest(
              "conflicting MAC addresses: the container-wide MAC address must match the"
                  + " endpoint-specific MAC address for the main network, or be left empty");
        }
        endpoint.setMacAddress(address);
        return;
      }
    }
    host.addEndpoints(EndpointSpec.newBuilder().setNetwork(mode).setMacAddress(address));
  }

  private static boolean isDefault(String network) {
    return network.isEmpty() || network.equals("default") || network.equals("bridge");
  }

  private static EndpointSpec plain(String network) {
    return EndpointSpec.newBuilder().setNetwork(network).build();
  }
}
