package dev.varve.gateway.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Event;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Subject;
import dev.varve.events.container.v1.ContainerSpec;
import dev.varve.events.container.v1.Created;
import dev.varve.events.container.v1.Exited;
import dev.varve.events.container.v1.Started;
import dev.varve.events.snapshot.v1.VolumeCreated;
import dev.varve.events.snapshot.v1.VolumeRemoved;
import dev.varve.events.snapshot.v1.VolumesPruned;
import dev.varve.values.container.v1.HostSpec;
import dev.varve.values.container.v1.MountPoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A volume's life in Docker's words: dockerd's own attributes. */
final class VolumesToldTest {
  private static final Instant AT = Instant.parse("2026-05-06T07:08:09Z");

  private static List<Told> tell(Teller teller, Subject subject, Message... messages) {
    List<Told> told = new ArrayList<>();
    @Nullable Remembered state = null;
    long sequence = 0;
    for (Message message : messages) {
      Event<Message> event =
          new Event<>(
              "e" + ++sequence,
              subject,
              sequence,
              AT,
              new Cause("unix:uid=0", "r", "r"),
              "node-1",
              new Position(0, sequence),
              message);
      Remembered after = teller.evolve(state, event);
      told.addAll(teller.tell(event, state, after, _ -> null));
      state = after;
    }
    return told;
  }

  @Test
  void madeRemovedPruned() {
    assertThat(
            tell(
                new VolumeTeller(),
                new Subject("volume", "vol"),
                VolumeCreated.newBuilder().setName("vol").setDriver("local").build(),
                VolumeRemoved.newBuilder().setName("vol").build()))
        .extracting(
            told -> told.type() + " " + told.action() + " " + told.id() + " " + told.attributes())
        .containsExactly("volume create vol {driver=local}", "volume destroy vol {driver=local}");
    assertThat(
            tell(
                new VolumeTeller(),
                new Subject("prune", "volumes"),
                VolumesPruned.newBuilder().setReclaimedBytes(7).build()))
        .extracting(told -> told.action() + " " + told.attributes())
        .containsExactly("prune {reclaimed=7}");
  }

  @Test
  void mountedWhileItsContainerRuns() {
    HostSpec host =
        HostSpec.newBuilder()
            .addMountPoints(
                MountPoint.newBuilder()
                    .setDestination("/v")
                    .setReadOnly(true)
                    .setVolume(MountPoint.Volume.newBuilder().setName("vol").setDriver("local")))
            .addMountPoints(
                MountPoint.newBuilder()
                    .setDestination("/b")
                    .setBind(MountPoint.Bind.newBuilder().setSource("/s")))
            .build();
    assertThat(
            tell(
                new ContainerTeller(),
                new Subject("container", "c"),
                Created.newBuilder()
                    .setContainerId("c")
                    .setSpec(ContainerSpec.newBuilder().setHost(host))
                    .build(),
                Started.getDefaultInstance(),
                Exited.getDefaultInstance()))
        .filteredOn(told -> told.type().equals("volume"))
        .extracting(told -> told.action() + " " + told.id() + " " + told.attributes())
        .containsExactly(
            "mount vol {container=c, destination=/v, driver=local, propagation=, read/write=false}",
            "unmount vol {container=c, driver=local}");
  }
}
