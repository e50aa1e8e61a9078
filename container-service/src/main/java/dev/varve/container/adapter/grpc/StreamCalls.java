package dev.varve.container.adapter.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.varve.api.container.v1.AttachOptions;
import dev.varve.api.container.v1.AttachRequest;
import dev.varve.api.container.v1.AttachResponse;
import dev.varve.api.container.v1.ExecStartOptions;
import dev.varve.api.container.v1.ExecStartRequest;
import dev.varve.api.container.v1.LogPart;
import dev.varve.api.container.v1.LogsRequest;
import dev.varve.api.container.v1.WaitRequest;
import dev.varve.api.container.v1.WaitResponse;
import dev.varve.api.transport.Inbound;
import dev.varve.api.transport.Outbound;
import dev.varve.container.application.AttachToContainer;
import dev.varve.container.application.ContainerLog;
import dev.varve.container.application.Endings;
import dev.varve.container.application.Engine;
import dev.varve.container.application.Execs;
import dev.varve.container.application.ReadLog;
import dev.varve.container.application.StreamClient;
import dev.varve.container.application.UseCases;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.Refusals;
import dev.varve.eventlog.Cause;
import io.grpc.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The calls that go on for a while, each on a virtual thread of its own. */
final class StreamCalls {
  private final UseCases useCases;

  StreamCalls(UseCases useCases) {
    this.useCases = useCases;
  }

  /** A streaming call's work. */
  private interface Work {
    void run() throws Exception;
  }

  private static void serve(Outbound<?> answers, Work work) {
    Thread.startVirtualThread(
        Context.current()
            .wrap(() -> {
              try {
                work.run();
                answers.complete();
              } catch (CancellationException e) {
                // The client has gone; nobody is there to be told.
              } catch (Exception e) {
                answers.fail(Calls.status(e));
              }
            }));
  }

  void await(WaitRequest request, Outbound<WaitResponse> answers) {
    serve(
        answers,
        () -> {
          Engine engine = useCases.engine();
          String id = Lookup.find(engine.directory(), request.getId()).id();
          CompletableFuture<Endings.End> end =
              engine
                  .endings()
                  .of(
                      id,
                      switch (request.getCondition()) {
                        case WAIT_CONDITION_NOT_RUNNING -> Endings.Condition.NOT_RUNNING;
                        case WAIT_CONDITION_NEXT_EXIT -> Endings.Condition.NEXT_EXIT;
                        case WAIT_CONDITION_REMOVED -> Endings.Condition.REMOVED;
                        case UNRECOGNIZED ->
                            throw Refusals.invalid("invalid wait condition").asException();
                      });
          Context.current().addListener(_ -> end.cancel(false), Runnable::run);
          answers.send(WaitResponse.newBuilder().setWaiting(true).build());
          Endings.End seen = end.get();
          answers.send(
              WaitResponse.newBuilder()
                  .setStatusCode(seen.exitCode())
                  .setError(seen.error())
                  .build());
        });
  }

  /**
   * The beginning of a log that is not followed is at hand, and often all of it: on a virtual
   * thread, which may be kept for that long, it needs no other.
   */
  void logs(LogsRequest request, Outbound<LogPart> answers) {
    if (request.getFollow() || !Thread.currentThread().isVirtual()) {
      serve(answers, () -> sendAll(open(request, answers)));
      return;
    }
    try {
      LogAnswer answer = open(request, answers);
      if (begin(answer)) {
        serve(answers, () -> sendAll(answer));
      } else {
        answers.complete();
      }
    } catch (Exception e) {
      answers.fail(Calls.status(e));
    }
  }

  private static void sendAll(LogAnswer answer) throws IOException, InterruptedException {
    try (answer) {
      answer.sendAll();
    }
  }

  /** Closes it unless something is left to send. */
  private static boolean begin(LogAnswer answer) throws IOException, InterruptedException {
    boolean more = false;
    try {
      more = answer.begin();
      return more;
    } finally {
      if (!more) {
        answer.close();
      }
    }
  }

