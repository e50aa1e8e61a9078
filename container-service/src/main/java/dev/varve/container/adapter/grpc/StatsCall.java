package dev.varve.container.adapter.grpc;

import dev.varve.api.container.v1.Sample;
import dev.varve.api.container.v1.StatsRequest;
import dev.varve.api.container.v1.StatsResponse;
import dev.varve.api.transport.Outbound;
import dev.varve.container.application.WatchStats;
import dev.varve.container.application.WatchStats.Frame;
import io.grpc.Context;
import org.jspecify.annotations.Nullable;

/** One client's look at what a container uses. */
final class StatsCall {
  private final WatchStats stats;
  private final Outbound<StatsResponse> answers;
  private @Nullable Sample before;

  StatsCall(WatchStats stats, Outbound<StatsResponse> answers) {
    this.stats = stats;
    this.answers = answers;
  }

  void begin(StatsRequest request) {
    StreamCalls.serve(
        answers,
        () -> {
          switch (request.getMode()) {
            case MODE_ONCE -> answer(stats.once(request.getId()));
            case MODE_PAIR -> pair(request.getId());
            case MODE_STREAM, UNRECOGNIZED -> stream(request.getId());
          }
        });
  }

  private void pair(String id) throws Exception {
    try (WatchStats.Watch watch = watch(id)) {
      Frame first = watch.next();
      if (first == null || first.sample().isEmpty()) {
        answer(first);
        return;
      }
      before = StatsMessages.sample(first.sample().get());
      answer(watch.next());
    }
  }

  private void stream(String id) throws Exception {
    try (WatchStats.Watch watch = watch(id)) {
      boolean present = true;
      while (present) {
        present = answer(watch.next());
      }
    }
  }

  private WatchStats.Watch watch(String id) {
    WatchStats.Watch watch = stats.watch(id);
    Context.current().addListener(_ -> watch.close(), Runnable::run);
    return watch;
  }

  /** False when there is nothing more to tell, or nobody to be told. */
  private boolean answer(@Nullable Frame frame) throws InterruptedException {
    if (frame == null) {
      return false;
    }
    StatsResponse.Builder answer =
        StatsResponse.newBuilder().setId(frame.containerId()).setName(frame.name());
    Sample sample = frame.sample().map(StatsMessages::sample).orElse(null);
    if (sample != null) {
      answer.setSample(sample);
      if (before != null) {
        answer.setBefore(before);
      }
    }
    before = sample;
    return answers.send(answer.build());
  }
}
