package dev.varve.image.runtime;

import dev.varve.eventlog.assembly.EngineSettings;
import dev.varve.image.application.ArchiveLimits;
import dev.varve.image.application.RegistrySettings;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the operator may set for this service alone. */
@Dependent
public class ImageSettings {
  @Inject EngineSettings engine;

  @Inject
  @ConfigProperty(name = "varve.image.limits.unpacked")
  Optional<Long> unpacked;

  @Inject
  @ConfigProperty(name = "varve.image.limits.ratio")
  Optional<Integer> ratio;

  @Inject
  @ConfigProperty(name = "varve.registry.mirrors")
  Optional<List<String>> mirrors;

  @Inject
  @ConfigProperty(name = "varve.insecure.registries")
  Optional<List<String>> insecure;

  @Inject
  @ConfigProperty(name = "varve.registry.certs")
  Optional<List<Path>> certificates;

  @Inject
  @ConfigProperty(name = "varve.registry.realms")
  Optional<List<String>> realms;

  @Inject
  @ConfigProperty(name = "varve.registry.downloads")
  Optional<Integer> downloads;

  @Inject
  @ConfigProperty(name = "varve.registry.uploads")
  Optional<Integer> uploads;

  /** {@code varve.image.limits.unpacked} in bytes, {@code varve.image.limits.ratio}. */
  ArchiveLimits limits() {
    ArchiveLimits defaults = ArchiveLimits.DEFAULT;
    return new ArchiveLimits(
        defaults.document(),
        defaults.documents(),
        defaults.archiveEntries(),
        defaults.layers(),
        defaults.layerEntries(),
        unpacked.orElse(defaults.unpacked()),
        ratio.orElse(defaults.ratio()),
        defaults.ratioFrom());
  }

  /** {@code varve.registry.*} and {@code varve.insecure.registries}; lists are split at commas. */
  RegistrySettings registries() {
    RegistrySettings defaults = RegistrySettings.DEFAULT;
    List<String> insecureHosts = new ArrayList<>(defaults.insecure());
    insecure.ifPresent(insecureHosts::addAll);
    List<Path> directories =
        certificates.orElseGet(() -> {
          List<Path> usual = new ArrayList<>(List.of(engine.root().resolve("certs.d")));
          usual.addAll(defaults.certificates());
          return usual;
        });
    return new RegistrySettings(
        mirrorsByRegistry(),
        List.copyOf(insecureHosts),
        List.copyOf(directories),
        realms.orElse(defaults.realms()),
        downloads.orElse(defaults.downloads()),
        uploads.orElse(defaults.uploads()),
        defaults.patience());
  }

  private Map<String, List<String>> mirrorsByRegistry() {
    Map<String, List<String>> byRegistry = new HashMap<>();
    for (String mirror : mirrors.orElse(List.of())) {
      int equals = mirror.indexOf('=');
      if (equals < 1 || !mirror.substring(equals + 1).matches("https?://.+")) {
        throw new IllegalArgumentException(
            "varve.registry.mirrors: '%s' is not of the form REGISTRY=http[s]://HOST[:PORT][/PATH]"
                .formatted(mirror));
      }
      byRegistry
          .computeIfAbsent(mirror.substring(0, equals), _ -> new ArrayList<>())
          .add(mirror.substring(equals + 1));
    }
    return byRegistry;
  }
}
