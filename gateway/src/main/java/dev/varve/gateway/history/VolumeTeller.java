package dev.varve.gateway.history;

import com.google.protobuf.Message;
import dev.varve.eventlog.Event;
import dev.varve.events.snapshot.v1.VolumeCreated;
import dev.varve.events.snapshot.v1.VolumeRemoved;
import dev.varve.events.snapshot.v1.VolumesPruned;
import dev.varve.gateway.history.Remembered.OfVolume;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The snapshot service's events of volumes in Docker's words. Pure. */
final class VolumeTeller implements Teller {
  static final String TYPE = "volume";

  @Override
  public String service() {
    return "snapshot";
  }

  @Override
  public List<Message> samples() {
    return List.of(
        VolumeCreated.getDefaultInstance(),
        VolumeRemoved.getDefaultInstance(),
        VolumesPruned.getDefaultInstance());
  }

  @Override
  public @Nullable Remembered evolve(@Nullable Remembered state, Event<Message> event) {
    return switch (event.data()) {
      case VolumeCreated it -> new OfVolume(it.getDriver());
      case VolumeRemoved _, VolumesPruned _ -> null;
      default -> state;
    };
  }

  @Override
  public List<Told> tell(
      Event<Message> event,
      @Nullable Remembered before,
      @Nullable Remembered after,
      Memory memory) {
    return switch (event.data()) {
      case VolumeCreated it -> volume(event, "create", it.getName(), it.getDriver());
      case VolumeRemoved it ->
          volume(event, "destroy", it.getName(), before instanceof OfVolume v ? v.driver() : "");
      case VolumesPruned it -> List.of(Told.prune(TYPE, it.getReclaimedBytes(), event.time()));
      default -> List.of();
    };
  }

  private static List<Told> volume(
      Event<Message> event, String action, String name, String driver) {
    return List.of(new Told(TYPE, action, name, Map.of("driver", driver), event.time()));
  }
}
