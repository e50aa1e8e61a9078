package dev.varve.image.dockerfile;

import java.util.LinkedHashMap;
import java.util.Map;

/** The predefined ARGs about where a build runs and what it builds for. */
final class PlatformArguments {
  private PlatformArguments() {}

  static Map<String, String> of(Dockerfile file, BuildArguments arguments) {
    Map<String, String> values = new LinkedHashMap<>();
    add(values, "BUILD", arguments.buildPlatform());
    add(values, "TARGET", arguments.targetPlatform());
    String last = file.stages().getLast().name().orElse("default");
    values.put("TARGETSTAGE", arguments.target().isEmpty() ? last : arguments.target());
    return values;
  }

  private static void add(Map<String, String> values, String prefix, String platform) {
    String[] parts = platform.split("/", 3);
    values.put(prefix + "PLATFORM", platform);
    values.put(prefix + "OS", parts[0]);
    values.put(prefix + "OSVERSION", "");
    values.put(prefix + "ARCH", parts.length > 1 ? parts[1] : "");
    values.put(prefix + "VARIANT", parts.length > 2 ? parts[2] : "");
  }
}
