package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/** Where a container's port is published, or is asked to be. */
@JsonNaming(UpperCamelCaseStrategy.class)
public record PortBindingJson(String hostIp, String hostPort) {}
