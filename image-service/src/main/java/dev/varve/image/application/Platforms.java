package dev.varve.image.application;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Platform;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The platforms that clients ask for: {@code os}, {@code arch} or {@code os/arch[/variant]}. */
public final class Platforms {
  private static final Set<String> SYSTEMS =
      Set.of("linux", "windows", "darwin", "freebsd", "netbsd", "openbsd", "solaris", "plan9");

  /** Those that Go knows; beside a system, another may be named. */
  private static final Set<String> ARCHITECTURES =
      Set.of(
          "386",
          "amd64",
          "arm",
          "arm64",
          "loong64",
          "mips",
          "mips64",
          "mips64le",
          "mipsle",
          "ppc64",
          "ppc64le",
          "riscv64",
          "s390x",
          "wasm");

  private Platforms() {}

  /**
   * @throws ProblemException INVALID with Docker's text
   */
  public static Platform parse(String text) {
    if (text.isEmpty()) {
      return Platform.HOST;
    }
    List<String> parts = List.of(text.split("/", -1));
    if (parts.size() > 3) {
      throw invalid("\"%s\": cannot parse platform specifier: invalid argument".formatted(text));
    }
    for (String part : parts) {
      if (!part.matches("[A-Za-z0-9_-]+")) {
        throw invalid(
            ("\"%s\" is an invalid component of \"%s\": platform specifier component must match"
                    + " \"^[A-Za-z0-9_-]+$\": invalid argument")
                .formatted(part, text));
      }
    }
    String first = parts.getFirst().toLowerCase(Locale.ROOT);
    if (parts.size() > 1) {
      return normal(first, parts.get(1), parts.size() > 2 ? parts.get(2) : "");
    }
    if (SYSTEMS.contains(first)) {
      return new Platform(first, Platform.HOST.architecture(), "");
    }
    Platform platform = normal(Platform.HOST.os(), first, "");
    if (!ARCHITECTURES.contains(platform.architecture())) {
      throw invalid(
          "\"%s\": unknown operating system or architecture: invalid argument".formatted(text));
    }
    return platform;
  }

  /** Empty for an empty text: whatever there is. */
  public static Optional<Platform> wanted(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(parse(text));
  }

  /**
   * @throws ProblemException NOT_FOUND with Docker's text when the image is for another one
   */
  static void require(Optional<Platform> wanted, Image image, String name) {
    if (wanted.filter(platform -> !image.platform().satisfies(platform)).isPresent()) {
      throw new Problem(
              Problem.Code.NOT_FOUND,
              "image with reference %s was found but does not provide the specified platform (%s)"
                  .formatted(name, wanted.get().shown()))
          .asException();
    }
  }

  private static Platform normal(String os, String architecture, String variant) {
    String wanted = architecture.toLowerCase(Locale.ROOT);
    return switch (wanted) {
      case "x86_64", "x86-64" -> new Platform(os, "amd64", variant.equals("v1") ? "" : variant);
      case "aarch64", "arm64" -> new Platform(os, "arm64", variant.equals("v8") ? "" : variant);
      case "i386" -> new Platform(os, "386", "");
      case "armhf" -> new Platform(os, "arm", "v7");
      case "armel" -> new Platform(os, "arm", "v6");
      case "arm" -> new Platform(os, "arm", variant.isEmpty() ? "v7" : variant);
      default -> new Platform(os, wanted, variant);
    };
  }

  private static ProblemException invalid(String text) {
    return new Problem(Problem.Code.INVALID, text).asException();
  }
}
