package dev.varve.container.domain;

import dev.varve.container.domain.ContainerSpec.HealthCheck;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a client asked for, before the image's defaults are merged under it.
 *
 * @param process with what was given only
 * @param entrypointGiven tells an empty entrypoint, which forgets the image's, from none
 * @param mountImages ids of the images that mounts name, by what they name them
 */
public record RequestedConfig(
    String image,
    String imageId,
    String hostname,
    String domainname,
    Map<String, String> labels,
    ProcessSpec process,
    boolean entrypointGiven,
    HostSpec host,
    List<String> exposedPorts,
    List<String> volumes,
    Optional<HealthCheck> healthCheck,
    List<String> onBuild,
    List<String> shell,
    boolean networkDisabled,
    Map<String, String> mountImages) {

  /** The same with another host's side. */
  public RequestedConfig with(HostSpec other) {
    return new RequestedConfig(
        image,
        imageId,
        hostname,
        domainname,
        labels,
        process,
        entrypointGiven,
        other,
        exposedPorts,
        volumes,
        healthCheck,
        onBuild,
        shell,
        networkDisabled,
        mountImages);
  }
}