  private LogAnswer open(LogsRequest request, Outbound<LogPart> answers) {
    ReadLog.Log log =
        useCases
            .logs()
            .open(request.getId(), query(request), request.getTimestamps(), request.getPrefix());
    return new LogAnswer(log, request.getFollow(), answers);
  }

  private static ContainerLog.Query query(LogsRequest request) {
    return new ContainerLog.Query(
        request.getStdout(),
        request.getStderr(),
        instant(request.getSinceNanos()),
        instant(request.getUntilNanos()),
        request.getTail() < 0
            ? OptionalInt.empty()
            : OptionalInt.of((int) Math.min(request.getTail(), Integer.MAX_VALUE)),
        request.getFollow());
  }

  private static Optional<Instant> instant(long nanos) {
    return nanos == 0
        ? Optional.empty()
        : Optional.of(
            Instant.ofEpochSecond(
                Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L)));
  }

  void attach(Inbound<AttachRequest> requests, Outbound<AttachResponse> answers) {
    Cause cause = Calls.cause();
    serve(
        answers,
        () -> {
          AttachRequest first = requests.next();
          if (first == null || !first.hasOptions()) {
            throw Refusals.invalid("the first message must be options").asException();
          }
          AttachOptions options = first.getOptions();
          useCases
              .attach()
              .attach(
                  cause,
                  new AttachToContainer.Request(
                      options.getId(),
                      options.getStdin(),
                      options.getStdout(),
                      options.getStderr(),
                      options.getLogs(),
                      options.getStream(),
                      options.getDetachKeys()),
                  new Client<>(requests, StreamCalls::input, answers, options.getRaw()));
        });
  }

  void execStart(Inbound<ExecStartRequest> requests, Outbound<AttachResponse> answers) {
    Cause cause = Calls.cause();
    serve(
        answers,
        () -> {
          ExecStartRequest first = requests.next();
          if (first == null || !first.hasOptions()) {
            throw Refusals.invalid("the first message must be options").asException();
          }
          ExecStartOptions options = first.getOptions();
          Execs.Size size = new Execs.Size(options.getConsoleHeight(), options.getConsoleWidth());
          if (options.getDetach()) {
            useCases.startExec().startDetached(cause, options.getExecId(), size);
          } else {
            useCases
                .startExec()
                .startAttached(
                    cause,
                    options.getExecId(),
                    size,
                    new Client<>(requests, StreamCalls::input, answers, false));
          }
        });
  }

  /** Null for the end of input. */
  private static @Nullable ByteString input(AttachRequest request) {
    return request.hasStdin() ? request.getStdin() : null;
  }

  private static @Nullable ByteString input(ExecStartRequest request) {
    return request.hasStdin() ? request.getStdin() : null;
  }

  /** The other side of a call, as the use cases know it. */
  private static final class Client<Q> implements StreamClient {
    private final Inbound<Q> requests;
    private final Function<Q, @Nullable ByteString> input;
    private final Outbound<AttachResponse> answers;
    private final boolean raw;

    Client(
        Inbound<Q> requests,
        Function<Q, @Nullable ByteString> input,
        Outbound<AttachResponse> answers,
        boolean raw) {
      this.raw = raw;
      this.requests = requests;
      this.input = input;
      this.answers = answers;
    }

    @Override
    public boolean attached(boolean tty) throws InterruptedException {
      return answers.send(
          AttachResponse.newBuilder()
              .setAttached(AttachResponse.Attached.newBuilder().setTty(tty))
              .build());
    }

    @Override
    public boolean takesRawOutput() {
      return raw;
    }

    @Override
    public int awaitRoom() throws InterruptedException {
      return answers.awaitRoom();
    }

    @Override
    public boolean output(ByteBuffer frames) throws InterruptedException {
      return answers.send(
          AttachResponse.newBuilder().setFrames(UnsafeByteOperations.unsafeWrap(frames)).build());
    }

    @Override
    public void whenGone(Runnable action) {
      Context.current().addListener(_ -> action.run(), Thread::startVirtualThread);
    }

    @Override
    public byte @Nullable [] stdin() throws IOException, InterruptedException {
      Q message = requests.next();
      ByteString data = message == null ? null : input.apply(message);
      return data == null ? null : data.toByteArray();
    }
  }
}
