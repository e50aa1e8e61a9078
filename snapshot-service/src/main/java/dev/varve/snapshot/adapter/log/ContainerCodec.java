package dev.varve.snapshot.adapter.log;

import dev.varve.eventlog.EventCodec;
import dev.varve.events.container.v1.Created;
import dev.varve.events.container.v1.Started;
import dev.varve.snapshot.domain.Container;
import dev.varve.snapshot.domain.ContainerEvent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The container service's events, as far as they matter here: read, never written. */
public final class ContainerCodec implements EventCodec<ContainerEvent> {
  private static final String CREATED = "dev.varve.container.v1.Created";
  private static final String MISSING = "dev.varve.container.v1.RootFilesystemMissing";
  private static final String STARTED = "dev.varve.container.v1.Started";
  private static final String EXITED = "dev.varve.container.v1.Exited";
  private static final String REMOVED = "dev.varve.container.v1.Removed";

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
                Optional.empty()));
      }
      case MISSING -> new ContainerEvent.RootFilesystemMissing();
      case STARTED -> {
        Started started = Payloads.parse(Started.parser(), data);
        yield new ContainerEvent.Started((int) started.getPid(), started.getPidStartTicks());
      }
      case EXITED -> new ContainerEvent.Exited();
      case REMOVED -> new ContainerEvent.Removed();
      default -> null;
    };
  }
}
