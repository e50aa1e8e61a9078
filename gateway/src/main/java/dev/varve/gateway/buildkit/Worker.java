package dev.varve.gateway.buildkit;

import dev.varve.api.buildkit.control.BuildkitVersion;
import dev.varve.api.buildkit.control.Platform;
import dev.varve.api.buildkit.control.WorkerRecord;
import dev.varve.api.buildkit.frontend.Capability;
import java.util.List;

/** What builders of BuildKit's say about themselves: here the truth about the engine's own. */
final class Worker {
  /** What clients ask before they use it. */
  private static final List<String> FRONTEND =
      List.of(
          "solve.base",
          "return",
          "returnmap",
          "proto.refarray",
          "importcaches",
          "gateway.evaluate",
          "frontend.caps");

  /** Of graphs: none is taken, but clients judge by these what a Dockerfile may hold. */
  private static final List<String> GRAPH =
      List.of(
          "source.local",
          "source.git",
          "source.http",
          "exec.meta.network",
          "exec.mount.secret",
          "exporter.multiple");

  private Worker() {}

  static BuildkitVersion version(String engine) {
    return BuildkitVersion.newBuilder().setPackage("varve").setVersion(engine).build();
  }

  /**
   * @param gateway address of this host as containers see it; may be empty
   */
  static WorkerRecord record(String engine, String gateway) {
    WorkerRecord.Builder record = WorkerRecord.newBuilder();
    if (!gateway.isEmpty()) {
      // Clients put it where their user says host-gateway.
      record.putLabels("org.mobyproject.buildkit.worker.moby.host-gateway-ip", gateway);
    }
    return record
        .setId("varve")
        .addPlatforms(Platform.newBuilder().setOs("linux").setArchitecture("amd64"))
        .setBuildkitVersion(version(engine))
        .build();
  }

  static List<Capability> frontendCaps() {
    return enabled(FRONTEND);
  }

  static List<Capability> graphCaps() {
    return enabled(GRAPH);
  }

  private static List<Capability> enabled(List<String> ids) {
    return ids.stream()
        .map(id -> Capability.newBuilder().setId(id).setEnabled(true).build())
        .toList();
  }
}
