package dev.varve.gateway.route;

/**
 * What the engine says about itself.
 *
 * @param root below which all its files lie
 * @param buildTime RFC 3339, or empty
 */
public record EngineFacts(String version, String buildTime, String root, String node) {}
