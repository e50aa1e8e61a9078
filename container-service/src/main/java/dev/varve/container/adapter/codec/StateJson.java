package dev.varve.container.adapter.codec;

import dev.varve.container.application.Sealing;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.DomainState;
import dev.varve.container.domain.Endpoints;
import dev.varve.container.domain.Exec;
import dev.varve.container.domain.Lease;
import dev.varve.container.domain.MountPoint;
import dev.varve.container.domain.NameClaim;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkName;
import dev.varve.container.domain.Node;
import dev.varve.eventlog.StateCodec;
import dev.varve.eventlog.adapter.jackson.JsonStateCodec;
import java.util.Map;

/** States as PostgreSQL keeps them. */
public final class StateJson {
  /** Goes up with every change of a state or of the fold. */
  private static final int VERSION = 7;

  private StateJson() {}

  public static StateCodec<DomainState> sealedBy(Sealing sealing) {
    return new SealedStates(
        JsonStateCodec.of(
            DomainState.class,
            VERSION,
            Map.ofEntries(
                Map.entry("container", Container.class),
                Map.entry("name", NameClaim.class),
                Map.entry("exec", Exec.class),
                Map.entry("network", Network.class),
                Map.entry("network-name", NetworkName.class),
                Map.entry("endpoints", Endpoints.class),
                Map.entry("lease", Lease.class),
                Map.entry("node", Node.class),
                Map.entry("bind", MountPoint.Bind.class),
                Map.entry("volume", MountPoint.Volume.class),
                Map.entry("tmpfs", MountPoint.Tmpfs.class),
                Map.entry("image", MountPoint.Image.class),
                Map.entry("idle", Container.Phase.Idle.class),
                Map.entry("restarting", Container.Phase.Restarting.class),
                Map.entry("starting", Container.Phase.Starting.class),
                Map.entry("running", Container.Phase.Running.class),
                Map.entry("exec-created", Exec.Phase.Created.class),
                Map.entry("exec-starting", Exec.Phase.Starting.class),
                Map.entry("exec-running", Exec.Phase.Running.class),
                Map.entry("exec-ended", Exec.Phase.Ended.class))),
        sealing);
  }
}
