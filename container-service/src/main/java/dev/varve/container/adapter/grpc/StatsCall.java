package dev.varve.container.adapter.grpc;

import dev.varve.api.container.v1.Sample;
import dev.varve.api.container.v1.StatsRequest;
import dev.varve.api.container.v1.StatsResponse;
import dev.varve.api.transport.Outbound;
import dev.varve.container.application.WatchStats;
import dev.varve.container.application.WatchStats.Frame;
import dev.varve.eventlog.ProblemException;
import io.grpc.Context;
import org.jspecify.annotations.Nullable;

/**
 * One client's look at what a container uses. A client that is behind misses some: what it gets
 * next covers the time since what it got last.
 */
final class StatsCall implements WatchStats.Listener {
  private final Outbound<StatsResponse> answers;
  private final boolean pair;
  private @Nullable Sample before;
  private boolean done;

  private StatsCall(Outbound<StatsResponse> answers, boolean pair) {
    this.answers = answers;
    this.pair = pair;
  }

  static void begin(WatchStats stats, StatsRequest request, Outbound<StatsResponse> answers) {
    boolean pair = request.getMode() == StatsRequest.Mode.MODE_PAIR;
    try {
      WatchStats.Watch watch = stats.watch(request.getId(), new StatsCall(answers, pair));
      // However the call ends.
      Context.current().addListener(_ -> watch.close(), Runnable::run);
    } catch (ProblemException e) {
      answers.fail(Calls.status(e));
    }
  }

  @Override
  public void seen(Frame frame) {
    if (done) {
      return;
    }
    Sample sample = frame.sample().map(StatsMessages::sample).orElse(null);
    if (pair && before == null && sample != null) {
      before = sample;
      return;
    }
    if (answers.offer(message(frame, sample, before))) {
      before = sample;
    }
    if (pair) {
      ended();
    }
  }

  static StatsResponse message(Frame frame, @Nullable Sample sample, @Nullable Sample before) {
    StatsResponse.Builder answer =
        StatsResponse.newBuilder().setId(frame.containerId()).setName(frame.name());
    if (sample != null) {
      answer.setSample(sample);
      if (before != null) {
        answer.setBefore(before);
      }
    }
    return answer.build();
  }

  @Override
  public void ended() {
    done = true;
    answers.complete();
  }
}
