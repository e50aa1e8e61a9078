package dev.varve.gateway.route;

/**
 * What the engine says about itself.
 *
 * @param version as clients are told: they ask for one of Docker's
 * @param root below which all its files lie
 * @param buildTime RFC 3339, or empty
 */
public record EngineFacts(String version, String buildTime, String root, String node) {
  /** Of Docker, the first with the API that is spoken here. */
  private static final String RELEASE = "28.3.0";

  /** Docker's release and, as its distributors add theirs, the engine's own. */
  public static String versionOf(String own) {
    return RELEASE + "+varve" + own;
  }
}
