package dev.varve.container.domain;

/** What a container's health check says of it. */
public enum HealthStatus {
  /** It has no check, or never ran. */
  NONE,
  STARTING,
  HEALTHY,
  UNHEALTHY
}
