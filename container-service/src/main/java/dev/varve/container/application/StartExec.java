package dev.varve.container.application;

import dev.varve.container.application.ContainerRuntime.ExecHandle;
import dev.varve.container.application.Execs.Size;
import dev.varve.container.domain.DetachKeys;
import dev.varve.container.domain.ExecSpec;
import dev.varve.container.domain.Refusals;
import dev.varve.eventlog.Cause;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Starts execs, with a client at their streams or without. */
public final class StartExec {
  private final Execs execs;

  public StartExec(Execs execs) {
    this.execs = execs;
  }

  /** Returns when its program runs. */
  public void startDetached(Cause cause, String execId, Size size) {
    try {
      execs.start(cause, execId, true, size, () -> {}).streams().ifPresent(StandardStreams::close);
      execs.recordBeginning(cause, execId);
    } catch (RuntimeRefusedException e) {
      String message = String.valueOf(e.getMessage());
      throw (e.exitCode() == Execs.UNKNOWN_FAILURE
              ? Refusals.fault(message)
              : Refusals.invalid(message))
          .asException();
    }
  }

  /**
   * Returns when the session is over. What the runtime complains about goes down the stream, for
   * the client has been told by then that it is connected.
   */
  public void startAttached(Cause cause, String execId, Size size, StreamClient client)
      throws InterruptedException {
    ExecSpec spec = execs.find(execId).spec();
    byte[] keys = DetachKeys.parse(spec.detachKeys(), "escape");
    ExecHandle handle;
    try {
      handle = execs.start(cause, execId, false, size, () -> tell(client, spec));
    } catch (RuntimeRefusedException e) {
      byte[] text = (e.getMessage() + "\r\n").getBytes(StandardCharsets.UTF_8);
      Frames frames = new Frames(!spec.tty() && !client.takesRawOutput(), true, true);
      frames.add(StandardStreams.Source.STDOUT, text, 0, text.length);
      client.output(frames.take());
      return;
    }
    execs.recordBeginningSoon(cause, execId);
    if (handle.streams().isEmpty()) {
      return;
    }
    CompletableFuture<@Nullable StandardStreams> streams =
        CompletableFuture.completedFuture(handle.streams().get());
    StreamSession session =
        new StreamSession(
            streams,
            client,
            new StreamSession.Options(
                spec.tty(),
                spec.attachStdin(),
                spec.attachStdout(),
                spec.attachStderr(),
                !spec.tty(),
                spec.tty() ? Optional.of(keys) : Optional.empty()),
            () -> {});
    session.listen();
    boolean whole = session.run();
    if (session.isDetached()) {
      execs.recordDetach(cause, execId);
    }
    if (whole) {
      // It may have closed its streams and go on.
      execs.awaitEnd(execId);
    }
  }

  /** A client that has gone is noticed by the session. */
  private static void tell(StreamClient client, ExecSpec spec) {
    try {
      client.attached(spec.tty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
