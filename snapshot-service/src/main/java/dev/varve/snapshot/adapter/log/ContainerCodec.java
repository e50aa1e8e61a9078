package dev.varve.snapshot.adapter.log;

import dev.varve.eventlog.EventCodec;
import dev.varve.events.container.v1.Created;
import dev.varve.events.container.v1.LeaseOpened;
import dev.varve.events.container.v1.RemoveRequested;
import dev.varve.events.container.v1.Started;
import dev.varve.snapshot.domain.BindUse;
import dev.varve.snapshot.domain.Container;
import dev.varve.snapshot.domain.ContainerEvent;
import dev.varve.snapshot.domain.ImageUse;
import dev.varve.snapshot.domain.Volume;
import dev.varve.snapshot.domain.VolumeUse;
import dev.varve.values.container.v1.MountPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The container service's events, as far as they matter here: read, never written. */
public final class ContainerCodec implements EventCodec<ContainerEvent> {
  private static final String CREATED = "dev.varve.container.v1.Created";
  private static final String MISSING = "dev.varve.container.v1.RootFilesystemMissing";
  private static final String START_REQUESTED = "dev.varve.container.v1.StartRequested";
  private static final String START_FAILED = "dev.varve.container.v1.StartFailed";
  private static final String REMOVE_REQUESTED = "dev.varve.container.v1.RemoveRequested";
  private static final String STARTED = "dev.varve.container.v1.Started";
  private static final String EXITED = "dev.varve.container.v1.Exited";
  private static final String REMOVED = "dev.varve.container.v1.Removed";
  private static final String LEASE_OPENED = "dev.varve.container.v1.LeaseOpened";
  private static final String LEASE_ENDED = "dev.varve.container.v1.LeaseEnded";

  @Override
  public String typeOf(ContainerEvent event) {
    throw new UnsupportedOperationException("only the container service writes its topic");
  }

  @Override
  public byte[] encode(ContainerEvent event) {
    throw new UnsupportedOperationException("only the container service writes its topic");
  }

  @Override
  public @Nullable ContainerEvent decode(String type, byte[] data) {
    return switch (type) {
      case CREATED -> {
        Created created = Payloads.parse(Created.parser(), data);
        yield new ContainerEvent.Created(
            new Container(
                created.getContainerId(),
                created.getSpec().getImageId(),
                created.getNode(),
                false,
                Optional.empty(),
                volumes(created),
                images(created),
                binds(created),
                false));
      }
      case START_REQUESTED -> new ContainerEvent.StartRequested();
      case START_FAILED -> new ContainerEvent.StartFailed();
      case REMOVE_REQUESTED ->
          new ContainerEvent.RemoveRequested(
              Payloads.parse(RemoveRequested.parser(), data).getVolumes());
      case MISSING -> new ContainerEvent.RootFilesystemMissing();
      case STARTED -> {
        Started started = Payloads.parse(Started.parser(), data);
        yield new ContainerEvent.Started((int) started.getPid(), started.getPidStartTicks());
      }
      case EXITED -> new ContainerEvent.Exited();
      case REMOVED -> new ContainerEvent.Removed();
      case LEASE_OPENED ->
          new ContainerEvent.LeaseOpened(Payloads.parse(LeaseOpened.parser(), data).getLeaseId());
      case LEASE_ENDED -> new ContainerEvent.LeaseEnded();
      default -> null;
    };
  }

  private static List<VolumeUse> volumes(Created created) {
    List<VolumeUse> uses = new ArrayList<>();
    for (MountPoint point : created.getSpec().getHost().getMountPointsList()) {
      if (point.hasVolume()) {
        MountPoint.Volume it = point.getVolume();
        uses.add(
            new VolumeUse(
                it.getName(),
                it.getDriver(),
                point.getDestination(),
                it.getAnonymous(),
                it.getNoCopy(),
                it.getSubpath(),
                point.getReadOnly(),
                labels(created, it),
                it.getDriverOptionsMap()));
      }
    }
    return uses;
  }

  /** A volume that is made for a container is made under the same lease. */
  private static Map<String, String> labels(Created created, MountPoint.Volume volume) {
    Map<String, String> labels = new HashMap<>(volume.getLabelsMap());
    labels.remove(Volume.LEASE_LABEL);
    String lease = created.getSpec().getLabelsMap().get(Volume.LEASE_LABEL);
    if (lease != null) {
      labels.put(Volume.LEASE_LABEL, lease);
    }
    return labels;
  }

  private static List<BindUse> binds(Created created) {
    return created.getSpec().getHost().getMountPointsList().stream()
        .filter(MountPoint::hasBind)
        .map(point ->
            new BindUse(point.getBind().getSource(), point.getDestination(), point.getReadOnly()))
        .toList();
  }

  private static List<ImageUse> images(Created created) {
    return created.getSpec().getHost().getMountPointsList().stream()
        .filter(MountPoint::hasImage)
        .map(point ->
            new ImageUse(
                point.getImage().getImageId(),
                point.getDestination(),
                point.getImage().getSubpath()))
        .toList();
  }
}
