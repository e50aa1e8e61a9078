package dev.varve.gateway.route;

import java.nio.file.Path;

/**
 * What the engine says about itself.
 *
 * @param version as clients are told: they ask for one of Docker's
 * @param root below which all its files lie
 * @param run below which those lie that need not outlive it
 * @param buildTime RFC 3339, or empty
 */
public record EngineFacts(String version, String buildTime, String root, Path run, String node) {
  /** Of Docker, the first with the API that is spoken here. */
  private static final String RELEASE = "28.3.0";

  /** Docker's release and, as its distributors add theirs, the engine's own. */
  public static String versionOf(String own) {
    return RELEASE + "+varve" + own;
  }
}
