package dev.varve.container.domain;

import dev.varve.container.domain.MountRules.MountFault;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Decides, once, what a container has beside its root: what other containers have, then binds, then
 * mounts, then the volumes that the image or the client wants at places which are still free.
 */
public final class MountResolution {
  private static final Pattern VOLUME_NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");

  /** Longest name of a directory. */
  private static final int LONGEST_NAME = 255;

  private final Surroundings around;
  private final Map<String, MountPoint> points = new LinkedHashMap<>();
  private final List<String> taken = new ArrayList<>();

  /** What is not in the specification itself. */
  public interface Surroundings {
    /** What another container has, by what the user typed. */
    Optional<List<MountPoint>> pointsOf(String container);

    /** Whether the path is there on the node. */
    boolean exists(String path);

    /** 64 hex digits that nothing was named yet. */
    String newName();

    /** The id of an image that a mount names. */
    Optional<String> imageId(String reference);
  }

  private MountResolution(Surroundings around) {
    this.around = around;
  }

  /**
   * The specification with its mount points.
   *
   * @throws ProblemException in Docker's words
   */
  public static ContainerSpec resolve(ContainerSpec spec, Surroundings around) {
    FileSystems files = spec.host().fileSystems();
    Storage storage = files.storage();
    MountResolution resolution = new MountResolution(around);
    resolution.fromOthers(storage.volumesFrom());
    files.tmpfs().keySet().forEach(path -> resolution.taken.add(GoPath.clean(path)));
    for (String bind : storage.binds()) {
      resolution.claim(BindSyntax.parse(bind, files.volumeDriver(), around.newName()));
    }
    for (Mount mount : storage.mounts()) {
      resolution.claim(resolution.checked(mount));
    }
    resolution.wanted(spec.volumes(), files.volumeDriver());
    List<MountPoint> points = List.copyOf(resolution.points.values());
    points.forEach(MountResolution::refuseVolume);
    return spec.with(spec.host().with(files.with(storage.with(points))));
  }

  private void fromOthers(List<String> volumesFrom) {
    for (String from : volumesFrom) {
      if (from.isEmpty()) {
        throw refuse("volumes-from specification cannot be an empty string");
      }
      int colon = from.indexOf(':');
      String container = colon < 0 ? from : from.substring(0, colon);
      MountMode mode = new MountMode(colon < 0 ? "rw" : from.substring(colon + 1));
      if (!mode.isValid() || mode.propagation().isPresent() || mode.noCopy()) {
        throw refuse("invalid mode: " + mode.text());
      }
      List<MountPoint> shared =
          around.pointsOf(container).orElseThrow(() -> refuse("No such container: " + container));
      for (MountPoint point : shared) {
        points.put(point.destination(), point.shared(mode.readOnly()));
      }
    }
  }

  private MountPoint checked(Mount mount) {
    try {
      MountRules.check(mount, around::exists);
    } catch (MountFault e) {
      throw refuse(String.valueOf(e.getMessage()));
    }
    if (mount.type().equals(Mount.IMAGE)) {
      return MountRules.image(
          mount,
          around
              .imageId(mount.source())
              .orElseThrow(() ->
                  new Problem(Problem.Code.NOT_FOUND, "No such image: " + mount.source())
                      .asException()));
    }
    return MountRules.point(mount, "", false, around.newName());
  }

  /** What somebody gave a place takes it from what came from others, but not from each other. */
  private void claim(MountPoint point) {
    if (taken.contains(point.destination())) {
      throw refuse("Duplicate mount point: " + point.destination());
    }
    taken.add(point.destination());
    points.put(point.destination(), point);
  }

  private void wanted(List<String> volumes, String driver) {
    for (String volume : volumes) {
      // An image may say anything: what is not absolute begins at the root, and nothing lies above.
      String destination = GoPath.clean("/" + volume);
      if (destination.equals("/")) {
        throw refuse("invalid specification: destination can't be '/'");
      }
      if (!points.containsKey(destination) && !taken.contains(destination)) {
        points.put(destination, MountRules.anonymous(destination, driver, around.newName()));
      }
    }
  }

  private static void refuseVolume(MountPoint point) {
    if (point instanceof MountPoint.Volume volume) {
      String name = volume.name();
      if (name.length() == 1) {
        throw refuse(
            "create "
                + name
                + ": volume name is too short, names should be at least two alphanumeric"
                + " characters");
      }
      if (name.length() > LONGEST_NAME || !VOLUME_NAME.matcher(name).matches()) {
        throw refuse(
            ("create %s: \"%s\" includes invalid characters for a local volume name, only"
                    + " \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host"
                    + " directory, use absolute path")
                .formatted(name, name));
      }
      if (!volume.driver().equals(MountRules.DEFAULT_DRIVER)) {
        throw new Problem(
                Problem.Code.NOT_FOUND,
                "create %s: error looking up volume plugin %s: plugin \"%s\" not found"
                    .formatted(name, volume.driver(), volume.driver()))
            .asException();
      }
    }
  }

  private static ProblemException refuse(String message) {
    return Refusals.invalid(message).asException();
  }
}
