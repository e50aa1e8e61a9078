package dev.varve.container.adapter.grpc;

import dev.varve.api.container.v1.FreezeRequest;
import dev.varve.api.container.v1.FreezeResponse;
import dev.varve.api.transport.Inbound;
import dev.varve.api.transport.Outbound;
import dev.varve.container.application.PauseContainer;
import dev.varve.eventlog.Cause;
import java.io.IOException;

/** A container held still from the first message to the caller's end, whichever way that comes. */
final class FreezeCall {
  private final PauseContainer pauses;
  private final Inbound<FreezeRequest> requests;
  private final Outbound<FreezeResponse> responses;
  private final Cause cause;

  FreezeCall(
      PauseContainer pauses,
      Inbound<FreezeRequest> requests,
      Outbound<FreezeResponse> responses,
      Cause cause) {
    this.pauses = pauses;
    this.requests = requests;
    this.responses = responses;
    this.cause = cause;
  }

  void begin() {
    Thread.ofVirtual().name("freeze").start(this::run);
  }

  private void run() {
    try {
      FreezeRequest first = requests.next();
      if (first != null) {
        hold(first.getId());
      }
      responses.complete();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      responses.fail(Calls.status(e));
    }
  }

  private void hold(String reference) throws IOException, InterruptedException {
    PauseContainer.Hold hold = pauses.hold(cause, reference);
    try {
      responses.send(FreezeResponse.newBuilder().setFrozen(hold.isFrozen()).build());
      // The caller says no more; what comes is its end.
      requests.next();
    } finally {
      hold.release();
    }
  }
}
