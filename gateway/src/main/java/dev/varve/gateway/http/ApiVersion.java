package dev.varve.gateway.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of the Docker Engine API; ordered by number, so that 1.9 comes before 1.10. */
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
  public static final ApiVersion MINIMUM = new ApiVersion(1, 24);
  public static final ApiVersion MAXIMUM = new ApiVersion(1, 51);

  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,4})(?:\\.([0-9]{1,4}))?(?:\\.[0-9]{1,4})?");

  /** Empty when the text is no version. */
  public static Optional<ApiVersion> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String minor = matcher.group(2);
    return Optional.of(
        new ApiVersion(
            Integer.parseInt(matcher.group(1)), minor == null ? 0 : Integer.parseInt(minor)));
  }

  /** Whether the client speaks at least {@code 1.minor}. */
  public boolean atLeast(int minor) {
    return compareTo(new ApiVersion(1, minor)) >= 0;
  }

  @Override
  public int compareTo(ApiVersion other) {
    return major != other.major
        ? Integer.compare(major, other.major)
        : Integer.compare(minor, other.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
