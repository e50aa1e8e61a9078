package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * A lease, which Docker has no words for.
 *
 * @param grace seconds
 * @param socket what is made through it is made under the lease; there while somebody holds it
 */
@JsonNaming(UpperCamelCaseStrategy.class)
public record LeaseJson(
    String id, String name, String opened, long grace, boolean held, String socket) {}
