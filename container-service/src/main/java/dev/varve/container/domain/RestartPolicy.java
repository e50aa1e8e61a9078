package dev.varve.container.domain;

/**
 * Whether a run that ended is followed by another.
 *
 * @param name Docker's; empty means no
 * @param maximumRetries for on-failure; 0 means no bound
 */
public record RestartPolicy(String name, int maximumRetries) {
  public static final RestartPolicy NONE = new RestartPolicy("", 0);

  public boolean isNone() {
    return name.isEmpty() || name.equals("no");
  }
}
