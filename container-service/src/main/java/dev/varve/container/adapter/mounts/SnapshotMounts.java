package dev.varve.container.adapter.mounts;

import dev.varve.api.snapshot.v1.SnapshotsGrpc;
import dev.varve.api.snapshot.v1.UsageRequest;
import dev.varve.api.snapshot.v1.UsageResponse;
import dev.varve.api.snapshot.v1.UsagesRequest;
import dev.varve.container.application.RootMounts;
import dev.varve.linux.mounts.MountCalls;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Root file systems in this process's mount namespace; their sizes by asking their owner. */
public final class SnapshotMounts implements RootMounts {
  private static final int USAGE_SECONDS = 60;

  private final ManagedChannel snapshots;
  private final MountCalls mounts;

  public SnapshotMounts(ManagedChannel snapshots, MountCalls mounts) {
    this.snapshots = snapshots;
    this.mounts = mounts;
  }

  @Override
  public boolean isMounted(Path root) {
    try {
      return mounts.isMounted(root);
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public Usage usage(String containerId) throws IOException {
    try {
      UsageResponse usage =
          SnapshotsGrpc.newBlockingStub(snapshots)
              .withDeadlineAfter(USAGE_SECONDS, TimeUnit.SECONDS)
              .usage(UsageRequest.newBuilder().setContainerId(containerId).build());
      return usage(usage);
    } catch (StatusRuntimeException e) {
      throw new IOException("the snapshot service: " + e.getStatus().getDescription(), e);
    }
  }

  @Override
  public Map<String, Usage> usages() throws IOException {
    try {
      Map<String, Usage> usages = new HashMap<>();
      SnapshotsGrpc.newBlockingStub(snapshots)
          .withDeadlineAfter(USAGE_SECONDS, TimeUnit.SECONDS)
          .usages(UsagesRequest.getDefaultInstance())
          .getUsagesMap()
          .forEach((id, usage) -> usages.put(id, usage(usage)));
      return usages;
    } catch (StatusRuntimeException e) {
      throw new IOException("the snapshot service: " + e.getStatus().getDescription(), e);
    }
  }

  private static Usage usage(UsageResponse usage) {
    return new Usage(usage.getUpperBytes(), usage.getRootBytes());
  }
}
