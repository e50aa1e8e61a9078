package dev.varve.container.domain;

import dev.varve.container.domain.Mount.BindOptions;
import dev.varve.container.domain.Mount.VolumeOptions;
import dev.varve.container.domain.MountRules.MountFault;
import java.util.Map;
import java.util.Optional;

/** {@code -v source:destination:mode}, read as Docker reads it. */
final class BindSyntax {
  private BindSyntax() {}

  /**
   * @param volumeDriver of HostConfig
   * @param name for a volume without one
   */
  static MountPoint parse(String text, String volumeDriver, String name) {
    String[] parts = text.split(":", -1);
    if (parts.length > 3 || parts[0].isEmpty()) {
      throw invalid(text);
    }
    if (parts.length == 2 && new MountMode(parts[1]).isValid()) {
      throw invalid(text); // a destination with a mode: there is no such thing
    }
    String source = parts.length == 1 ? "" : parts[0];
    String target = parts.length == 1 ? parts[0] : parts[1];
    MountMode mode = new MountMode(parts.length == 3 ? parts[2] : "");
    if (!mode.isValid()) {
      throw Refusals.invalid("invalid mode: " + mode.text()).asException();
    }
    Mount mount = mount(source, target, mode, volumeDriver);
    try {
      // What is not there is made when the container starts.
      MountRules.check(mount, _ -> true);
    } catch (MountFault e) {
      throw Refusals.invalid("invalid volume specification: '" + text + "': " + e.getMessage())
          .asException();
    }
    return MountRules.point(mount, mode.text(), true, name);
  }

  private static Mount mount(String source, String target, MountMode mode, String volumeDriver) {
    boolean bind = GoPath.isAbsolute(source);
    Optional<Mount.Driver> driver =
        bind || volumeDriver.isEmpty()
            ? Optional.empty()
            : Optional.of(new Mount.Driver(volumeDriver, Map.of()));
    return new Mount(
        bind ? Mount.BIND : Mount.VOLUME,
        source,
        target,
        mode.readOnly(),
        "",
        mode.propagation()
            .map(propagation -> new BindOptions(propagation, false, false, false, false)),
        mode.noCopy() || driver.isPresent()
            ? Optional.of(new VolumeOptions(mode.noCopy(), Map.of(), driver, ""))
            : Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static RuntimeException invalid(String text) {
    return Refusals.invalid("invalid volume specification: '" + text + "'").asException();
  }
}
