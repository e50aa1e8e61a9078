package dev.varve.image.domain;

/** What an image runs on; {@code variant} is often empty. */
public record Platform(String os, String architecture, String variant) {
  public static final Platform HOST = new Platform("linux", "amd64", "");

  public boolean runsOn(Platform host) {
    return os.equals(host.os) && architecture.equals(host.architecture);
  }

  /** Whether it is what somebody asks for who may not care about the variant. */
  public boolean satisfies(Platform wanted) {
    return runsOn(wanted)
        && (variant.isEmpty() || wanted.variant.isEmpty() || variant.equals(wanted.variant));
  }

  /** As people write it. */
  public String shown() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
