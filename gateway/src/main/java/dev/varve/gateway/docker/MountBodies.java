package dev.varve.gateway.docker;

import dev.varve.gateway.http.ApiVersion;
import dev.varve.gateway.http.Refusal;
import dev.varve.values.container.v1.Mount;
import dev.varve.values.container.v1.Mount.BindOptions;
import dev.varve.values.container.v1.Mount.ImageOptions;
import dev.varve.values.container.v1.Mount.TmpfsOptions;
import dev.varve.values.container.v1.Mount.VolumeOptions;
import dev.varve.values.container.v1.Strings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** HostConfig.Mounts as a client sends them. */
final class MountBodies {
  private static final String IMAGE = "image";

  private MountBodies() {}

  static List<Mount> parse(Fields host, ApiVersion version) throws Refusal {
    List<Mount> mounts = new ArrayList<>();
    for (Fields fields : host.objects("Mounts")) {
      mounts.add(mount(fields, version));
    }
    return mounts;
  }

  /** What mounts call the images that they want. */
  static Set<String> images(List<Mount> mounts) {
    return mounts.stream()
        .filter(mount -> mount.getType().equals(IMAGE) && !mount.getSource().isEmpty())
        .map(Mount::getSource)
        .collect(Collectors.toSet());
  }

  private static Mount mount(Fields fields, ApiVersion version) throws Refusal {
    String type = fields.text("Type");
    if (type.equals(IMAGE) && !version.atLeast(48)) {
      throw Refusal.badRequest("Mount type \"Image\" needs API v1.48 or newer");
    }
    Mount.Builder mount =
        Mount.newBuilder()
            .setType(type)
            .setSource(fields.text("Source"))
            .setTarget(fields.text("Target"))
            .setReadOnly(fields.flag("ReadOnly"))
            .setConsistency(fields.text("Consistency"));
    if (fields.has("BindOptions")) {
      mount.setBindOptions(bind(fields.object("BindOptions"), version));
    }
    if (fields.has("VolumeOptions")) {
      mount.setVolumeOptions(volume(fields.object("VolumeOptions"), version));
    }
    if (fields.has("TmpfsOptions")) {
      mount.setTmpfsOptions(tmpfs(fields.object("TmpfsOptions")));
    }
    if (fields.has("ImageOptions")) {
      mount.setImageOptions(
          ImageOptions.newBuilder().setSubpath(fields.object("ImageOptions").text("Subpath")));
    }
    return mount.build();
  }

  private static BindOptions bind(Fields fields, ApiVersion version) throws Refusal {
    boolean recursion = version.atLeast(44);
    return BindOptions.newBuilder()
        .setPropagation(fields.text("Propagation"))
        .setNonRecursive(fields.flag("NonRecursive"))
        .setCreateMountpoint(version.atLeast(42) && fields.flag("CreateMountpoint"))
        .setReadOnlyNonRecursive(recursion && fields.flag("ReadOnlyNonRecursive"))
        .setReadOnlyForceRecursive(recursion && fields.flag("ReadOnlyForceRecursive"))
        .build();
  }

  private static VolumeOptions volume(Fields fields, ApiVersion version) throws Refusal {
    VolumeOptions.Builder options =
        VolumeOptions.newBuilder()
            .setNoCopy(fields.flag("NoCopy"))
            .putAllLabels(fields.map("Labels"));
    if (version.atLeast(45)) {
      options.setSubpath(fields.text("Subpath"));
    }
    if (fields.has("DriverConfig")) {
      Fields driver = fields.object("DriverConfig");
      options
          .setDriverGiven(true)
          .setDriver(driver.text("Name"))
          .putAllDriverOptions(driver.map("Options"));
    }
    return options.build();
  }

  private static TmpfsOptions tmpfs(Fields fields) throws Refusal {
    TmpfsOptions.Builder options =
        TmpfsOptions.newBuilder()
            .setSizeBytes(fields.number("SizeBytes"))
            .setMode(fields.integer("Mode"));
    for (List<String> option : fields.textLists("Options")) {
      options.addOptions(Strings.newBuilder().addAllValues(option));
    }
    return options.build();
  }
}
