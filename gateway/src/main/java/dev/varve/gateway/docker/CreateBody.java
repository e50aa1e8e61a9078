package dev.varve.gateway.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.api.container.v1.Config;
import dev.varve.api.container.v1.HealthCheck;
import dev.varve.api.container.v1.HostConfig;
import dev.varve.gateway.http.ApiVersion;
import dev.varve.gateway.http.Refusal;
import java.util.List;

/**
 * The body of {@code POST /containers/create}: Config, HostConfig and NetworkingConfig. What Varve
 * does not honour yet may be absent or zero; else it is refused by name, for an option that is
 * silently dropped is worse than one that is missing.
 *
 * @param warnings of what is left out, in Docker's words
 */
public record CreateBody(Config config, HostConfig host, List<String> warnings) {

  /**
   * @throws Refusal 400 for what is malformed, 501 for what is not there yet
   */
  public static CreateBody parse(JsonNode body, ApiVersion version) throws Refusal {
    if (body.isNull()) {
      throw Refusal.badRequest("config cannot be empty in order to create a container");
    }
    Fields fields = Fields.of("", body);
    HostConfig host = HostConfigBody.parse(fields.object("HostConfig"), version);
    requireDefaultNetworking(fields.object("NetworkingConfig"), host.getNetworkMode());
    return new CreateBody(
        config(fields), host, HostConfigBody.warnings(fields.object("HostConfig")));
  }

  /** What a commit shall give its image instead of what the container was run with. */
  public static Config config(JsonNode body) throws Refusal {
    return config(Fields.of("", body));
  }

  private static Config config(Fields fields) throws Refusal {
    fields.notYet("Volumes");
    fields.notYet("MacAddress");
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

  private static void requireDefaultNetworking(Fields networking, String mode) throws Refusal {
    Fields endpoints = networking.object("EndpointsConfig");
    for (String name : networking.keys("EndpointsConfig")) {
      boolean ofMode =
          name.equals(mode)
              || (mode.isEmpty() || mode.equals("default") || mode.equals("bridge"))
                  && (name.equals("default") || name.equals("bridge"));
      if (!ofMode) {
        throw Refusal.notYet("NetworkingConfig.EndpointsConfig (network " + name + ")");
      }
      Fields endpoint = endpoints.object(name);
      for (String field :
          List.of("IPAMConfig", "Links", "Aliases", "MacAddress", "DriverOpts", "GwPriority")) {
        endpoint.notYet(field);
      }
    }
  }
}
