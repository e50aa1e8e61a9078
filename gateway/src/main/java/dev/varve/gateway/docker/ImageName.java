package dev.varve.gateway.docker;

/** What is said about image references without asking who holds them. */
public final class ImageName {
  private ImageName() {}

  /** The repository part: without the digest and without the tag. */
  public static String repository(String reference) {
    int at = reference.indexOf('@');
    String tagged = at < 0 ? reference : reference.substring(0, at);
    int colon = tagged.lastIndexOf(':');
    return colon > tagged.lastIndexOf('/') ? tagged.substring(0, colon) : tagged;
  }

  /** With its registry and its tag: {@code docker.io/library/busybox:latest}. */
  public static String full(String reference) {
    int slash = reference.indexOf('/');
    String first = slash < 0 ? "" : reference.substring(0, slash);
    boolean hasRegistry = first.contains(".") || first.contains(":") || first.equals("localhost");
    String named =
        hasRegistry ? reference : "docker.io/" + (slash < 0 ? "library/" : "") + reference;
    return repository(named).equals(named) ? named + ":latest" : named;
  }

  /** Whether the familiar reference fits a pattern that may name its repository only. */
  public static boolean matches(String pattern, String familiar) {
    return LinearPattern.glob(pattern, familiar)
        || LinearPattern.glob(pattern, repository(familiar));
  }
}
