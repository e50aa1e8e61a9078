package dev.varve.container.adapter.codec;

import com.google.protobuf.Message;
import dev.varve.container.domain.LeaseEvent;
import dev.varve.events.container.v1.LeaseEnd;
import dev.varve.events.container.v1.LeaseEnded;
import dev.varve.events.container.v1.LeaseOpened;
import java.time.Duration;

/** What happens to leases, as protobuf. */
final class LeaseMessages {
  private LeaseMessages() {}

  static Message write(LeaseEvent event) {
    return switch (event) {
      case LeaseEvent.LeaseOpened(String id, String name, Duration grace) ->
          LeaseOpened.newBuilder()
              .setLeaseId(id)
              .setName(name)
              .setGraceNanos(grace.toNanos())
              .build();
      case LeaseEvent.LeaseEnded(LeaseEvent.Reason reason) ->
          LeaseEnded.newBuilder()
              .setReason(
                  switch (reason) {
                    case RELEASED -> LeaseEnd.LEASE_END_RELEASED;
                    case HOLDER_GONE -> LeaseEnd.LEASE_END_HOLDER_GONE;
                    case ABANDONED -> LeaseEnd.LEASE_END_ABANDONED;
                  })
              .build();
    };
  }

  static LeaseEvent read(LeaseOpened it) {
    return new LeaseEvent.LeaseOpened(
        it.getLeaseId(), it.getName(), Duration.ofNanos(it.getGraceNanos()));
  }

  static LeaseEvent read(LeaseEnded it) {
    return new LeaseEvent.LeaseEnded(
        switch (it.getReason()) {
          case LEASE_END_HOLDER_GONE -> LeaseEvent.Reason.HOLDER_GONE;
          case LEASE_END_ABANDONED -> LeaseEvent.Reason.ABANDONED;
          case LEASE_END_RELEASED, LEASE_END_UNSPECIFIED, UNRECOGNIZED ->
              LeaseEvent.Reason.RELEASED;
        });
  }
}
