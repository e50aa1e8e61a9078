package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.ContainerEvent.Attached;
import dev.varve.container.domain.ContainerEvent.Detached;
import dev.varve.container.domain.DetachKeys;
import dev.varve.container.domain.LogPolicy;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.ProcessSpec;
import dev.varve.container.domain.Refusals;
import dev.varve.eventlog.Cause;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Connects clients to the standard streams of a container's present or next run. */
public final class AttachToContainer {
  private final Engine engine;
  private final Sightings sightings;

  public AttachToContainer(Engine engine) {
    this.engine = engine;
    this.sightings = new Sightings(engine.ledger());
  }

  /**
   * @param logs replay what was written before
   * @param stream stay for what comes
   * @param detachKeys empty for the default
   */
  public record Request(
      String reference,
      boolean stdin,
      boolean stdout,
      boolean stderr,
      boolean logs,
      boolean stream,
      String detachKeys) {}

  /** Returns when the session is over. */
  public void attach(Cause cause, Request request, StreamClient client)
      throws InterruptedException {
    Container it = Lookup.find(engine.directory(), request.reference());
    if (it.isPaused()) {
      throw Refusals.attachToPaused(request.reference()).asException();
    }
    if (it.isRestarting()) {
      throw Refusals.attachToRestarting(request.reference()).asException();
    }
    byte[] keys = DetachKeys.parse(request.detachKeys(), "detach");
    if (request.logs() && !LogPolicy.isReadable(it.spec().host().log())) {
      throw Refusals.logsNotReadable().asException();
    }
    ProcessSpec process = it.spec().process();
    if (!request.stream()) {
      if (client.attached(process.tty()) && request.logs()) {
        replay(it, request, client);
      }
      return;
    }
    CompletableFuture<@Nullable StandardStreams> streams = streams(it);
    StreamSession session =
        new StreamSession(
            streams,
            client,
            new StreamSession.Options(
                process.tty(),
                request.stdin() && process.openStdin(),
                request.stdout(),
                request.stderr(),
                process.stdinOnce() && !process.tty(),
                process.tty() ? Optional.of(keys) : Optional.empty()),
            () -> engine.attachments().forget(it.id(), streams));
    sightings.add(it.id(), cause, new Attached());
    if (!client.attached(process.tty())) {
      engine.attachments().forget(it.id(), streams);
      return;
    }
    session.listen();
    if (request.logs()) {
      session.runFromLog(ended -> openLog(it, request, client, true, ended));
    } else {
      session.run();
    }
    if (session.isDetached()) {
      sightings.add(it.id(), cause, new Detached());
    }
  }

  private CompletableFuture<@Nullable StandardStreams> streams(Container it) {
    try {
      return engine.attachments().attach(it.id());
    } catch (IOException e) {
      throw Refusals.fault("cannot attach to " + it.id() + ": " + e.getMessage()).asException();
    }
  }

  private ContainerLog.Reader openLog(
      Container it, Request request, StreamClient client, boolean follow, ContainerLog.End end)
      throws IOException {
    ContainerLog.Query query =
        new ContainerLog.Query(
            request.stdout(),
            request.stderr(),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            follow);
    ContainerLog.Form form =
        ContainerLog.Form.verbatim(!it.spec().process().tty() && !client.takesRawOutput());
    return engine.logs().open(engine.runtime().logPath(it.id()), query, form, end);
  }

  private void replay(Container it, Request request, StreamClient client)
      throws InterruptedException {
    try (ContainerLog.Reader reader = openLog(it, request, client, false, () -> true)) {
      for (int room = client.awaitRoom(); room > 0; room = client.awaitRoom()) {
        ByteBuffer output = reader.next(room);
        if (output == null || !client.output(output)) {
          return;
        }
      }
    } catch (IOException e) {
      throw Refusals.fault("cannot read the log of " + it.id() + ": " + e.getMessage())
          .asException();
    }
  }
}
