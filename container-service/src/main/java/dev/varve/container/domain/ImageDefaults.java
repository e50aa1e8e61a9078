package dev.varve.container.domain;

import dev.varve.container.domain.ContainerSpec.HealthCheck;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an image says about containers made from it: the config part of its image config. */
public record ImageDefaults(
    List<String> entrypoint,
    List<String> cmd,
    List<String> env,
    String workingDir,
    String user,
    Map<String, String> labels,
    List<String> exposedPorts,
    List<String> volumes,
    String stopSignal,
    Optional<HealthCheck> healthCheck) {}
